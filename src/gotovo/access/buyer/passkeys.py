"""Passkeys: signing in with what unlocks the device, instead of a code in a message.

A passkey is bound to this site, so a phishing page can't use it. It is created by a buyer who is
signed in, and it signs a challenge made for one browser and valid once. Signing in names no phone:
the passkey itself identifies the buyer, so nobody can find out whether a phone is known. The rules
are those of WebAuthn Level 2 (W3C); the checks are done by the library.
"""

import hashlib
import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
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
_NAME = "Gotovo"
_VERIFIED = UserVerificationRequirement.REQUIRED
_BAD = (WebAuthnException, ValueError, KeyError, TypeError, IndexError, OverflowError)
"""What the library raises for garbage: its own errors, and those of the formats inside."""


class RelyingParty(Struct, frozen=True):
    """The site that passkeys are bound to: its host, and the origin of its pages."""

    host: str
    origin: str


class PasskeyCreation(Struct, frozen=True):
    """A new passkey as the browser sends it, each field in base64url."""

    id: str
    client_data: str
    attestation: str


class PasskeyProof(Struct, frozen=True):
    """The signature of a passkey as the browser sends it, each field in base64url."""

    id: str
    client_data: str
    authenticator_data: str
    signature: str


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
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=_NAME,
        user_id=bytes.fromhex(session.customer),
        user_name=session.shown_as,
        user_display_name=session.shown_as,
        challenge=await _challenge(store, token, now, random_bytes),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each.id) for each in known],
    )
    return options_to_json(options).encode()


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
    try:
        verified = verify_registration_response(
            credential=RegistrationCredential(
                id=made.id,
                raw_id=base64url_to_bytes(made.id),
                response=AuthenticatorAttestationResponse(
                    base64url_to_bytes(made.client_data), base64url_to_bytes(made.attestation)
                ),
            ),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _BAD:
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
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=await _challenge(store, browser, now, random_bytes),
        user_verification=_VERIFIED,
    )
    return options_to_json(options).encode()


async def prove(
    store: PasskeyStore, site: RelyingParty, browser: str, proof: PasskeyProof, now: datetime
) -> Passkey | None:
    """Return the passkey that signed this browser's challenge, else None."""
    challenge = await store.take_challenge(_challenge_key(browser), now)
    try:
        passkey = await store.find(base64url_to_bytes(proof.id), now)
        if challenge is None or passkey is None:
            return None
        verified = verify_authentication_response(
            credential=AuthenticationCredential(
                id=proof.id,
                raw_id=passkey.id,
                response=AuthenticatorAssertionResponse(
                    base64url_to_bytes(proof.client_data),
                    base64url_to_bytes(proof.authenticator_data),
                    base64url_to_bytes(proof.signature),
                ),
            ),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _BAD:
        return None
    fits = await store.count_use(passkey.id, verified.new_sign_count)
    return passkey if fits else None


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
