"""A person works at one point at a time, and what ends a shift ends its sessions."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec import structs

from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.security.security_log import EntryFilter, SecurityLogStore
from gotovo.store.tables.shifts.devices import FIRST_DEVICE, DeviceStore, NewDevice
from gotovo.store.tables.shifts.shifts import (
    LATEST_SHIFT,
    Shift,
    ShiftEnd,
    ShiftFilter,
    ShiftStore,
)

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANNA, BORIS = UUID(int=1), UUID(int=2)
ADMIN, CLERK = Author("admin:k1"), Author("point:staff-1")
TABLET, COUNTER, ELSEWHERE = UUID(int=11), UUID(int=12), UUID(int=13)


def shift(person: UUID = ANNA, device: UUID = TABLET, **changes: Any) -> Shift:
    point = "KZN-2" if device == ELSEWHERE else "KZN-1"
    new = Shift(
        id=uuid4(),
        person=person,
        point=point,
        device=device,
        begun_at=NOW,
        ends_by=NOW + 14 * HOUR,
    )
    return structs.replace(new, **changes)


@pytest.fixture
async def store(pool: "asyncpg.Pool[Any]") -> ShiftStore:
    devices = DeviceStore(pool)
    for device in (TABLET, COUNTER, ELSEWHERE):
        point = "KZN-2" if device == ELSEWHERE else "KZN-1"
        new = NewDevice(device, point, "Tablet", "browser", device.bytes * 2, NOW)
        assert await devices.register(new, ADMIN, 10) is not None
    return ShiftStore(pool)


async def session(pool: "asyncpg.Pool[Any]", digest: bytes, person: UUID = ANNA) -> bytes:
    """Sign a person in, and return the session's digest."""
    await pool.execute(
        "insert into staff_session (digest, person, method, browser, system, began_at, ends_at,"
        " seen_at, proved_at) values ($1, $2, 'passkey', '', '', $3, $3, $3, $3)",
        digest * 32,
        person,
        NOW,
    )
    return digest * 32


async def sessions(pool: "asyncpg.Pool[Any]") -> set[bytes]:
    return {row["digest"][:1] for row in await pool.fetch("select digest from staff_session")}


async def kinds(pool: "asyncpg.Pool[Any]") -> list[tuple[str, str, str]]:
    log = await SecurityLogStore(pool).after(0, EntryFilter(), 100)
    return [(each.kind, each.actor, each.outcome) for each in log if "device." not in each.kind]


async def test_a_person_has_one_open_shift(store: ShiftStore) -> None:
    begun = await store.begin(shift(), None, CLERK)
    assert begun is not None
    assert await store.begin(shift(device=COUNTER), None, CLERK) is None
    assert await store.begin(shift(device=ELSEWHERE), None, CLERK) is None
    assert await store.open_of(ANNA) == begun
    assert await store.begin(shift(BORIS), None, CLERK) is not None


async def test_of_many_that_begin_at_once_one_does(store: ShiftStore) -> None:
    begun = await asyncio.gather(*(store.begin(shift(), None, CLERK) for _ in range(8)))
    assert [each is None for each in begun].count(False) == 1


async def test_a_shift_begins_on_a_device_of_its_point_alone(
    store: ShiftStore, pool: "asyncpg.Pool[Any]"
) -> None:
    assert await store.begin(shift(point="KZN-2"), None, CLERK) is None
    assert await store.begin(shift(device=uuid4()), None, CLERK) is None
    assert await store.revoke_device(TABLET, "KZN-1", NOW, ADMIN) is not None
    assert await store.begin(shift(), None, CLERK) is None
    assert await kinds(pool) == []


@pytest.mark.parametrize(
    ("by", "reason", "outcome"),
    [(CLERK, ShiftEnd.PERSON, "person"), (ADMIN, ShiftEnd.MANAGER, "manager")],
)
async def test_ending_a_shift_ends_its_sessions_and_nobody_elses(
    store: ShiftStore, pool: "asyncpg.Pool[Any]", by: Author, reason: ShiftEnd, outcome: str
) -> None:
    first, second = await session(pool, b"a"), await session(pool, b"b")
    others, unbound = await session(pool, b"c", BORIS), await session(pool, b"d")
    mine, theirs = shift(), shift(BORIS)
    begun = await store.begin(mine, first, CLERK)
    assert begun is not None
    await store.join(begun, second)
    await store.begin(theirs, others, CLERK)
    ended = await store.end(mine.id, NOW + 8 * HOUR, by, reason)
    assert ended is not None
    assert (ended.ended_at, ended.end_reason) == (NOW + 8 * HOUR, outcome)
    assert ended.ended_by == by.actor
    assert await sessions(pool) == {others[:1], unbound[:1]}
    assert await store.open_of(ANNA) is None
    assert (await kinds(pool))[-1] == ("shift.ended", by.actor, outcome)


async def test_another_s_session_can_t_be_bound(
    store: ShiftStore, pool: "asyncpg.Pool[Any]"
) -> None:
    others = await session(pool, b"c", BORIS)
    begun = await store.begin(shift(), others, CLERK)
    assert begun is not None
    await store.join(begun, others)
    await store.end(begun.id, NOW + HOUR, CLERK, ShiftEnd.PERSON)
    assert await sessions(pool) == {others[:1]}


async def test_a_shift_that_has_ended_stays_as_it_is(
    store: ShiftStore, pool: "asyncpg.Pool[Any]"
) -> None:
    begun = await store.begin(shift(), None, CLERK)
    assert begun is not None
    ended = await store.end(begun.id, NOW + HOUR, CLERK, ShiftEnd.PERSON)
    before = await kinds(pool)
    again = await store.end(begun.id, NOW + 2 * HOUR, ADMIN, ShiftEnd.MANAGER)
    assert again == ended
    assert await kinds(pool) == before
    assert await store.end(uuid4(), NOW, ADMIN, ShiftEnd.MANAGER) is None


async def test_a_forgotten_shift_ends_at_its_limit_whoever_notices(
    store: ShiftStore, pool: "asyncpg.Pool[Any]"
) -> None:
    mine = await session(pool, b"a")
    begun = await store.begin(shift(), mine, CLERK)
    assert begun is not None
    assert await store.end_overdue(begun.ends_by - timedelta(seconds=1), 10) == 0
    assert await store.end_overdue(begun.ends_by + HOUR, 10) == 1
    ended = await store.find(begun.id)
    assert ended is not None
    assert (ended.ended_at, ended.end_reason) == (begun.ends_by, "time_limit")
    assert await sessions(pool) == set()
    assert (await kinds(pool))[-1] == ("shift.ended", "system:timer", "time_limit")


async def test_ended_too_late_by_a_person_it_ended_at_its_limit(store: ShiftStore) -> None:
    begun = await store.begin(shift(), None, CLERK)
    assert begun is not None
    ended = await store.end(begun.id, begun.ends_by + HOUR, CLERK, ShiftEnd.PERSON)
    assert ended is not None
    assert (ended.ended_at, ended.end_reason) == (begun.ends_by, "time_limit")


async def test_who_forgot_to_end_a_shift_begins_the_next_one(store: ShiftStore) -> None:
    yesterday = await store.begin(shift(), None, CLERK)
    assert yesterday is not None
    morning = NOW + 24 * HOUR
    today = shift(device=ELSEWHERE, begun_at=morning, ends_by=morning + 14 * HOUR)
    assert await store.begin(today, None, CLERK) is not None
    former = await store.find(yesterday.id)
    assert former is not None
    assert former.end_reason == "time_limit"


async def test_a_revoked_device_ends_the_shifts_on_it_alone(
    store: ShiftStore, pool: "asyncpg.Pool[Any]"
) -> None:
    mine, others = await session(pool, b"a"), await session(pool, b"c", BORIS)
    on_tablet = await store.begin(shift(), mine, CLERK)
    at_counter = await store.begin(shift(BORIS, COUNTER), others, CLERK)
    assert on_tablet is not None
    assert at_counter is not None
    assert await store.revoke_device(TABLET, "KZN-2", NOW + HOUR, ADMIN) is None
    assert await store.revoke_device(TABLET, "KZN-1", NOW + HOUR, ADMIN) is not None
    assert await store.revoke_device(TABLET, "KZN-1", NOW + HOUR, ADMIN) is None
    ended = await store.find(on_tablet.id)
    assert ended is not None
    assert ended.end_reason == "device_revoked"
    assert await store.open_of(BORIS) == at_counter
    assert await sessions(pool) == {others[:1]}
    devices = DeviceStore(pool)
    assert await devices.by_digest(TABLET.bytes * 2) is None
    assert [x.id for x in await devices.of_point("KZN-1", FIRST_DEVICE, 10)] == [TABLET, COUNTER]


async def test_beginning_and_revoking_at_once_leave_no_shift_on_a_revoked_device(
    store: ShiftStore,
) -> None:
    begun = shift()
    await asyncio.gather(
        store.begin(begun, None, CLERK), store.revoke_device(TABLET, "KZN-1", NOW, ADMIN)
    )
    assert await store.open_of(ANNA) is None


async def test_shifts_of_a_point_are_listed_the_latest_first(store: ShiftStore) -> None:
    for day in range(3):
        at = NOW + day * 24 * HOUR
        for person in (ANNA, BORIS):
            new = shift(person, begun_at=at, ends_by=at + HOUR)
            await store.begin(new, None, CLERK)
            if day < 2:
                await store.end(new.id, at + HOUR / 2, CLERK, ShiftEnd.PERSON)
    every = await store.of_point("KZN-1", LATEST_SHIFT, 100, ShiftFilter())
    assert [each.begun_at for each in every] == sorted((x.begun_at for x in every), reverse=True)
    first = await store.of_point("KZN-1", LATEST_SHIFT, 4, ShiftFilter())
    after = first[-1].begun_at, first[-1].id
    rest = await store.of_point("KZN-1", after, 4, ShiftFilter())
    assert [*first, *rest] == every
    of_anna = await store.of_point("KZN-1", LATEST_SHIFT, 100, ShiftFilter(ANNA))
    assert {each.person for each in of_anna} == {ANNA}
    is_open = await store.of_point("KZN-1", LATEST_SHIFT, 100, ShiftFilter(open_at=NOW + 48 * HOUR))
    assert {each.person for each in is_open} == {ANNA, BORIS}
    assert len(is_open) == 2
    overdue = ShiftFilter(open_at=NOW + 49 * HOUR)
    assert await store.of_point("KZN-1", LATEST_SHIFT, 100, overdue) == []
    assert await store.of_point("KZN-2", LATEST_SHIFT, 100, ShiftFilter()) == []


async def test_a_point_has_a_bounded_number_of_devices(
    store: ShiftStore, pool: "asyncpg.Pool[Any]"
) -> None:
    devices = DeviceStore(pool)
    new = NewDevice(uuid4(), "KZN-1", "Third", "handheld", b"x" * 32, NOW)
    assert await devices.register(new, ADMIN, 2) is None
    await store.revoke_device(TABLET, "KZN-1", NOW, ADMIN)
    assert await devices.register(new, ADMIN, 2) is not None
    assert await devices.register(new, ADMIN, 20) is None
