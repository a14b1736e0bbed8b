"""Invitations: used once, in time, by whoever has the link; and what a reset takes away."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from msgspec import structs

from gotovo.access.buyer.user_agent import Device
from gotovo.access.staff import invitations
from gotovo.access.staff.invitations import Accepted, ChosenPassword, InvitationKind, WrongCode
from gotovo.access.staff.proofs import passkeys
from gotovo.access.staff.proofs.passwords import WeakPassword
from gotovo.access.staff.proofs.totp import new_secret
from gotovo.access.staff.staff_access import StaffAccess
from gotovo.store.tables.security.entries import PROGRAM
from gotovo.store.tables.staff.people import NewGrant, NewPerson
from tests.support.access.authenticator import Authenticator
from tests.support.access.staff import PASSWORD, code_of, signed_in
from tests.support.web.cast import NOW


async def invited(access: StaffAccess) -> invitations.Invited:
    grant = NewGrant(uuid4(), "point", None, "KZN-1")
    new = NewPerson(uuid4(), "alina", "Alina")
    made = await invitations.invite(access, new, [grant], NOW, PROGRAM)
    assert made is not None
    return made


def chosen(password: str = PASSWORD) -> ChosenPassword:
    secret = new_secret()
    return ChosenPassword(password, secret, code_of(secret, NOW))


async def test_a_link_is_used_once_and_the_codes_of_the_page_are_for_the_person(
    access: StaffAccess,
) -> None:
    link = await invited(access)
    accepted = await invitations.accept_with_password(access, link.token, chosen(), NOW)
    assert isinstance(accepted, Accepted)
    assert accepted.person == link.person
    assert len(set(accepted.recovery_codes)) == 10
    assert await invitations.accept_with_password(access, link.token, chosen(), NOW) is None
    person = await access.people.find(link.person)
    assert person is not None
    assert person.has_password


async def test_a_login_is_given_once(access: StaffAccess) -> None:
    await invited(access)
    again = NewPerson(uuid4(), "alina", "Another Alina")
    assert await invitations.invite(access, again, [], NOW, PROGRAM) is None
    assert await access.people.find(again.id) is None


@pytest.mark.parametrize("end", ["expired", "revoked", "replaced", "suspended"])
async def test_a_link_that_has_ended_opens_nothing(access: StaffAccess, end: str) -> None:
    link, now = await invited(access), NOW
    match end:
        case "expired":
            now = NOW + invitations.LIFETIME
        case "revoked":
            assert await access.people.revoke_invitation(link.person, NOW, PROGRAM)
        case "replaced":
            kind = InvitationKind.INVITATION
            assert await invitations.invite_again(access, link.person, kind, NOW, PROGRAM)
        case _:
            await access.people.suspend(link.person, NOW, PROGRAM)
    assert await invitations.find(access, link.token, now) is None
    assert await invitations.accept_with_password(access, link.token, chosen(), now) is None


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("short", WeakPassword.SHORT),
        ("x" * 129, WeakPassword.LONG),
        ("qwerty123456", WeakPassword.COMMON),
        ("ababababababab", WeakPassword.COMMON),
        ("Alina-2024-2025", WeakPassword.OWN),
    ],
)
async def test_a_weak_password_is_not_taken_and_leaves_the_link_as_it_is(
    access: StaffAccess, password: str, weakness: WeakPassword
) -> None:
    link = await invited(access)
    got = await invitations.accept_with_password(access, link.token, chosen(password), NOW)
    assert got is weakness
    assert await invitations.find(access, link.token, NOW) is not None


async def test_an_app_that_shows_another_code_is_not_enrolled(access: StaffAccess) -> None:
    link = await invited(access)
    wrong = structs.replace(chosen(), code="000000")
    got = await invitations.accept_with_password(access, link.token, wrong, NOW)
    assert got is WrongCode.WRONG
    empty = ChosenPassword(PASSWORD, "", "000000")
    assert await invitations.accept_with_password(access, link.token, empty, NOW) is WrongCode.WRONG


async def test_a_passkey_is_enough(access: StaffAccess) -> None:
    link = await invited(access)
    key = Authenticator("gotovo.test", "https://gotovo.test")
    assert access.site is not None
    options = await passkeys.creation_options(
        access, access.site, link.token, link.person, "alina", now=NOW
    )
    made = await passkeys.verified(
        access,
        access.site,
        link.token,
        link.person,
        key.make(options),
        device=Device("Chrome", "Linux"),
        now=NOW,
    )
    assert made is not None
    accepted = await invitations.accept_with_passkey(access, link.token, made, NOW)
    assert accepted == Accepted(link.person)
    assert [each.id for each in await access.credentials.passkeys_of(link.person)] == [key.id]
    only = await access.credentials.remove_passkey(link.person, key.id, NOW, PROGRAM)
    assert only is False, "nothing else would sign them in"


async def test_a_reset_takes_away_all_that_signed_the_person_in(access: StaffAccess) -> None:
    link = await invited(access)
    await invitations.accept_with_password(access, link.token, chosen(), NOW)
    token = await signed_in(access, link.person, NOW)
    again = await invitations.invite_again(access, link.person, InvitationKind.RESET, NOW, PROGRAM)
    assert again is not None
    assert await access.sessions.find(token, NOW) is None
    known = await access.credentials.of_login("alina")
    assert known is not None
    assert (known.password, known.totp) == (None, None)
    assert await access.credentials.recovery_codes_left(link.person) == 0
    assert await invitations.accept_with_password(access, again.token, chosen(), NOW)


async def test_the_database_holds_no_link(access: StaffAccess, pool: "asyncpg.Pool[Any]") -> None:
    link = await invited(access)
    stored = await pool.fetchrow("select * from staff_invitation")
    assert stored is not None
    assert link.token not in str(tuple(stored))
    assert stored["expires_at"] == NOW + timedelta(hours=72)
