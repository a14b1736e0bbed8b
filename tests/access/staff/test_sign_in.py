"""Who gets in as staff, with what, how often; and that nobody learns who works here."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.access.buyer.user_agent import Device
from gotovo.access.staff.grants import StaffGrant
from gotovo.access.staff.proofs import passkeys, totp
from gotovo.access.staff.proofs.passwords import Passwords
from gotovo.access.staff.sessions import BegunStaffSession, actor_of_session
from gotovo.access.staff.sign_in import (
    Client,
    SignInRefused,
    TypedProof,
    confirm_with_passkey,
    confirm_with_password,
    is_proof_fresh,
    sign_in_with_passkey,
    sign_in_with_password,
)
from gotovo.access.staff.staff_access import StaffAccess
from gotovo.keyring.keyring import Keyring, Keys
from gotovo.order.values.actor import Role
from gotovo.store.tables.security.entries import PROGRAM
from tests.support.access.authenticator import Authenticator
from tests.support.access.staff import PASSWORD, code_of, hire, with_password
from tests.support.web.cast import NOW

CLERK = StaffGrant(Role.POINT, point="KZN-1")
CHROME = Device("Chrome", "Linux")
STEP = timedelta(seconds=30)


def at(steps: int = 1, address: str = "203.0.113.9") -> Client:
    """Return a client some steps after now: the codes of before are used up."""
    return Client(address, CHROME, NOW + steps * STEP)


async def signs_in(
    access: StaffAccess, secret: str, client: Client, login: str = "alina", password: str = PASSWORD
) -> BegunStaffSession | SignInRefused:
    typed = TypedProof(password, code_of(secret, client.now))
    return await sign_in_with_password(access, login, typed, client)


async def test_a_password_with_the_code_of_the_moment_lets_the_person_in(
    access: StaffAccess,
) -> None:
    person = await hire(access, "Alina", CLERK, now=NOW)
    secret, _ = await with_password(access, person, NOW)
    begun = await signs_in(access, secret, at(), login=" ALINA ")
    assert isinstance(begun, BegunStaffSession)
    session = await access.sessions.find(begun.token, NOW + STEP)
    assert session is not None
    assert (session.name, session.role, session.point) == ("Alina", "point", "KZN-1")
    actor = actor_of_session(session)
    assert actor is not None
    assert (actor.id, actor.place) == (f"staff-{person.hex}", "KZN-1")


async def test_no_code_is_used_twice_and_none_is_older_than_a_step(access: StaffAccess) -> None:
    person = await hire(access, "Alina", CLERK, now=NOW)
    secret, _ = await with_password(access, person, NOW)
    code = code_of(secret, NOW + STEP)
    first = await sign_in_with_password(access, "alina", TypedProof(PASSWORD, code), at(2))
    again = await sign_in_with_password(access, "alina", TypedProof(PASSWORD, code), at(2))
    old = code_of(secret, NOW + 3 * STEP)
    late = await sign_in_with_password(access, "alina", TypedProof(PASSWORD, old), at(5))
    assert isinstance(first, BegunStaffSession)
    assert again == late == SignInRefused()


@pytest.mark.parametrize("wrong", ["login", "password", "code", "suspended"])
async def test_whatever_is_wrong_the_answer_is_the_same_and_the_log_knows(
    access: StaffAccess, pool: "asyncpg.Pool[Any]", wrong: str
) -> None:
    person = await hire(access, "Alina", CLERK, now=NOW)
    secret, _ = await with_password(access, person, NOW)
    if wrong == "suspended":
        await access.people.suspend(person, NOW, PROGRAM)
    login = "nobody" if wrong == "login" else "alina"
    typed = TypedProof(
        "another password" if wrong == "password" else PASSWORD,
        "000000" if wrong == "code" else code_of(secret, NOW + STEP),
    )
    assert await sign_in_with_password(access, login, typed, at()) == SignInRefused()
    await access.security_log.write(all_minutes=True)
    outcome = await pool.fetchval("select outcome from security_log where kind = 'sign_in.failed'")
    assert (
        outcome
        == {
            "login": "unknown",
            "password": "wrong_password",
            "code": "wrong_code",
            "suspended": "suspended",
        }[wrong]
    )


async def test_an_unknown_login_costs_as_many_hashes_as_a_known_one(access: StaffAccess) -> None:
    hashes: list[str] = []

    class Counted(Passwords):
        async def _verified(self, stored: str, password: str) -> bool:
            hashes.append(stored)
            return await super()._verified(stored, password)

    counted = structs.replace(access, passwords=Counted(memory_kib=64, passes=1))
    await with_password(counted, await hire(access, "Alina", CLERK, now=NOW), NOW)
    for login in ("alina", "nobody"):
        await sign_in_with_password(counted, login, TypedProof("wrong password", "1"), at())
    assert len(hashes) == 2


async def test_a_network_that_guesses_is_slowed_down_and_another_one_is_not(
    access: StaffAccess,
) -> None:
    person = await hire(access, "Alina", CLERK, now=NOW)
    secret, _ = await with_password(access, person, NOW)
    guesses = [
        await sign_in_with_password(access, "alina", TypedProof(f"guess {n}", "1"), at())
        for n in range(8)
    ]
    waits = [each.wait for each in guesses if isinstance(each, SignInRefused)]
    assert waits[:5] == [None] * 5
    assert waits[-1] is not None
    assert isinstance(await signs_in(access, secret, at()), SignInRefused)
    elsewhere = await signs_in(access, secret, at(address="198.51.100.7"))
    assert isinstance(elsewhere, BegunStaffSession)


async def test_who_signs_in_rightly_is_never_slowed_down(access: StaffAccess) -> None:
    person = await hire(access, "Alina", CLERK, now=NOW)
    secret, _ = await with_password(access, person, NOW)
    begun = [await signs_in(access, secret, at(steps)) for steps in range(1, 21)]
    assert all(isinstance(each, BegunStaffSession) for each in begun)


async def test_a_recovery_code_replaces_the_app_once(access: StaffAccess) -> None:
    person = await hire(access, "Alina", CLERK, now=NOW)
    _, recovery = await with_password(access, person, NOW)
    typed = TypedProof(PASSWORD, recovery[3].upper().replace("-", " "))
    assert isinstance(await sign_in_with_password(access, "alina", typed, at()), BegunStaffSession)
    assert await sign_in_with_password(access, "alina", typed, at()) == SignInRefused()
    assert await access.credentials.recovery_codes_left(person) == len(recovery) - 1


async def test_a_password_under_older_parameters_is_hashed_anew(access: StaffAccess) -> None:
    person = await hire(access, "Alina", CLERK, now=NOW)
    secret, _ = await with_password(access, person, NOW)
    stronger = structs.replace(access, passwords=Passwords(memory_kib=128, passes=2))
    assert isinstance(await signs_in(stronger, secret, at()), BegunStaffSession)
    known = await access.credentials.of_login("alina")
    assert known is not None
    assert known.password is not None
    assert "m=128,t=2" in known.password
    assert isinstance(await signs_in(stronger, secret, at(2)), BegunStaffSession)


async def test_a_rotated_secret_leaves_the_codes_right_and_seals_them_anew(
    access: StaffAccess,
) -> None:
    person = await hire(access, "Alina", CLERK, now=NOW)
    secret, _ = await with_password(access, person, NOW)
    old = access.keyring()
    both = Keys(2, (*old.staff.accepted, (2, b"a newer key of thirty-two bytes!")))
    rotated: Keyring = structs.replace(old, staff=both)
    assert isinstance(
        await signs_in(structs.replace(access, keyring=lambda: rotated), secret, at()),
        BegunStaffSession,
    )
    known = await access.credentials.of_login("alina")
    assert known is not None
    assert known.totp is not None
    assert totp.is_sealed_under_newest(both, person, known.totp)
    only_new = structs.replace(rotated, staff=Keys(2, both.accepted[1:]))
    assert isinstance(
        await signs_in(structs.replace(access, keyring=lambda: only_new), secret, at(2)),
        BegunStaffSession,
    )


async def test_where_passkeys_are_demanded_no_password_lets_anybody_in(access: StaffAccess) -> None:
    person = await hire(access, "Alina", CLERK, now=NOW)
    secret, _ = await with_password(access, person, NOW)
    strict = structs.replace(access, passkeys_only=True)
    assert await signs_in(strict, secret, at()) == SignInRefused()


async def made_passkey(access: StaffAccess, key: Authenticator, name: str) -> Any:
    person = await hire(access, name, CLERK, now=NOW)
    assert access.site is not None
    options = await passkeys.creation_options(access, access.site, "c", person, name, now=NOW)
    made = key.make(options)
    passkey = await passkeys.verified(
        access, access.site, "c", person, made, device=CHROME, now=NOW
    )
    assert passkey is not None
    assert await access.credentials.put_passkey(passkey, 10, NOW, PROGRAM)
    return person


async def test_a_passkey_lets_its_owner_in_and_proves_them_again(access: StaffAccess) -> None:
    key, other = (Authenticator("gotovo.test", "https://gotovo.test") for _ in range(2))
    person = await made_passkey(access, key, "alina")
    await made_passkey(access, other, "boris")
    assert access.site is not None
    options = await passkeys.request_options(access, access.site, "browser", NOW)
    begun = await sign_in_with_passkey(access, "browser", key.sign(options), at(0))
    assert isinstance(begun, BegunStaffSession)
    assert begun.person == person
    later = Client("203.0.113.9", CHROME, NOW + timedelta(hours=1))
    session = await access.sessions.find(begun.token, later.now)
    assert session is not None
    assert not is_proof_fresh(session, later.now)
    for signer, is_right in ((other, False), (key, True)):
        options = await passkeys.request_options(access, access.site, begun.token, later.now)
        refused = await confirm_with_passkey(
            access, session, begun.token, signer.sign(options), later
        )
        assert (refused is None) == is_right
    session = await access.sessions.find(begun.token, later.now)
    assert session is not None
    assert is_proof_fresh(session, later.now)


async def test_a_password_proves_a_person_again(access: StaffAccess) -> None:
    person = await hire(access, "Alina", CLERK, now=NOW)
    secret, _ = await with_password(access, person, NOW)
    begun = await signs_in(access, secret, at())
    assert isinstance(begun, BegunStaffSession)
    later = Client("203.0.113.9", CHROME, NOW + timedelta(hours=1))
    session = await access.sessions.find(begun.token, later.now)
    assert session is not None
    typed = TypedProof(PASSWORD, code_of(secret, later.now))
    wrong = TypedProof("wrong", typed.code)
    assert await confirm_with_password(access, session, wrong, later) == SignInRefused()
    assert await confirm_with_password(access, session, typed, later) is None
    session = await access.sessions.find(begun.token, later.now)
    assert session is not None
    assert session.proved_at == later.now
