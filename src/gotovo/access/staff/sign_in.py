"""Signing in as staff: with a passkey, or with a password and a one-time code.

An unknown login gets the same answer as a wrong password, after the same time. The one-time code
is looked at only with the right password, so that guessing passwords uses up no codes.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.access.buyer.passkey_values import PasskeyProof
from gotovo.access.buyer.user_agent import Device
from gotovo.access.rate_limits import wide_network_of
from gotovo.access.security_log import SecurityEvent
from gotovo.access.staff.proofs import passkeys, totp
from gotovo.access.staff.sessions import BegunStaffSession, SignInMethod
from gotovo.access.staff.sign_in_limits import sign_in_succeeded, sign_in_wait
from gotovo.access.staff.staff_access import StaffAccess, login_of
from gotovo.store.tables.security.entries import VISITOR, Author
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.store.tables.staff.credentials import StaffCredentials
from gotovo.store.tables.staff.people import staff_subject
from gotovo.store.tables.staff.sessions import StaffSession

FRESH: Final = timedelta(minutes=10)
"""How long a proof counts for what changes how somebody signs in: as long as it takes to do it."""


class Client(Struct, frozen=True):
    """Who asks, and when: network address, device, and the instant."""

    address: str
    device: Device
    now: datetime


class TypedProof(Struct, frozen=True):
    """What somebody types: a password, and a one-time code or a recovery code."""

    password: str
    code: str


class SignInRefused(Struct, frozen=True):
    """Nobody was signed in; `wait` is how long to wait where there were too many attempts."""

    wait: timedelta | None = None


async def sign_in_with_password(
    access: StaffAccess, login: str, typed: TypedProof, client: Client
) -> BegunStaffSession | SignInRefused:
    """Begin a session for the person with a login, or refuse without saying what was wrong."""
    login, now = login_of(login), client.now
    if access.passkeys_only:
        return _refused(access, client, "passkeys_only", None)
    if wait := await sign_in_wait(access, login, client.address, now):
        return SignInRefused(wait)
    known = await access.credentials.of_login(login) if login else None
    method = await _proof(access, known, typed, now)
    if not isinstance(method, SignInMethod):
        return _refused(access, client, method, known)
    assert known is not None, "only who is known has a right password"
    await sign_in_succeeded(access, login, client.address, now)
    return await begin(access, known.id, method, client)


async def sign_in_with_passkey(
    access: StaffAccess, browser: str, proof: PasskeyProof, client: Client
) -> BegunStaffSession | SignInRefused:
    """Begin a session for the owner of the passkey that signed this browser's challenge."""
    assert access.site is not None, "no browser makes passkeys without a site"
    passkey = await passkeys.proved(access, access.site, browser, proof, client.now)
    if passkey is None:
        return _refused(access, client, "wrong_passkey", None, "passkey")
    return await begin(access, passkey.person, SignInMethod.PASSKEY, client)


async def begin(
    access: StaffAccess, person: UUID, method: SignInMethod, client: Client
) -> BegunStaffSession | SignInRefused:
    """Begin a session for somebody who has proved who they are."""
    grants = await access.people.grants_of([person])
    begun = await access.sessions.begin(person, grants, method, client.device, client.now)
    if begun is None:
        return SignInRefused()
    by = Author(staff_subject(person), wide_network_of(client.address))
    access.record(SecurityEvent(SecurityKind.SIGNED_IN, by, method=method))
    return begun


async def confirm_with_password(
    access: StaffAccess, session: StaffSession, typed: TypedProof, client: Client
) -> SignInRefused | None:
    """Let the person of a session prove again who they are; None once it is proved."""
    if access.passkeys_only:
        return SignInRefused()
    if wait := await sign_in_wait(access, session.login, client.address, client.now):
        return SignInRefused(wait)
    known = await access.credentials.of_person(session.person)
    method = await _proof(access, known, typed, client.now)
    if not isinstance(method, SignInMethod):
        return _not_confirmed(access, session, client, "password")
    await sign_in_succeeded(access, session.login, client.address, client.now)
    await _confirm(access, session, client, method)
    return None


async def confirm_with_passkey(
    access: StaffAccess, session: StaffSession, token: str, proof: PasskeyProof, client: Client
) -> SignInRefused | None:
    """Let the person of a session prove it with a passkey of their own; None once it is proved."""
    assert access.site is not None, "no browser makes passkeys without a site"
    passkey = await passkeys.proved(access, access.site, token, proof, client.now)
    if passkey is None or passkey.person != session.person:
        return _not_confirmed(access, session, client, "passkey")
    await _confirm(access, session, client, SignInMethod.PASSKEY)
    return None


def is_proof_fresh(session: StaffSession, now: datetime) -> bool:
    """Tell whether the person of a session proved lately who they are."""
    return now - session.proved_at < FRESH


async def _proof(
    access: StaffAccess, known: StaffCredentials | None, typed: TypedProof, now: datetime
) -> SignInMethod | str:
    """Return how somebody proved who they are, or for the security log why they did not."""
    is_right = await access.passwords.is_right(known and known.password, typed.password)
    if known is None or known.password is None or known.totp is None:
        return "unknown"
    if not is_right:
        return "wrong_password"
    if known.is_suspended:
        return "suspended"
    method = await _second_factor(access, known, typed.code, now)
    if isinstance(method, SignInMethod) and access.passwords.is_outdated(known.password):
        renewed = await access.passwords.hashed(typed.password)
        await access.credentials.rehash(known.id, known.password, renewed)
    return method


async def _second_factor(
    access: StaffAccess, known: StaffCredentials, code: str, now: datetime
) -> SignInMethod | str:
    assert known.totp is not None, known.id
    if totp.looks_like_recovery(code):
        digest = totp.recovery_digest(known.id, code)
        is_used = await access.credentials.use_recovery_code(known.id, digest, now)
        return SignInMethod.RECOVERY if is_used else "wrong_code"
    keys = access.keyring().staff
    secret = totp.opened_secret(keys, known.id, known.totp)
    step = totp.matching_step(secret, code, now) if secret else None
    if step is None:
        return "wrong_code"
    if not await access.credentials.use_totp_step(known.id, step):
        return "used_code"
    if not totp.is_sealed_under_newest(keys, known.id, known.totp):
        sealed = totp.sealed_secret(keys, access.random_bytes, known.id, secret)
        await access.credentials.reseal(known.id, known.totp, sealed)
    return SignInMethod.PASSWORD


def _refused(
    access: StaffAccess,
    client: Client,
    outcome: str,
    known: StaffCredentials | None,
    method: str = "password",
) -> SignInRefused:
    event = SecurityEvent(
        SecurityKind.SIGN_IN_FAILED,
        Author(VISITOR, wide_network_of(client.address)),
        subject="" if known is None else staff_subject(known.id),
        outcome=outcome,
        method=method,
    )
    access.record(event)
    return SignInRefused()


def _not_confirmed(
    access: StaffAccess, session: StaffSession, client: Client, method: str
) -> SignInRefused:
    by = Author(staff_subject(session.person), wide_network_of(client.address))
    access.record(SecurityEvent(SecurityKind.PERSON_NOT_CONFIRMED, by, method=method))
    return SignInRefused()


async def _confirm(
    access: StaffAccess, session: StaffSession, client: Client, method: SignInMethod
) -> None:
    await access.sessions.store.prove(session.digest, client.now)
    by = Author(staff_subject(session.person), wide_network_of(client.address))
    access.record(SecurityEvent(SecurityKind.PERSON_CONFIRMED, by, method=method))
