"""Invitations: a link with which one person chooses, once, how to sign in.

Whoever is invited has a name and grants already; the link proves who they are, so it is made by an
administrator, lives for `LIFETIME`, and is stored as a digest. The same link, made again, is what
helps somebody who has lost everything: it deletes what signed them in before.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.access.staff.proofs import passkeys, totp
from gotovo.access.staff.proofs.passwords import WeakPassword, weakness_of
from gotovo.access.staff.staff_access import StaffAccess
from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.staff.credentials import NewPassword, OpenInvitation, StaffPasskey
from gotovo.store.tables.staff.people import NewGrant, NewInvitation, NewPerson

LIFETIME: Final = timedelta(hours=72)
"""Who is invited on a Friday accepts on the Monday."""

PATH: Final = "/staff/invitation/"
_TOKEN_BYTES: Final = 32


class InvitationKind(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    RESET = "reset"


class WrongCode(StrEnum):
    """Why a one-time code does not prove that an authenticator app has the secret."""

    WRONG = "wrong_code"


class ChosenPassword(Struct, frozen=True):
    """A password that somebody chooses with one-time codes.

    `secret` is what the QR code showed, `code` proves that the person's app has it.
    """

    password: str
    secret: str
    code: str


class Invited(Struct, frozen=True):
    """A link that was just made: whose, its token, and until when it can be used."""

    person: UUID
    token: str
    expires_at: datetime

    def url(self, public_url: str) -> str:
        """Return the link."""
        return f"{public_url.rstrip('/')}{PATH}{self.token}"


class Accepted(Struct, frozen=True):
    """An invitation that was used: by whom, and the recovery codes to write down."""

    person: UUID
    recovery_codes: Sequence[str] = ()


async def invite(
    access: StaffAccess, new: NewPerson, grants: Sequence[NewGrant], now: datetime, by: Author
) -> Invited | None:
    """Store a person with their grants and return the link for them; None where one has the login.

    The same person's id twice is one person.
    """
    token, invitation = _made(access.random_bytes, InvitationKind.INVITATION, now)
    if not await access.people.invite(new, grants, invitation, now, by):
        return None
    return Invited(new.id, token, invitation.expires_at)


async def invite_again(
    access: StaffAccess, person: UUID, kind: InvitationKind, now: datetime, by: Author
) -> Invited | None:
    """Return another link, in place of the one before; None where nobody has this id.

    A reset ends all sessions of the person and deletes what signed them in.
    """
    token, invitation = _made(access.random_bytes, kind, now)
    if not await access.people.invite_again(person, invitation, now, by):
        return None
    return Invited(person, token, invitation.expires_at)


async def find(access: StaffAccess, token: str, now: datetime) -> OpenInvitation | None:
    """Return the invitation of a link that can be used."""
    return await access.credentials.invitation(_digest(token), now)


async def accept_with_password(
    access: StaffAccess, token: str, chosen: ChosenPassword, now: datetime
) -> Accepted | WeakPassword | WrongCode | None:
    """Use a link and choose a password; None where the link can't be used."""
    invitation = await find(access, token, now)
    if invitation is None or access.passkeys_only:
        return None
    own = invitation.login, invitation.name
    made = await new_password(access, invitation.person, own, chosen, now)
    if not isinstance(made, MadePassword):
        return made
    person = await access.credentials.accept_with_password(_digest(token), made.stored, now)
    return None if person is None else Accepted(person, made.recovery_codes)


async def accept_with_passkey(
    access: StaffAccess, token: str, passkey: StaffPasskey, now: datetime
) -> Accepted | None:
    """Use a link and store a passkey that was verified; None where the link can't be used."""
    person = await access.credentials.accept_with_passkey(
        _digest(token), passkey, passkeys.PASSKEYS_MAX, now
    )
    return None if person is None else Accepted(person)


class MadePassword(Struct, frozen=True):
    """A password as it is stored, and the recovery codes that go with it."""

    stored: NewPassword
    recovery_codes: Sequence[str]


async def new_password(
    access: StaffAccess,
    person: UUID,
    own: Sequence[str],
    chosen: ChosenPassword,
    now: datetime,
) -> MadePassword | WeakPassword | WrongCode:
    """Return a password with one-time codes as it is stored, or what is wrong with it.

    `own` are the login and the name, which a password may not be.
    """
    if weakness := weakness_of(chosen.password, own):
        return weakness
    step = totp.matching_step(chosen.secret, chosen.code, now)
    if step is None:
        return WrongCode.WRONG
    recovery = totp.new_recovery_codes()
    keys = access.keyring().staff
    stored = NewPassword(
        password=await access.passwords.hashed(chosen.password),
        totp=totp.sealed_secret(keys, access.random_bytes, person, chosen.secret),
        totp_step=step,
        recovery_digests=[totp.recovery_digest(person, each) for each in recovery],
    )
    return MadePassword(stored, recovery)


def _made(
    random_bytes: Callable[[int], bytes], kind: InvitationKind, now: datetime
) -> tuple[str, NewInvitation]:
    token = urlsafe_b64encode(random_bytes(_TOKEN_BYTES)).decode().rstrip("=")
    return token, NewInvitation(_digest(token), kind, now + LIFETIME)


def _digest(token: str) -> bytes:
    return hashlib.sha256(b"staff invitation:" + token.encode()).digest()
