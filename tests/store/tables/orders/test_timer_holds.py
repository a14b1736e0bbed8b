"""What timers hold and the ticks of clocks: the same in memory and in PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import asyncpg
import pytest
from msgspec import structs

from gotovo.engine.background.memory_holds import MemoryTimerHolds
from gotovo.engine.background.ports import Hold, Tick, Ticks, TimerHolds
from gotovo.store.tables.orders.timer_holds import TimerHoldStore
from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.security.security_log import EntryFilter, SecurityLogStore
from gotovo.store.tables.security.states import open_log

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
BRAKE = Hold(what="storage-expiry", since=NOON, due=5, allowed=4)
CLOCK = Hold(
    what="clock", machine="a", since=NOON, expected_at=NOON, shown_at=NOON + timedelta(days=10)
)


class Memory(TimerHolds, Ticks, Protocol):
    """Both ports."""


@pytest.fixture(params=["memory", "postgresql"])
def memory(request: pytest.FixtureRequest) -> Memory:
    if request.param == "memory":
        return MemoryTimerHolds()
    return TimerHoldStore(request.getfixturevalue("pool"))


async def test_what_is_held_first_stays_until_it_is_ended(memory: Memory) -> None:
    await memory.hold(CLOCK)
    await memory.hold(BRAKE)
    await memory.hold(structs.replace(BRAKE, due=9))
    await memory.hold(structs.replace(CLOCK, machine="b"))
    held = {(hold.what, hold.machine): hold for hold in await memory.holds()}
    assert held["storage-expiry", ""] == BRAKE
    assert held["clock", "a"] == CLOCK
    await memory.end_hold("clock", "a")
    await memory.end_hold("clock", "a")
    assert {hold.machine for hold in await memory.holds()} == {"", "b"}


async def test_a_machine_has_one_tick(memory: Memory) -> None:
    await memory.add_tick(Tick("a", NOON, 1.5))
    await memory.add_tick(Tick("b", NOON, 7.0))
    await memory.add_tick(Tick("a", NOON + timedelta(seconds=10), 11.5))
    assert {tick.machine: tick for tick in await memory.ticks()} == {
        "a": Tick("a", NOON + timedelta(seconds=10), 11.5),
        "b": Tick("b", NOON, 7.0),
    }


async def test_machines_of_last_month_are_forgotten(pool: "asyncpg.Pool[Any]") -> None:
    store = TimerHoldStore(pool)
    await store.add_tick(Tick("old", NOON - timedelta(days=31), 1.0))
    await store.add_tick(Tick("new", NOON, 1.0))
    assert [tick.machine for tick in await store.ticks()] == ["new"]


async def test_a_release_is_in_the_security_log_and_is_made_once(
    pool: "asyncpg.Pool[Any]",
) -> None:
    async with pool.acquire() as connection:
        await open_log(connection, NOON)
    store = TimerHoldStore(pool)
    for hold in (CLOCK, structs.replace(CLOCK, machine="b"), BRAKE):
        await store.hold(hold)
    later = NOON + timedelta(hours=1)
    released = await store.release("clock", later, Author("cli:olga"))
    assert {(hold.machine, hold.released_at) for hold in released} == {("a", later), ("b", later)}
    assert await store.release("clock", later, Author("cli:olga")) == []
    entries: Sequence[Any] = await SecurityLogStore(pool).after(
        0, EntryFilter(kind="timers.released"), 10
    )
    assert [(entry.actor, entry.subject) for entry in entries] == [("cli:olga", "clock")]


async def test_the_newest_record_is_that_of_any_lane(pool: "asyncpg.Pool[Any]") -> None:
    assert await TimerHoldStore(pool).newest_record([0, 7]) is None
