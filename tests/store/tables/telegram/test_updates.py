"""The inbox's table: an update once, the oldest of each chat first, one holder at a time."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from gotovo.store.tables.telegram.updates import NewUpdate, TelegramUpdates, UpdateOutcome

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
UNTIL = NOW + timedelta(seconds=60)


@pytest.fixture
def updates(pool: asyncpg.Pool) -> TelegramUpdates:
    return TelegramUpdates(pool, 42)


def update(id_: int, chat: int) -> NewUpdate:
    return NewUpdate(id_, chat, b"{}")


async def test_an_update_is_stored_once(updates: TelegramUpdates, pool: asyncpg.Pool) -> None:
    assert await updates.put([update(1, 7), update(2, 7)], NOW) == 2
    assert await updates.put([update(1, 7), update(3, 7)], NOW) == 1
    assert await TelegramUpdates(pool, 43).put([update(1, 7)], NOW) == 1, "of another bot"


async def test_the_oldest_of_each_chat_is_taken(updates: TelegramUpdates) -> None:
    await updates.put([update(5, 7), update(3, 7), update(4, 8)], NOW)
    assert sorted(each.id for each in await updates.take(NOW, UNTIL, 10)) == [3, 4]
    assert await updates.take(NOW, UNTIL, 10) == [], "the next of a chat waits for the one before"
    await updates.finish(3, UpdateOutcome.HANDLED)
    assert [each.id for each in await updates.take(NOW, UNTIL, 10)] == [5]


async def test_two_processes_never_take_the_same(updates: TelegramUpdates) -> None:
    await updates.put([update(id_, id_) for id_ in range(40)], NOW)
    taken = await asyncio.gather(*(updates.take(NOW, UNTIL, 40) for _ in range(8)))
    ids = [each.id for some in taken for each in some]
    assert sorted(ids) == list(range(40))


async def test_a_lease_has_one_holder(updates: TelegramUpdates) -> None:
    held = await asyncio.gather(*(updates.hold_poll(f"p{x}", NOW, UNTIL) for x in range(8)))
    assert sum(held) == 1
    holder = f"p{held.index(True)}"
    assert await updates.hold_poll(holder, NOW, UNTIL)
    assert not await updates.hold_poll("other", NOW, UNTIL)
    await updates.release_poll(holder, NOW)
    assert await updates.hold_poll("other", NOW, UNTIL)
