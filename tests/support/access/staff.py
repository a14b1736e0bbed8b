"""Staff of tests: quick passwords, and people who can be signed in as at once."""

import os
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from pyotp.totp import TOTP

from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.buyer.user_agent import Device
from gotovo.access.security_log import SecurityLog
from gotovo.access.staff.grants import StaffGrant
from gotovo.access.staff.invitations import ChosenPassword, MadePassword, new_password
from gotovo.access.staff.proofs.passwords import Passwords
from gotovo.access.staff.proofs.totp import new_secret
from gotovo.access.staff.sessions import SignInMethod
from gotovo.access.staff.staff_access import StaffAccess, staff_access_on
from gotovo.keyring.keyring import Keyring
from gotovo.store.tables.security.entries import PROGRAM
from gotovo.store.tables.staff.people import NewGrant, NewInvitation, NewPerson


def quick_staff_access(
    pool: "asyncpg.Pool[Any]",
    keyring: Keyring,
    accounts: PhoneAccounts,
    log: SecurityLog,
    public_url: str = "",
) -> StaffAccess:
    """Return what staff sign in with, on a pool of a test."""
    return staff_access_on(
        pool,
        keyring=lambda: keyring,
        phone_accounts=accounts,
        security_log=log,
        random_bytes=os.urandom,
        public_url=public_url,
        passwords=Passwords(memory_kib=64, passes=1),
    )


async def hire(
    access: StaffAccess, name: str, *grants: StaffGrant, now: datetime, own_customer: str = ""
) -> UUID:
    """Store a person with grants; their invitation is not used."""
    person = uuid4()
    new = NewPerson(person, name.lower(), name, None, own_customer)
    given = [NewGrant(uuid4(), x.role, x.shop, x.point, x.warehouse) for x in grants]
    invitation = NewInvitation(os.urandom(32), "invitation", now)
    assert await access.people.invite(new, given, invitation, now, PROGRAM), name
    return person


async def signed_in(
    access: StaffAccess, person: UUID, now: datetime, method: SignInMethod = SignInMethod.PASSKEY
) -> str:
    """Return the token of a new session of a person."""
    grants = await access.people.grants_of([person])
    begun = await access.sessions.begin(person, grants, method, Device("Chrome", "Linux"), now)
    assert begun is not None, person
    return begun.token


PASSWORD = "several ordinary words"


async def with_password(access: StaffAccess, person: UUID, now: datetime) -> tuple[str, list[str]]:
    """Give a person a password; return the secret of their one-time codes, and recovery codes."""
    secret = new_secret()
    chosen = ChosenPassword(PASSWORD, secret, code_of(secret, now))
    made = await new_password(access, person, (), chosen, now)
    assert isinstance(made, MadePassword), made
    await access.credentials.put_password(person, made.stored, now, PROGRAM)
    return secret, list(made.recovery_codes)


def code_of(secret: str, now: datetime) -> str:
    """Return what an authenticator app shows at an instant."""
    return TOTP(secret).at(now)
