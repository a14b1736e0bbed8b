"""Sessions: a random token in the browser's cookie, its digest in the database.

Each sign-in makes a new token, so a token planted before it is worth nothing afterwards (session
fixation). The CSRF token of a form is derived from the session's token, or the browser's before
sign-in, so it is bound to it and needs no table.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from gotovo.access.buyer.user_agent import Device
from gotovo.keyring.keyring import Keys
from gotovo.store.tables.access.sign_in import Session, SignInStore

LIFETIME: Final = timedelta(days=30)
"""A buyer orders about once a month and should not need a code each time."""

TOKEN_BYTES: Final = 32

_UNKNOWN: Final = Device()


def new_token(random_bytes: Callable[[int], bytes]) -> str:
    """Return a token nobody can guess, as text that a cookie can hold."""
    return urlsafe_b64encode(random_bytes(TOKEN_BYTES)).decode().rstrip("=")


async def begin(  # noqa: PLR0917  (the facts of a session, in the order of its columns)
    store: SignInStore,
    token: str,
    customer: str,
    shown_as: str,
    now: datetime,
    device: Device = _UNKNOWN,
    orders_since: datetime | None = None,
) -> Session:
    """Begin a session under a new token; orders placed before `orders_since` are closed in it."""
    session = Session(customer, shown_as, now, now + LIFETIME, orders_since=orders_since)
    await store.put_session(key_of(token), session, device.browser, device.system)
    return session


async def find(store: SignInStore, token: str, now: datetime) -> Session | None:
    """Return the living session of a token."""
    return await store.find_session(key_of(token), now) if token else None


async def end(store: SignInStore, token: str) -> None:
    """End the session of a token, if there is one."""
    await store.end_session(key_of(token))


def key_of(token: str) -> bytes:
    """Return the digest under which the database stores a token."""
    return hashlib.sha256(b"session:" + token.encode()).digest()


def form_token(keys: Keys, token: str) -> str:
    """Return the CSRF token of this session's forms."""
    return _form_token(keys.key, token)


def form_token_is_right(keys: Keys, token: str, shown: str) -> bool:
    """Compare a form's token in constant time, also with those made under an older secret."""
    given = shown.encode()
    return any(
        hmac.compare_digest(_form_token(secret, token).encode(), given)
        for secret in keys.newest_first
    )


def _form_token(secret: bytes, token: str) -> str:
    return hmac.digest(secret, b"form:" + token.encode(), hashlib.sha256)[:16].hex()
