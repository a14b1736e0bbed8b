"""The change reader: every subscriber is given every change, once and in order, by one reader."""

import asyncio
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Any

import asyncpg
import pytest

from gotovo.engine import changes
from gotovo.engine.changes import ChangeReader
from gotovo.engine.engine import Engine
from gotovo.engine.ports import FeedItem, JournalUnreachable
from gotovo.store.journal.journal import PostgresJournal
from tests.engine.conftest import receive
from tests.support.engine.cast import Shop
from tests.support.engine.feeds import CountedFeed, Notes

NEVER_SECONDS = 3_600.0


class Place:
    """A shop on the real database, its change reader, and an engine that wakes the reader."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.shop = Shop(PostgresJournal(pool))
        self.feed = CountedFeed(pool)
        self.reader = ChangeReader(self.feed, self.feed)
        self.engine = self.shop.engine()
        self.engine.on_commit(self.reader.wake)

    async def commit(self, events: int = 1, engine: Engine | None = None) -> None:
        """Commit this many events, each of an order of its own."""
        buyers = [self.shop.buyer() for _ in range(events)]
        await (engine or self.engine).submit_all([buyer.place() for buyer in buyers])


@pytest.fixture
async def place(pool: "asyncpg.Pool[Any]") -> AsyncIterator[Place]:
    await receive(pool)
    place = Place(pool)
    yield place
    place.reader.close()
    await place.shop.close()
    await until(lambda: not place.reader.is_reading)


@pytest.fixture
def no_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read after hints alone, so that reads can be counted."""
    monkeypatch.setattr(changes, "POLL_SECONDS", NEVER_SECONDS)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110  (nobody tells the test)
            await asyncio.sleep(0.01)


async def test_a_subscriber_is_given_what_is_committed_after_it_subscribed(place: Place) -> None:
    await place.commit(3)
    notes = Notes()
    async with place.reader.subscribe(notes):
        await place.commit(2)
        await until(lambda: notes.reached == 5)
    assert (notes.heads, notes.positions) == ([3], [4, 5])


async def test_a_subscriber_to_events_is_given_whole_events(place: Place) -> None:
    notes = Notes()
    async with place.reader.subscribe_events(notes):
        await place.commit()
        await until(lambda: notes.reached == 1)
    (event,) = notes.changes
    assert isinstance(event, FeedItem)
    assert event.type == "order.placed"
    assert b'"number":"%b"' % event.number.encode() in event.json


@pytest.mark.usefixtures("no_polling")
@pytest.mark.parametrize("subscribers", [1, 50])
async def test_the_journal_is_read_once_however_many_subscribe(
    place: Place, subscribers: int
) -> None:
    all_notes = [Notes() for _ in range(subscribers)]
    contexts = [place.reader.subscribe(notes) for notes in all_notes]
    for context in contexts:
        await context.__aenter__()
    await asyncio.sleep(2 * changes.READ_SECONDS_MIN)
    before = place.feed.reads
    await place.commit()
    await until(lambda: all(notes.reached == 1 for notes in all_notes))
    assert place.feed.reads == before + 1
    for context in contexts:
        await context.__aexit__(None, None, None)


async def test_while_nobody_subscribes_nothing_is_read(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "POLL_SECONDS", 0.05)
    notes = Notes()
    await place.commit()
    async with place.reader.subscribe(notes):
        pass
    await until(lambda: not place.reader.is_reading)
    before = place.feed.reads
    await place.commit()
    await asyncio.sleep(2 * changes.POLL_SECONDS)
    assert place.feed.reads == before


async def test_a_commit_of_another_process_is_noticed_without_a_hint(place: Place) -> None:
    notes = Notes()
    async with place.reader.subscribe(notes):
        await place.commit(engine=place.shop.engine())
        await until(lambda: notes.positions == [1])


async def test_after_a_failure_reading_goes_on_where_it_stopped(place: Place) -> None:
    notes = Notes()
    async with place.reader.subscribe(notes):
        place.feed.is_cut = True
        await place.commit(2)
        await until(lambda: bool(notes.errors))
        assert isinstance(notes.errors[0], JournalUnreachable)
        place.feed.is_cut = False
        await until(lambda: notes.positions == [1, 2])


async def test_who_subscribes_while_the_database_is_away_is_told_by_an_exception(
    place: Place,
) -> None:
    place.feed.is_cut = True
    with pytest.raises(JournalUnreachable):
        async with place.reader.subscribe(Notes()):
            raise AssertionError
    place.feed.is_cut = False
    async with place.reader.subscribe(Notes()):
        assert place.reader.is_reading


async def test_closing_ends_every_subscription_also_a_late_one(place: Place) -> None:
    early, late = Notes(), Notes()
    async with place.reader.subscribe(early):
        place.reader.close()
        assert early.ends == 1
        async with place.reader.subscribe_events(late):
            assert late.ends == 1
    await until(lambda: not place.reader.is_reading)


async def test_catching_up_delivers_every_commit_from_before_the_call(place: Place) -> None:
    notes = Notes()
    place.reader.observe(notes)
    elsewhere = place.shop.engine()
    for count in range(1, 4):
        await place.commit(engine=elsewhere)
        await place.reader.catch_up()
        assert notes.reached == count
    assert not place.reader.is_reading


async def test_an_observer_that_is_far_behind_is_reset_to_the_head(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PAGE_EVENTS", 3)
    notes = Notes()
    place.reader.observe(notes)
    await place.reader.catch_up()
    await place.commit(5)
    await place.reader.catch_up()
    assert (notes.heads, notes.positions) == ([0, 5], [])


async def test_a_subscriber_is_given_every_page_however_many_there_are(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PAGE_EVENTS", 3)
    notes, events = Notes(), Notes()
    async with place.reader.subscribe(notes):
        await place.commit(10)
        await until(lambda: notes.positions == list(range(1, 11)))
        async with place.reader.subscribe_events(events):
            await place.commit(10)
            await until(lambda: events.positions == list(range(11, 21)))
    assert notes.positions == list(range(1, 21))


@pytest.mark.usefixtures("no_polling")
async def test_a_first_read_that_ends_late_skips_nothing(place: Place) -> None:
    """It asked where the journal ends before anybody subscribed, and hears it afterwards."""
    notes, gate = Notes(), place.feed.gate
    place.feed.gate = asyncio.Event()
    late = asyncio.create_task(place.reader.catch_up())
    await until(lambda: place.feed.reads == 1)
    place.feed.gate, gate = gate, place.feed.gate
    async with place.reader.subscribe(notes):
        await asyncio.sleep(2 * changes.READ_SECONDS_MIN)
        await place.commit(engine=place.shop.engine())
        gate.set()
        await late
        assert (notes.heads, notes.positions) == ([0], [1])


async def test_a_subscriber_to_events_that_comes_during_a_plain_read_is_reset(
    place: Place,
) -> None:
    plain, events = Notes(), Notes()
    async with place.reader.subscribe(plain):
        await asyncio.sleep(2 * changes.READ_SECONDS_MIN)
        place.feed.gate.clear()
        reads = place.feed.reads
        await place.commit()
        await until(lambda: place.feed.reads > reads)
        async with place.reader.subscribe_events(events):
            place.feed.gate.set()
            await until(lambda: plain.positions == [1])
            assert events.heads[-1] == 1
            await place.commit()
            await until(lambda: events.positions == [2])


@pytest.mark.parametrize("seed", range(3))
async def test_whoever_comes_and_goes_nothing_is_lost_or_repeated(
    place: Place, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commits, looks on demand and subscriptions of both kinds at random, in pages of four."""
    monkeypatch.setattr(changes, "PAGE_EVENTS", 4)
    monkeypatch.setattr(changes, "READ_SECONDS_MIN", 0.0)
    rng = Random(seed)
    observer = Notes()
    place.reader.observe(observer)
    subscribed: list[Notes] = []
    is_over = asyncio.Event()

    async def subscribe() -> None:
        while not is_over.is_set():
            notes = Notes()
            of_events = rng.random() < 0.5
            subscribe = place.reader.subscribe_events if of_events else place.reader.subscribe
            async with subscribe(notes):
                await asyncio.sleep(rng.random() / 50)
                wanted = place.reader._heads[0]
            assert notes.reached >= wanted
            subscribed.append(notes)

    async def look() -> None:
        while not is_over.is_set():
            await place.reader.catch_up()
            await asyncio.sleep(rng.random() / 100)

    tasks = [asyncio.create_task(each) for each in (subscribe(), subscribe(), look(), look())]
    elsewhere = place.shop.engine()
    for _ in range(60):
        await place.commit(rng.randint(1, 6), rng.choice((place.engine, elsewhere)))
        await asyncio.sleep(rng.random() / 100)
    await place.reader.catch_up()
    is_over.set()
    await asyncio.gather(*tasks)

    assert len(subscribed) > 10
    for notes in (observer, *subscribed):
        assert notes.positions == sorted(set(notes.positions))
    for notes in subscribed:
        begin = notes.heads[-1]
        assert [x for x in notes.positions if x > begin] == list(
            range(begin + 1, notes.reached + 1)
        )
    assert observer.reached == place.reader._heads[0]
