"""A closure is one commit with the timetable, its recalculation and its entry, whoever writes."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from msgspec import structs

from gotovo.points.closures.closure import Closure
from gotovo.points.closures.entry import with_closure, without_closure
from gotovo.points.timetable import Timetable
from gotovo.store.tables.network.changed_places import ChangedPlaceStore
from gotovo.store.tables.network.closures import (
    LATEST,
    Change,
    ClosureNotStored,
    ClosureStore,
    StoredClosure,
)
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.security.entries import Author
from tests.support.order.cast import KREMLIN, LAKE, NOON

BY = Author("admin:boss")
LATER = NOON + timedelta(minutes=1)


def new(number: int, **changes: Any) -> StoredClosure:
    first = date(2026, 12, number)
    made = StoredClosure(
        id=UUID(int=number),
        point="KZN-1",
        kind="closure",
        starts_on=first,
        starts_at=None,
        ends_on=first,
        reason="A pipe has burst.",
        entered_by=BY.actor,
        entered_at=NOON,
    )
    return structs.replace(made, **changes)


def entering(stored: StoredClosure) -> Change:
    closure = Closure(id=stored.id, starts_on=stored.starts_on, ends_on=stored.ends_on)

    def change(timetable: Timetable) -> Timetable:
        return with_closure(timetable, closure, NOON)

    return change


async def network(pool: "asyncpg.Pool[Any]") -> tuple[Directory, ClosureStore]:
    directory = Directory(pool)
    for point in (KREMLIN, LAKE):
        await directory.put_point(point, NOON)
    return directory, ClosureStore(pool, directory)


async def closures_of(directory: Directory) -> list[int]:
    await directory.refresh()
    return [each.id.int for each in directory()[0]["KZN-1"].timetable.all_closures]


async def test_all_of_it_is_stored_or_nothing(pool: "asyncpg.Pool[Any]") -> None:
    directory, store = await network(pool)

    def broken(_timetable: Timetable) -> Timetable:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.enter(new(1), broken, BY, "KZN-1 closure")
    places = ChangedPlaceStore(pool)
    assert await store.find(UUID(int=1)) is None
    assert await places.changed_places(LATER, 9) == []
    assert await pool.fetchval("select count(*) from security_log where kind like '%closure%'") == 0
    assert await store.enter(new(1), entering(new(1)), BY, "KZN-1 closure")
    assert await store.find(UUID(int=1)) == new(1)
    assert await closures_of(directory) == [1]
    assert [each.code for each in await places.changed_places(LATER, 9)] == ["KZN-1"]


async def test_the_same_closure_is_entered_and_lifted_once(pool: "asyncpg.Pool[Any]") -> None:
    directory, store = await network(pool)
    assert await store.enter(new(1), entering(new(1)), BY, "about")
    assert not await store.enter(new(1), entering(new(1)), BY, "about")
    assert await closures_of(directory) == [1]

    def lifting(timetable: Timetable) -> Timetable:
        left = without_closure(timetable, UUID(int=1), NOON)
        assert isinstance(left, Timetable)
        return left

    assert await store.lift(new(1), LATER, lifting, BY, "about")
    assert not await store.lift(new(1), LATER, lifting, BY, "about")
    assert await closures_of(directory) == []
    found = await store.find(UUID(int=1))
    assert found is not None
    assert (found.lifted_at, found.lifted_by) == (LATER, BY.actor)
    assert directory()[0]["KZN-1"] == KREMLIN  # Nothing is left of it in the settings.


async def test_closures_and_settings_that_are_written_at_once_lose_nothing(
    pool: "asyncpg.Pool[Any]",
) -> None:
    directory, store = await network(pool)
    others = [ClosureStore(pool, Directory(pool)) for _ in range(3)]
    numbers = range(1, 13)
    await asyncio.gather(
        *((store, *others)[n % 4].enter(new(n), entering(new(n)), BY, "about") for n in numbers)
    )
    assert sorted(await closures_of(directory)) == [*numbers]


async def test_a_point_that_is_changed_all_the_time_is_told_so(pool: "asyncpg.Pool[Any]") -> None:
    directory, store = await network(pool)

    class Restless(Directory):
        async def store_within(  # pyright: ignore[reportImplicitOverride]
            self, *_: Any, **__: Any
        ) -> None:
            """Somebody was quicker, whenever it is tried."""

    restless = ClosureStore(pool, Restless(pool))
    with pytest.raises(ClosureNotStored):
        await restless.enter(new(1), entering(new(1)), BY, "about")
    assert await store.find(UUID(int=1)) is None
    assert await closures_of(directory) == []


async def test_pages_are_of_one_point_entered_last_first(pool: "asyncpg.Pool[Any]") -> None:
    _, store = await network(pool)
    for n in (1, 2, 3):
        stored = new(n, entered_at=NOON + timedelta(hours=n))
        await store.enter(stored, entering(stored), BY, "about")
    page = await store.of_point("KZN-1", LATEST, 2)
    assert [each.id.int for each in page] == [3, 2]
    rest = await store.of_point("KZN-1", (page[-1].entered_at, page[-1].id), 2)
    assert [each.id.int for each in rest] == [1]
    assert await store.of_point("KZN-2", LATEST, 2) == []
