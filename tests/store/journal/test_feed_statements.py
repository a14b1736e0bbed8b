"""The feed as JSON says what the stored events say, in both forms of the journal."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from msgspec import json, structs

from gotovo.access.feed_events import item_of
from gotovo.api.schemas.event_view import EventView
from gotovo.engine.engine import lane_per_home, one_lane
from gotovo.engine.ports import FeedEvent, FeedItem
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Attention
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.journal.journal_citus import CitusJournal
from tests.engine.conftest import receive
from tests.support.engine.cast import TEA, Shop

HOME = 77
STRANGE = Actor(Role.SUPPORT, 'k"ey\\\x01ключ')
ALL = 1_000


class Feed:
    """A journal with two orders in one lane, one of which has strange names and times."""

    def __init__(self, shop: Shop, journal: PostgresJournal | CitusJournal) -> None:
        self.shop = shop
        self.journal = journal
        self.anna, self.boris = shop.buyer(HOME), shop.buyer(HOME)
        self.lane = shop.lane_of(self.anna.number)

    async def begin(self) -> None:
        """Let the orders live."""
        engine = self.shop.engine()
        await engine.submit_all(self.anna.until_shelved())
        await engine.submit(self.boris.place(TEA, shop="books"))
        self.shop.clock.wait(seconds=1.5)
        flag = RaiseAttention(Attention.DAMAGED, "ключ у соседки")
        at = self.shop.clock() - timedelta(seconds=0.25)
        await engine.submit(self.anna.ask(flag, actor=STRANGE, at=at))

    async def events(self) -> list[FeedEvent]:
        return list(await self.journal.feed(self.lane, 0, ALL))

    async def items(self) -> list[FeedItem]:
        return list(await self.journal.feed_items(self.lane, 0, ALL))


@pytest.fixture(params=[PostgresJournal, CitusJournal])
async def feed(request: pytest.FixtureRequest, pool: asyncpg.Pool) -> AsyncIterator[Feed]:
    """Give a history on each form of the journal."""
    await receive(pool)
    journal = request.param(pool)
    is_cluster = isinstance(journal, CitusJournal)
    shop = Shop(journal, lane_of=lane_per_home if is_cluster else one_lane)
    feed = Feed(shop, journal)
    await feed.begin()
    yield feed
    await shop.close()


async def test_an_item_says_what_its_event_says(feed: Feed) -> None:
    items, events = await feed.items(), await feed.events()
    assert len(items) == len(events) > 7
    for item, event in zip(items, events, strict=True):
        recorded = event.event
        assert (item.position, item.number, item.customer, item.type, item.shop) == (
            event.position,
            recorded.number,
            event.customer,
            recorded.type,
            event.shop,
        )
        view = json.decode(item_of(item, "7").json, type=EventView)
        assert structs.asdict(view) == {
            "cursor": "7",
            "number": recorded.number,
            "version": recorded.version,
            "type": recorded.type,
            "at": recorded.at,
            "recorded_at": recorded.recorded_at,
            "actor": recorded.actor,
            "command_id": recorded.command_id,
            "customer": event.customer,
            "hash": recorded.hash.hex(),
            "event": view.event,
            "text": None,
            "text_erased": False,
        }
        assert bytes(view.event) == recorded.body
    assert f"support:{STRANGE.id}" in {event.event.actor for event in events}
    assert {event.event.at.microsecond for event in events} >= {0, 250_000}
    assert {item.shop for item in items} == {"", "books"}


async def test_items_go_on_where_those_before_ended(feed: Feed) -> None:
    whole = await feed.items()
    pages = [
        item
        for after in range(0, len(whole), 3)
        for item in await feed.journal.feed_items(feed.lane, after, 3)
    ]
    assert pages == whole
    assert await feed.journal.feed_items(feed.lane, len(whole), 3) == []


async def test_an_event_names_whose_it_is_and_one_of_an_earlier_version_asks_its_order(
    feed: Feed, pool: asyncpg.Pool
) -> None:
    stored = await pool.fetch("select number, customer, shop from event")
    owners = {(x["number"], x["customer"], x["shop"]) for x in stored}
    assert owners == {
        (feed.anna.number, feed.anna.customer, ""),
        (feed.boris.number, feed.boris.customer, "books"),
    }
    events, items = await feed.events(), await feed.items()
    await pool.execute("update event set customer = null, shop = null where version > 1")
    assert await feed.events() == events
    assert await feed.items() == items
