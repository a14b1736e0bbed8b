"""Every open page is notified of its own buyer's orders, at once, and of no other's."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from gotovo.engine.changes import ChangeReader
from gotovo.engine.engine import Engine
from gotovo.engine.ports import JournalUnreachable
from gotovo.engine.subscriptions import (
    NUMBERS_MAX,
    Notification,
    OrderSubscription,
    OrderSubscriptions,
)
from gotovo.store.journal.journal import PostgresJournal
from tests.engine.conftest import receive
from tests.support.engine.cast import Shop
from tests.support.engine.feeds import CountedFeed

LONG = 20.0


class Stage:
    """A shop whose orders can be subscribed to."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.shop = Shop(PostgresJournal(pool))
        self.feed = CountedFeed(pool)
        self.reader = ChangeReader(self.feed, self.feed)
        self.subscriptions = OrderSubscriptions(self.reader, self.feed)

    def engine(self) -> Engine:
        """Start an engine that wakes the reader of this process."""
        engine = self.shop.engine()
        engine.on_commit(self.reader.wake)
        return engine


@pytest.fixture
async def stage(pool: "asyncpg.Pool[Any]") -> AsyncIterator[Stage]:
    """Give a shop on the real database."""
    await receive(pool)
    stage = Stage(pool)
    yield stage
    stage.reader.close()
    await stage.shop.close()


async def test_a_page_is_notified_of_each_event_of_its_orders(stage: Stage) -> None:
    buyer, engine = stage.shop.buyer(), stage.engine()
    async with stage.subscriptions.subscribe(buyer.customer, 0) as page:
        await engine.submit(buyer.place())
        first = await page.next(LONG)
        await engine.submit(buyer.pay())
        assert first == Notification(1, (buyer.number,))
        assert await page.next(LONG) == Notification(2, (buyer.number,))


async def test_nobody_is_notified_of_somebody_elses_orders(stage: Stage) -> None:
    anna, boris, engine = stage.shop.buyer(1), stage.shop.buyer(2), stage.engine()
    async with (
        stage.subscriptions.subscribe(anna.customer, 0) as hers,
        stage.subscriptions.subscribe(boris.customer, 0) as his,
    ):
        await engine.submit(anna.place())
        assert await hers.next(LONG) is not None
        await engine.submit(boris.place())
        notification = await his.next(LONG)
        assert notification is not None
        assert notification.numbers == (boris.number,)
        assert await hers.next(0.01) is None


async def test_a_page_with_an_older_cursor_is_notified_at_once(stage: Stage) -> None:
    buyer, engine = stage.shop.buyer(), stage.engine()
    await engine.submit_all([buyer.place(), buyer.pay()])
    async with stage.subscriptions.subscribe(buyer.customer, 1) as page:
        assert await page.next(LONG) == Notification(2, (buyer.number,))


async def test_a_page_that_knows_the_newest_event_is_not_notified(stage: Stage) -> None:
    buyer, other, engine = stage.shop.buyer(1), stage.shop.buyer(2), stage.engine()
    await engine.submit(buyer.place())
    await engine.submit(other.place())
    async with stage.subscriptions.subscribe(buyer.customer, 1) as page:
        assert await page.next(0.01) is None


async def test_with_a_cursor_of_another_journal_every_order_has_changed(stage: Stage) -> None:
    buyer, engine = stage.shop.buyer(), stage.engine()
    await engine.submit(buyer.place())
    async with stage.subscriptions.subscribe(buyer.customer, 1_000_000) as page:
        assert await page.next(LONG) == Notification(1, (buyer.number,))


async def test_commits_of_another_process_are_noticed_without_a_hint(stage: Stage) -> None:
    buyer, elsewhere = stage.shop.buyer(), stage.shop.engine()
    async with stage.subscriptions.subscribe(buyer.customer, 0) as page:
        await elsewhere.submit(buyer.place())
        assert await page.next(LONG) == Notification(1, (buyer.number,))


async def test_what_is_known_from_catching_up_is_not_notified_again(stage: Stage) -> None:
    """The reader is held back, so that it reads the event after it was caught up with."""
    buyer, engine = stage.shop.buyer(), stage.engine()
    async with stage.subscriptions.subscribe("0" * 32, 0):
        stage.feed.gate.clear()
        await engine.submit(buyer.place())
        async with stage.subscriptions.subscribe(buyer.customer, 0) as page:
            assert await page.next(LONG) == Notification(1, (buyer.number,))
            stage.feed.gate.set()
            await engine.submit(buyer.pay())
            assert await page.next(LONG) == Notification(2, (buyer.number,))
            assert await page.next(0.01) is None


async def test_a_failure_is_raised_in_the_page_which_subscribes_again(stage: Stage) -> None:
    buyer, engine = stage.shop.buyer(), stage.engine()
    async with stage.subscriptions.subscribe(buyer.customer, 0) as page:
        stage.feed.is_cut = True
        stage.reader.wake()
        with pytest.raises(JournalUnreachable):
            await page.next(LONG)
    stage.feed.is_cut = False
    await engine.submit(buyer.place())
    async with stage.subscriptions.subscribe(buyer.customer, 0) as page:
        assert await page.next(LONG) == Notification(1, (buyer.number,))


async def test_closing_the_reader_ends_every_subscription(stage: Stage) -> None:
    async with stage.subscriptions.subscribe("0" * 32, 0) as page:
        stage.reader.close()
        assert await page.next(LONG) is None
        assert page.is_over
    async with stage.subscriptions.subscribe("0" * 32, 0) as late:
        assert late.is_over


async def test_a_page_that_leaves_while_subscribing_leaves_nothing_behind(stage: Stage) -> None:
    async def look() -> None:
        async with stage.subscriptions.subscribe("0" * 32, 0):
            raise AssertionError

    task = asyncio.create_task(look())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not stage.subscriptions._by_customer


async def test_too_many_orders_are_not_named() -> None:
    page = OrderSubscription()
    for position in range(1, NUMBERS_MAX + 3):
        page.add(position, f"{position:012}")
    assert await page.next(LONG) == Notification(NUMBERS_MAX + 2, ())
    assert await page.next(0.01) is None
