"""One-time codes for signing in: six digits that prove that somebody holds the phone.

A code lives five minutes, allows three attempts, and works once, only in the browser that requested
it. It does not matter whether the phone has ever ordered, so the response can't reveal it. The
stored digest is keyed with the secret and the browser's token: a stolen table is worth nothing,
although there are only a million codes.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from gotovo.store.tables.access.sign_in import CodeAttempt, PendingCode, SignInStore
from gotovo.words.formats.phones import mask_phone

LIFETIME: Final = timedelta(minutes=5)
TRIES_MAX: Final = 3

_CODES = 10**6
_RANDOM_BYTES = 16  # Far more than six digits need, so that no code is likelier than another.


async def ask(
    store: SignInStore,
    secret: bytes,
    phone: str,
    browser: str,
    now: datetime,
    *,
    customer: str,
    random_bytes: Callable[[int], bytes],
) -> str:
    """Make a code for a phone (E.164) and this browser; return it for the message.

    `customer` is the account that the phone opens.
    """
    code = f"{int.from_bytes(random_bytes(_RANDOM_BYTES), 'big') % _CODES:06d}"
    pending = PendingCode(
        customer=customer,
        shown_as=mask_phone(phone),
        digest=_digest(secret, browser, code),
        expires_at=now + LIFETIME,
        tries_left=TRIES_MAX,
    )
    await store.put_code(_browser_key(browser), pending)
    return code


async def answer(
    store: SignInStore, secret: bytes, browser: str, typed: str, now: datetime
) -> CodeAttempt:
    """Try a typed code; spaces and dashes don't matter."""
    code = "".join(c for c in typed if c.isalnum())
    return await store.try_code(_browser_key(browser), _digest(secret, browser, code), now)


async def sent_to(store: SignInStore, browser: str, now: datetime) -> str | None:
    """Return the masked phone that this browser's living code was sent to."""
    return await store.pending_code(_browser_key(browser), now)


def _browser_key(browser: str) -> bytes:
    """Return the key under which the database stores a browser's code."""
    return hashlib.sha256(b"browser:" + browser.encode()).digest()


def _digest(secret: bytes, browser: str, code: str) -> bytes:
    return hmac.digest(secret, f"sign-in:{browser}:{code}".encode(), hashlib.sha256)
