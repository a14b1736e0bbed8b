"""Passkeys of staff: made by somebody who has just proved who they are, and bound to this site."""

import hashlib
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gotovo.access.buyer.passkey_values import (
    PasskeyCreation,
    PasskeyProof,
    PasskeyUser,
    RelyingParty,
)
from gotovo.access.buyer.user_agent import Device
from gotovo.access.staff.staff_access import StaffAccess
from gotovo.store.tables.staff.credentials import StaffPasskey

CHALLENGE_LIFETIME: Final = timedelta(minutes=5)
"""Long enough to fetch a security key from another room."""

PASSKEYS_MAX: Final = 10
"""One for each device of a person, and a security key in the safe."""

_CHALLENGE_BYTES: Final = 32


async def creation_options(
    access: StaffAccess,
    site: RelyingParty,
    client: str,
    person: UUID,
    login: str,
    *,
    now: datetime,
) -> bytes:
    """Return what a browser needs to make a passkey for a person, as JSON.

    `client` is the token of the session or the invitation that it is made in.
    """
    known = await access.credentials.passkeys_of(person)
    challenge = await _challenge(access, client, now)
    user = PasskeyUser(person.bytes, login)
    return _ceremonies().creation_options(site, user, challenge, [each.id for each in known])


async def verified(
    access: StaffAccess,
    site: RelyingParty,
    client: str,
    person: UUID,
    made: PasskeyCreation,
    *,
    device: Device,
    now: datetime,
) -> StaffPasskey | None:
    """Return a new passkey that answers the challenge of this client, None if it does not."""
    challenge = await access.challenges.take_challenge(_challenge_key(client), now)
    if challenge is None:
        return None
    found = _ceremonies().verified_creation(site, made, challenge)
    if found is None:
        return None
    return StaffPasskey(
        id=found.credential_id,
        person=person,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        browser=device.browser,
        system=device.system,
        created_at=now,
    )


async def request_options(
    access: StaffAccess, site: RelyingParty, client: str, now: datetime
) -> bytes:
    """Return what a browser needs to sign with any passkey of this site, as JSON."""
    challenge = await _challenge(access, client, now)
    return _ceremonies().request_options(site, challenge)


async def proved(
    access: StaffAccess, site: RelyingParty, client: str, proof: PasskeyProof, now: datetime
) -> StaffPasskey | None:
    """Return the passkey that signed the challenge of this client, else None."""
    challenge = await access.challenges.take_challenge(_challenge_key(client), now)
    passkey_id = _ceremonies().id_of(proof)
    passkey = None if passkey_id is None else await access.credentials.find_passkey(passkey_id)
    if challenge is None or passkey is None:
        return None
    sign_count = _ceremonies().verified_sign_count(
        site, proof, challenge, passkey.public_key, passkey.sign_count
    )
    if sign_count is None:
        return None
    fits = await access.credentials.count_passkey_use(passkey.id, sign_count, now)
    return passkey if fits else None


def _ceremonies():  # noqa: ANN202  (a module; its type is inferred)
    """Return the module that calls the library, which takes 10 MB and 40 ms to import."""
    from gotovo.access.buyer import webauthn_ceremonies  # noqa: PLC0415

    return webauthn_ceremonies


async def _challenge(access: StaffAccess, client: str, now: datetime) -> bytes:
    challenge = access.random_bytes(_CHALLENGE_BYTES)
    await access.challenges.put_challenge(
        _challenge_key(client), challenge, now + CHALLENGE_LIFETIME
    )
    return challenge


def _challenge_key(client: str) -> bytes:
    """Return the key under which the database stores a client's challenge; none of a buyer's."""
    return hashlib.sha256(b"staff passkey:" + client.encode()).digest()
