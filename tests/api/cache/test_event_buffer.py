"""Many streams share one buffer, and none skips or repeats an event."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from msgspec import structs

from gotovo.access.feed_events import EventFilter
from gotovo.api.cache import event_buffer
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.resources import events
from gotovo.api.resources.events import EVENTS_ITEMS_MAX, follow
from gotovo.engine import changes
from gotovo.engine.changes import ChangeReader
from gotovo.engine.ports import JournalUnreachable
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.network.directory import Directory
from tests.support.api.listening import ALL, DEADLINE_SECONDS, TwoLanes, always, listening
from tests.support.api.network import Api, Network, captured
from tests.support.engine.feeds import CountedFeed

PAID = EventFilter(frozenset({"order.paid"}))
NEVER_SECONDS = 3_600.0


@pytest.fixture
def feed(network: Network) -> CountedFeed:
    """Give the network's journal, with a counter."""
    return CountedFeed(network.pool)


@pytest.fixture
def dependencies(network: Network, feed: CountedFeed) -> ApiDependencies:
    """Give the dependencies of the network on that feed; commits wake its reader."""
    reader = ChangeReader(feed, feed)
    network.engine.on_commit(reader.wake)
    return structs.replace(network.dependencies, feed=feed, changes=reader)


@pytest.fixture
def no_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read after hints alone, so that reads can be counted."""
    monkeypatch.setattr(changes, "POLL_SECONDS", NEVER_SECONDS)


async def test_who_falls_behind_what_is_kept_still_hears_everything_in_order(
    api: Api, dependencies: ApiDependencies, feed: CountedFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_buffer, "BUFFER_EVENTS_MAX", 3)
    async with listening(dependencies) as quick, listening(dependencies) as slow:
        first = await api.place()
        assert await quick.versions(1) == await slow.versions(1) == [("1", "order.placed")]
        for _ in range(7):
            await api.place()
        await quick.hear(7)
        await _until(lambda: dependencies.event_buffer.begin == (5,))
        before = feed.reads
        behind = await slow.hear(7)
        assert feed.reads > before, "what is no longer kept is read from the journal"
        await api.step(first["number"], "payment", **captured(first["number"]))
        assert await slow.versions(1) == await quick.versions(1) == [("9", "order.paid")]

    assert [event["cursor"] for event in behind] == [str(n) for n in range(2, 9)]


@pytest.mark.usefixtures("no_polling")
async def test_very_large_events_do_not_fill_the_memory(
    api: Api, dependencies: ApiDependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_buffer, "BUFFER_BYTES_MAX", 1)
    async with listening(dependencies) as listener:
        for n in range(1, 4):
            await api.place()
            assert await listener.versions(1) == [(str(n), "order.placed")]
            assert dependencies.event_buffer.begin == (n,)


@pytest.mark.usefixtures("no_polling")
async def test_who_is_covered_by_what_is_kept_asks_nobody(
    api: Api, dependencies: ApiDependencies, feed: CountedFeed
) -> None:
    async with listening(dependencies) as first:
        waiting = asyncio.create_task(first.hear(3))
        await _begun(dependencies)
        for _ in range(3):
            await api.place()
        received = await waiting
        await _settled(feed)
        before = feed.reads
        async with listening(dependencies, (1,)) as second:
            again = await second.hear(2)

        assert feed.reads == before
    assert again == received[1:]


async def test_another_process_is_heard_without_a_hint(
    api: Api, network: Network, dependencies: ApiDependencies, database_url: str
) -> None:
    number = (await api.place())["number"]
    async with listening(dependencies, (1,)) as listener, _another(network, database_url) as other:
        waiting = asyncio.create_task(listener.versions(1))
        await _begun(dependencies)

        paid = await other.post(f"/orders/{number}/payment", captured(number), key="other")

        assert paid.status_code == 200
        assert await waiting == [("2", "order.paid")]


@pytest.mark.usefixtures("no_polling")
async def test_a_stream_is_left_asleep_by_what_it_did_not_ask_for(
    api: Api, dependencies: ApiDependencies
) -> None:
    async with (
        listening(dependencies) as everything,
        listening(dependencies, wanted=PAID) as choosy,
    ):
        waiting = asyncio.create_task(choosy.hear(1))
        number = (await api.place())["number"]
        await everything.hear(1)
        await _until(lambda: PAID in dependencies.event_buffer._waiters)
        asleep = set(dependencies.event_buffer._waiters[PAID])
        await api.place()
        await everything.hear(1)
        assert dependencies.event_buffer._waiters[PAID] == asleep, "the same wait goes on"

        await api.step(number, "payment", **captured(number))
        (event,) = await waiting
        async with listening(dependencies, wanted=PAID) as late:
            assert await late.hear(1) == [event], "from memory, too, only this one"

    assert (event["cursor"], event["type"], event["number"]) == ("3", "order.paid", number)


async def test_who_looks_up_before_an_event_is_announced_does_not_pass_it_over(
    api: Api, dependencies: ApiDependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_buffer, "WAKE_SECONDS_MIN", 0.5)
    monkeypatch.setattr(events, "SILENT_CHECK_SECONDS", 0.05)
    async with listening(dependencies) as listener:
        for n in range(1, 4):
            await api.place()
            assert await listener.versions(1) == [(str(n), "order.placed")]


@pytest.mark.usefixtures("no_polling")
async def test_a_stream_that_hears_nothing_for_long_stays_at_the_head(
    api: Api, dependencies: ApiDependencies, feed: CountedFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_buffer, "BUFFER_EVENTS_MAX", 1)
    async with (
        listening(dependencies) as everything,
        listening(dependencies, wanted=PAID) as choosy,
    ):
        waiting = asyncio.create_task(choosy.versions(1))
        number = (await api.place())["number"]
        await everything.hear(1)
        await _until(lambda: PAID in dependencies.event_buffer._waiters)
        for _ in range(4):
            await api.place()
            await everything.hear(1)
        await _settled(feed)
        before = feed.reads
        await api.step(number, "payment", **captured(number))

        assert await waiting == [("6", "order.paid")]
        assert feed.reads == before + 1, "the reader's read, and none of the stream's own"


@pytest.mark.usefixtures("no_polling")
@pytest.mark.parametrize("streams", [1, 50])
async def test_the_journal_is_asked_once_however_many_listen(
    api: Api, dependencies: ApiDependencies, feed: CountedFeed, streams: int
) -> None:
    await api.place()
    async with AsyncExitStack() as stack:
        listeners = [
            await stack.enter_async_context(listening(dependencies, (1,))) for _ in range(streams)
        ]
        waiting = [asyncio.create_task(listener.versions(1)) for listener in listeners]
        await _settled(feed)
        await _until(lambda: sum(map(len, dependencies.event_buffer._waiters.values())) == streams)
        before = feed.reads
        await api.place()

        assert await asyncio.gather(*waiting) == [[("2", "order.placed")]] * streams
        assert feed.reads == before + 1


@pytest.mark.usefixtures("no_polling")
async def test_streams_woken_together_are_told_with_the_same_bytes(
    api: Api, dependencies: ApiDependencies
) -> None:
    async with listening(dependencies) as listener:
        waiting = asyncio.create_task(listener.hear(2))
        await _begun(dependencies)
        await api.place()
        await api.place()
        await waiting

        one, other = (dependencies.event_buffer.take((0,), ALL, EVENTS_ITEMS_MAX) for _ in range(2))

        assert one.joined
        assert one.joined is other.joined


@pytest.mark.usefixtures("no_polling")
async def test_what_was_committed_before_a_stream_waits_is_not_waited_for(
    api: Api, dependencies: ApiDependencies
) -> None:
    async with listening(dependencies) as listener:
        await api.place()
        await listener.hear(1)

        async with asyncio.timeout(DEADLINE_SECONDS):
            assert await dependencies.event_buffer.wait((0,), ALL, NEVER_SECONDS) == (0,)


async def test_after_a_fault_streams_end_and_go_on_where_they_were(
    api: Api, dependencies: ApiDependencies, feed: CountedFeed
) -> None:
    async with listening(dependencies) as busy, listening(dependencies) as waits:
        await api.place()
        await busy.hear(1)
        await waits.hear(1)
        waiting = asyncio.create_task(waits.hear(1))
        await _until(lambda: bool(dependencies.event_buffer._waiters))
        feed.is_cut = True
        dependencies.changes.wake()
        with pytest.raises(JournalUnreachable):
            await waiting
        await api.place()
        feed.is_cut = False

        assert await busy.versions(1) == [("2", "order.placed")]
        async with listening(dependencies, (1,)) as again:
            assert await again.versions(1) == [("2", "order.placed")]


async def test_a_cursor_from_beyond_the_end_hears_what_comes_after_it(
    api: Api, dependencies: ApiDependencies
) -> None:
    async with listening(dependencies, (2,)) as listener:
        waiting = asyncio.create_task(listener.versions(1))
        await _begun(dependencies)
        for _ in range(3):
            await api.place()

        assert await waiting == [("3", "order.placed")]


async def test_lanes_are_told_under_the_cursor_of_the_stream_that_reads_them(
    network: Network,
) -> None:
    feed = TwoLanes()
    feed.commit(0, "old")
    dependencies = structs.replace(
        network.dependencies, feed=feed, changes=ChangeReader(feed, feed, (0, 1))
    )
    async with (
        listening(dependencies, (0, 0)) as listener,
        listening(dependencies, (1, 0)) as later,
    ):
        heard = await listener.hear(1)
        waiting = asyncio.create_task(later.hear(2))
        await _begun(dependencies)
        feed.commit(1, "first")
        feed.commit(0, "second")
        dependencies.changes.wake()
        assert {event["number"] for event in await waiting} == {"first", "second"}
        heard += await listener.hear(2)

    assert sorted(event["number"] for event in heard) == ["first", "old", "second"]
    assert heard[0]["cursor"] == "1.0"
    assert heard[1]["cursor"] in {"1.1", "2.0"}
    assert heard[2]["cursor"] == "2.1"


async def test_a_stream_that_is_being_sent_to_ends_when_the_program_stops(
    api: Api, dependencies: ApiDependencies
) -> None:
    chunks = follow(dependencies, (0,), ALL, always)
    await anext(chunks)
    await api.place()
    await anext(chunks)

    dependencies.changes.close()
    await _until(lambda: not dependencies.changes.is_reading)

    assert [chunk async for chunk in chunks] == []


async def test_a_stream_ends_soon_after_its_key_is_revoked(
    api: Api, dependencies: ApiDependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gotovo.api.resources.events.KEY_CHECK_SECONDS", 0.0)
    living = [True]

    async def is_key_valid() -> bool:
        return living[0]

    chunks = follow(dependencies, (0,), ALL, is_key_valid)
    await anext(chunks)
    await api.place()
    assert b"order.placed" in await anext(chunks)
    living.clear()
    living.append(False)
    await api.place()
    async with asyncio.timeout(DEADLINE_SECONDS):
        assert [chunk async for chunk in chunks] == []


async def test_a_process_has_only_so_many_streams(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gotovo.api.dispatch.dependencies.STREAMS_MAX", 0)
    answer = await api.get("/events", accept="text/event-stream")
    assert answer.status_code == 503
    assert "retry-after" in answer.headers


async def _begun(dependencies: ApiDependencies) -> None:
    """Return when it is known where the lanes end."""
    await _until(lambda: bool(dependencies.event_buffer.begin))


async def _settled(feed: CountedFeed) -> None:
    """Return when no read has been begun for a while: the reader waits for the next hint."""
    reads = -1
    while feed.reads != reads:
        reads = feed.reads
        await asyncio.sleep(3 * changes.READ_SECONDS_MIN)


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to that")


@asynccontextmanager
async def _another(network: Network, url: str) -> AsyncGenerator[Api]:
    """Give the API of a process of its own on the same database, which hints nobody here."""
    async with await open_pool(url) as pool:
        other = Network(pool)
        other.tokens, other.ids = network.tokens, network.ids
        other.directory = Directory(pool)
        await other.reopen()
        transport = httpx.ASGITransport(app=other.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://other.test") as client:
            yield Api(client, other)
        await other.close()
