"""Sessions of staff: what ends them, and what they act as."""

from datetime import timedelta
from uuid import uuid4

import pytest

from gotovo.access.buyer.user_agent import Device
from gotovo.access.staff.grants import StaffGrant
from gotovo.access.staff.sessions import LIFETIME, SignInMethod, actor_of_session, grant_of
from gotovo.access.staff.staff_access import StaffAccess
from gotovo.order.values.actor import Role
from gotovo.store.tables.security.entries import PROGRAM
from gotovo.store.tables.staff.people import NewInvitation
from tests.support.access.staff import hire, signed_in
from tests.support.web.cast import NOW

HERE, THERE = (StaffGrant(Role.POINT, point=code) for code in ("KZN-1", "KZN-2"))


@pytest.mark.parametrize("way", ["time", "end", "all", "suspension", "grant", "shift", "reset"])
async def test_a_session_ends_and_is_not_found_again(access: StaffAccess, way: str) -> None:
    person = await hire(access, "Alina", HERE, now=NOW)
    token = await signed_in(access, person, NOW)
    session = await access.sessions.find(token, NOW)
    assert session is not None
    store, later = access.sessions.store, NOW
    match way:
        case "time":
            later = NOW + LIFETIME
            assert await access.sessions.find(token, later - timedelta(seconds=1)) is not None
        case "end":
            assert await store.end_of(uuid4(), session.digest) is False
            assert await store.end_of(person, session.digest)
        case "all":
            assert await store.end_all_of(person) == 1
        case "suspension":
            assert await access.people.suspend(person, NOW, PROGRAM)
        case "grant":
            assert session.grant_id is not None
            assert await access.people.revoke(person, session.grant_id, NOW, PROGRAM)
        case "shift":
            shift = uuid4()
            assert await store.join_shift(session.digest, shift, uuid4())
            assert await store.end_sessions_of_shift(uuid4()) == 0
            assert await store.end_sessions_of_shift(shift) == 1
        case _:
            reset = NewInvitation(uuid4().bytes * 2, "reset", NOW + timedelta(hours=1))
            assert await access.people.invite_again(person, reset, NOW, PROGRAM)
    assert await access.sessions.find(token, later) is None


async def test_who_may_act_as_several_has_to_choose_and_another_token_acts_as_that(
    access: StaffAccess,
) -> None:
    person = await hire(access, "Alina", HERE, THERE, now=NOW)
    token = await signed_in(access, person, NOW)
    session = await access.sessions.find(token, NOW)
    assert session is not None
    assert grant_of(session) is None
    assert actor_of_session(session) is None
    grants = await access.people.grants_of([person])
    there = next(each for each in grants if each.point == "KZN-2")
    begun = await access.sessions.exchange(session, there, NOW + timedelta(hours=1))
    assert begun is not None
    assert await access.sessions.find(token, NOW + timedelta(hours=1)) is None
    chosen = await access.sessions.find(begun.token, NOW + timedelta(hours=1))
    assert chosen is not None
    assert grant_of(chosen) == THERE
    assert (chosen.ends_at, chosen.proved_at) == (session.ends_at, session.proved_at)


async def test_nobody_who_is_suspended_begins_a_session(access: StaffAccess) -> None:
    person = await hire(access, "Alina", HERE, now=NOW)
    await access.people.suspend(person, NOW, PROGRAM)
    grants = await access.people.grants_of([person])
    begun = await access.sessions.begin(person, grants, SignInMethod.PASSKEY, Device("", ""), NOW)
    assert begun is None
    assert await access.people.restore(person, NOW, PROGRAM)
    assert await signed_in(access, person, NOW)


async def test_a_forged_token_is_told_from_a_real_one_without_the_database(
    access: StaffAccess,
) -> None:
    token = await signed_in(access, await hire(access, "Alina", HERE, now=NOW), NOW)
    head, proof, mark = token.split("_")
    forged = f"{head}_{proof[:-1]}{'a' if proof[-1] != 'a' else 'b'}_{mark}"
    assert access.sessions.digest_of(token) is not None
    for text in (forged, "", "gts__", token.upper(), f"{token}x"):
        assert access.sessions.digest_of(text) is None


async def test_the_last_use_is_remembered_some_minutes_late(access: StaffAccess) -> None:
    token = await signed_in(access, await hire(access, "Alina", HERE, now=NOW), NOW)
    for minutes, seen in ((4, 0), (6, 6), (8, 6)):
        await access.sessions.find(token, NOW + timedelta(minutes=minutes))
        session = await access.sessions.find(token, NOW + timedelta(minutes=minutes))
        assert session is not None
        assert session.seen_at == NOW + timedelta(minutes=seen)
