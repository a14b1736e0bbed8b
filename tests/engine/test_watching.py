"""Watching: everybody hears of their own orders, at once, and of nobody else's."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from gotovo.engine.engine import Engine
from gotovo.engine.ports import Changes, JournalUnreachable, Since, Touched
from gotovo.engine.watching import NUMBERS_MAX, Heard, Watch, Watching
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.reads.changes import ChangeReads
from tests.engine.conftest import receive
from tests.support.engine.cast import Shop

LONG = 20.0


class Counted:
    """Counts the reader's statements, holds them back, and can be cut off."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self.looks = 0
        self.is_cut = False
        self.open = asyncio.Event()
        self.open.set()

    async def touched(self, lane: int, after: int | None, limit: int) -> Touched:
        if after is None:
            return await self._changes.touched(lane, after, limit)
        await self.open.wait()
        self.looks += 1
        if self.is_cut:
            raise JournalUnreachable
        return await self._changes.touched(lane, after, limit)

    async def since(self, lane: int, customer: str, position: int, limit: int) -> Since:
        return await self._changes.since(lane, customer, position, limit)


class Stage:
    """A shop whose orders can be watched."""

    def __init__(self, shop: Shop, changes: Changes) -> None:
        self.shop = shop
        self.changes = Counted(changes)
        self.watching = Watching(self.changes)

    def engine(self) -> Engine:
        """Start an engine that wakes the watching of this process."""
        engine = self.shop.engine()
        engine.on_commit(self.watching.wake)
        return engine


@pytest.fixture
async def stage(pool: "asyncpg.Pool[Any]") -> AsyncIterator[Stage]:
    """Give a shop on the real database."""
    await receive(pool)
    shop = Shop(PostgresJournal(pool))
    stage = Stage(shop, ChangeReads(pool))
    yield stage
    stage.watching.close()
    await shop.close()


async def ended(watching: Watching) -> None:
    """Wait until the reader has gone."""
    async with asyncio.timeout(LONG):
        while watching._reader is not None:
            await asyncio.wait((watching._reader,))


async def test_a_watcher_hears_of_each_event_of_its_orders(stage: Stage) -> None:
    buyer, engine = stage.shop.buyer(), stage.engine()
    async with stage.watching.watch(buyer.customer, 0) as watch:
        await engine.submit(buyer.place())
        first = await watch.heard(LONG)
        await engine.submit(buyer.pay())
        assert first == Heard(1, (buyer.number,))
        assert await watch.heard(LONG) == Heard(2, (buyer.number,))


async def test_nobody_hears_of_somebody_elses_orders(stage: Stage) -> None:
    anna, boris, engine = stage.shop.buyer(1), stage.shop.buyer(2), stage.engine()
    async with (
        stage.watching.watch(anna.customer, 0) as hers,
        stage.watching.watch(boris.customer, 0) as his,
    ):
        await engine.submit(anna.place())
        assert await hers.heard(LONG) is not None
        await engine.submit(boris.place())
        heard = await his.heard(LONG)
        assert heard is not None
        assert heard.numbers == (boris.number,)
        assert await hers.heard(0.01) is None


async def test_who_comes_with_an_older_cursor_is_told_at_once(stage: Stage) -> None:
    buyer, engine = stage.shop.buyer(), stage.engine()
    await engine.submit_all([buyer.place(), buyer.pay()])
    async with stage.watching.watch(buyer.customer, 1) as watch:
        assert await watch.heard(LONG) == Heard(2, (buyer.number,))


async def test_who_knows_the_newest_event_is_told_nothing(stage: Stage) -> None:
    buyer, other, engine = stage.shop.buyer(1), stage.shop.buyer(2), stage.engine()
    await engine.submit(buyer.place())
    await engine.submit(other.place())
    async with stage.watching.watch(buyer.customer, 1) as watch:
        assert await watch.heard(0.01) is None


async def test_a_cursor_of_another_journal_has_news_of_every_order(stage: Stage) -> None:
    buyer, engine = stage.shop.buyer(), stage.engine()
    await engine.submit(buyer.place())
    async with stage.watching.watch(buyer.customer, 1_000_000) as watch:
        assert await watch.heard(LONG) == Heard(1, (buyer.number,))


async def test_commits_of_another_process_are_heard_without_a_hint(stage: Stage) -> None:
    buyer, elsewhere = stage.shop.buyer(), stage.shop.engine()
    async with stage.watching.watch(buyer.customer, 0) as watch:
        await elsewhere.submit(buyer.place())
        assert await watch.heard(LONG) == Heard(1, (buyer.number,))


async def test_what_is_known_from_catching_up_is_not_heard_again(stage: Stage) -> None:
    """The reader is held back, so that it reads the event after it was caught up with."""
    buyer, engine = stage.shop.buyer(), stage.engine()
    stage.changes.open.clear()
    async with stage.watching.watch("0" * 32, 0):
        await asyncio.sleep(0)  # the reader knows its head and waits
        await engine.submit(buyer.place())
        async with stage.watching.watch(buyer.customer, 0) as watch:
            assert await watch.heard(LONG) == Heard(1, (buyer.number,))
            stage.changes.open.set()
            await engine.submit(buyer.pay())
            assert await watch.heard(LONG) == Heard(2, (buyer.number,))
            assert await watch.heard(0.01) is None


async def test_however_many_watch_one_reader_asks(stage: Stage) -> None:
    buyer, engine = stage.shop.buyer(), stage.engine()
    async with (
        stage.watching.watch(buyer.customer, 0) as first,
        stage.watching.watch(buyer.customer, 0) as second,
    ):
        readers = [t for t in asyncio.all_tasks() if "_read_on" in repr(t)]
        await engine.submit(buyer.place())
        assert await first.heard(LONG) == await second.heard(LONG) == Heard(1, (buyer.number,))
        assert len(readers) == 1


async def test_while_nobody_watches_nothing_is_asked(stage: Stage) -> None:
    buyer, engine = stage.shop.buyer(), stage.engine()
    async with stage.watching.watch(buyer.customer, 0):
        pass
    await ended(stage.watching)
    looks = stage.changes.looks
    await engine.submit(buyer.place())
    await asyncio.sleep(0)
    assert stage.changes.looks == looks
    async with stage.watching.watch(buyer.customer, 0) as watch:
        assert await watch.heard(LONG) == Heard(1, (buyer.number,))


async def test_a_fault_is_raised_in_who_watches_and_who_comes_again_goes_on(stage: Stage) -> None:
    buyer, engine = stage.shop.buyer(), stage.engine()
    async with stage.watching.watch(buyer.customer, 0) as watch:
        stage.changes.is_cut = True
        stage.watching.wake()
        with pytest.raises(JournalUnreachable):
            await watch.heard(LONG)
    stage.changes.is_cut = False
    await engine.submit(buyer.place())
    async with stage.watching.watch(buyer.customer, 0) as watch:
        assert await watch.heard(LONG) == Heard(1, (buyer.number,))


async def test_closing_ends_every_watch_and_the_reader(stage: Stage) -> None:
    async with stage.watching.watch("0" * 32, 0) as watch:
        stage.watching.close()
        assert await watch.heard(LONG) is None
        assert watch.is_over
        await ended(stage.watching)
    async with stage.watching.watch("0" * 32, 0) as late:
        assert late.is_over


async def test_who_leaves_while_the_database_answers_leaves_nothing_behind(stage: Stage) -> None:
    async def look() -> None:
        async with stage.watching.watch("0" * 32, 0):
            raise AssertionError

    task = asyncio.create_task(look())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not stage.watching._watches


async def test_of_too_many_orders_it_is_only_told_that_there_are_many() -> None:
    watch = Watch()
    for position in range(1, NUMBERS_MAX + 3):
        watch.tell(position, f"{position:012}")
    assert await watch.heard(LONG) == Heard(NUMBERS_MAX + 2, ())
    assert await watch.heard(0.01) is None
