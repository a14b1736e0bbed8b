"""Passkeys: signing in with what unlocks the device, instead of a code in a message.

A passkey is bound to this site, so a phishing page can't use it. It is created by a buyer who is
signed in, and it signs a challenge made for one browser and valid once. Signing in names no phone:
the passkey itself identifies the buyer, so nobody can find out whether a phone is known. The rules
are those of WebAuthn Level 2 (W3C); the checks are done by the library (`webauthn_ceremonies.py`).
"""

import hashlib
import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from gotovo.access.buyer.passkey_values import (
    PasskeyCreation,
    PasskeyProof,
    PasskeyUser,
    RelyingParty,
)
from gotovo.access.buyer.user_agent import Device
from gotovo.store.tables.access.passkeys import Passkey, PasskeyStore
from gotovo.store.tables.access.sign_in import Session

LIFETIME: Final = timedelta(days=180)
"""An unused phone number is given to somebody else after about half a year. The previous owner may
not see the new owner's orders, so the phone has to be proved again."""

CHALLENGE_LIFETIME: Final = timedelta(minutes=5)
"""Long enough to fetch a security key from another room."""

PASSKEYS_MAX: Final = 10
"""One for each device; most are also synchronized between devices."""

_CHALLENGE_BYTES = 32


def site_of(public_url: str) -> RelyingParty | None:
    """Return the site, None where browsers offer no passkeys: without https, or at an IP address.

    `localhost` is an exception, as in browsers.
    """
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    if host != "localhost" and (parts.scheme != "https" or _is_address(host)):
        return None
    return RelyingParty(host, public_url)


async def creation_options(
    store: PasskeyStore,
    site: RelyingParty,
    token: str,
    session: Session,
    now: datetime,
    *,
    random_bytes: Callable[[int], bytes],
) -> bytes:
    """Return what a browser needs to make a passkey for a session, as JSON."""
    known = await store.of_customer(session.customer, now)
    challenge = await _challenge(store, token, now, random_bytes)
    user = PasskeyUser(bytes.fromhex(session.customer), session.shown_as)
    return _ceremonies().creation_options(site, user, challenge, [each.id for each in known])


async def create(
    store: PasskeyStore,
    site: RelyingParty,
    token: str,
    session: Session,
    made: PasskeyCreation,
    *,
    device: Device,
    now: datetime,
) -> bool:
    """Verify and store a new passkey of a session; tell whether it is valid."""
    challenge = await store.take_challenge(_challenge_key(token), now)
    if challenge is None:
        return False
    verified = _ceremonies().verified_creation(site, made, challenge)
    if verified is None:
        return False
    passkey = Passkey(
        id=verified.credential_id,
        customer=session.customer,
        shown_as=session.shown_as,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        browser=device.browser,
        system=device.system,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    return await store.put(passkey, PASSKEYS_MAX)


async def request_options(
    store: PasskeyStore,
    site: RelyingParty,
    browser: str,
    now: datetime,
    *,
    random_bytes: Callable[[int], bytes],
) -> bytes:
    """Return what a browser needs to sign in with any passkey of this site, as JSON."""
    challenge = await _challenge(store, browser, now, random_bytes)
    return _ceremonies().request_options(site, challenge)


async def prove(
    store: PasskeyStore, site: RelyingParty, browser: str, proof: PasskeyProof, now: datetime
) -> Passkey | None:
    """Return the passkey that signed this browser's challenge, else None."""
    challenge = await store.take_challenge(_challenge_key(browser), now)
    passkey_id = _ceremonies().id_of(proof)
    passkey = None if passkey_id is None else await store.find(passkey_id, now)
    if challenge is None or passkey is None:
        return None
    sign_count = _ceremonies().verified_sign_count(
        site, proof, challenge, passkey.public_key, passkey.sign_count
    )
    if sign_count is None:
        return None
    fits = await store.count_use(passkey.id, sign_count)
    return passkey if fits else None


def _ceremonies():  # noqa: ANN202  (a module; its type is inferred)
    """Return the module that calls the library, which takes 10 MB and 40 ms to import.

    So it is imported when the first passkey is used.
    """
    from gotovo.access.buyer import webauthn_ceremonies  # noqa: PLC0415

    return webauthn_ceremonies


async def _challenge(
    store: PasskeyStore, token: str, now: datetime, random_bytes: Callable[[int], bytes]
) -> bytes:
    challenge = random_bytes(_CHALLENGE_BYTES)
    await store.put_challenge(_challenge_key(token), challenge, now + CHALLENGE_LIFETIME)
    return challenge


def _challenge_key(token: str) -> bytes:
    """Return the key under which the database stores a browser's challenge."""
    return hashlib.sha256(b"passkey:" + token.encode()).digest()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
