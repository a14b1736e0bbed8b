"""Many streams, one reader: what costs nothing also skips nothing and repeats nothing."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from msgspec import structs

from gotovo.api.cache import event_buffer as tail_module
from gotovo.api.cache import wakeup as news_module
from gotovo.api.dispatch.dependencies import ApiParts
from gotovo.api.resources.events import EVENTS_ITEMS_MAX, follow
from gotovo.engine.ports import JournalUnreachable
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.network.directory import Directory
from tests.support.api.listening import ALL, DEADLINE_SECONDS, Counting, TwoLanes, always, listening
from tests.support.api.network import TOTAL, Api, Network

PAID = frozenset({"order.paid"})
NEVER_SECONDS = 3_600.0


@pytest.fixture
def feed(network: Network) -> Counting:
    """Give the network's journal, with a counter."""
    return Counting(network.parts.feed, network.parts.news)


@pytest.fixture
def parts(network: Network, feed: Counting) -> ApiParts:
    """Give the parts of the network with that feed; commits are told to both."""
    return structs.replace(network.parts, feed=feed)


@pytest.fixture
def only_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody look without a hint, so that what is asked can be counted."""
    for module in (news_module, tail_module):
        monkeypatch.setattr(module, "LOOK_SECONDS", NEVER_SECONDS)


async def test_who_falls_behind_what_is_kept_still_hears_everything_in_order(
    api: Api, parts: ApiParts, feed: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "TAIL_EVENTS_MAX", 3)
    async with listening(parts) as quick, listening(parts) as slow:
        first = await api.place()
        assert await quick.versions(1) == await slow.versions(1) == [("1", "order.placed")]
        for _ in range(7):
            await api.place()
        await quick.hear(7)
        await _until(lambda: parts.tail.begin == (5,))
        before = feed.calls
        behind = await slow.hear(7)
        assert feed.calls > before, "what is no longer kept is read from the journal"
        await api.step(first["number"], "payment", amount=TOTAL)
        assert await slow.versions(1) == await quick.versions(1) == [("9", "order.paid")]

    assert [event["cursor"] for event in behind] == [str(n) for n in range(2, 9)]


@pytest.mark.usefixtures("only_hints")
async def test_very_large_events_do_not_fill_the_memory(
    api: Api, parts: ApiParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "TAIL_BYTES_MAX", 1)
    async with listening(parts) as listener:
        for n in range(1, 4):
            await api.place()
            assert await listener.versions(1) == [(str(n), "order.placed")]
            assert parts.tail.begin == (n,)


@pytest.mark.usefixtures("only_hints")
async def test_who_is_covered_by_what_is_kept_asks_nobody(
    api: Api, parts: ApiParts, feed: Counting
) -> None:
    async with listening(parts) as first:
        waiting = asyncio.create_task(first.hear(3))
        await _begun(parts)
        for _ in range(3):
            await api.place()
        told = await waiting
        await _settled(parts, feed)
        before = feed.calls
        async with listening(parts, (1,)) as second:
            again = await second.hear(2)

        assert feed.calls == before
    assert again == told[1:]


async def test_another_process_is_heard_without_a_hint(
    api: Api, network: Network, parts: ApiParts, database_url: str
) -> None:
    number = (await api.place())["number"]
    async with listening(parts, (1,)) as listener, _another(network, database_url) as other:
        waiting = asyncio.create_task(listener.versions(1))
        await _begun(parts)
        hints = parts.news.count

        paid = await other.post(f"/orders/{number}/payment", {"amount": TOTAL}, key="other")

        assert paid.status_code == 200
        assert await waiting == [("2", "order.paid")]
        assert parts.news.count == hints


@pytest.mark.usefixtures("only_hints")
async def test_a_stream_is_left_asleep_by_what_it_did_not_ask_for(
    api: Api, parts: ApiParts
) -> None:
    async with listening(parts) as everything, listening(parts, types=PAID) as choosy:
        waiting = asyncio.create_task(choosy.hear(1))
        number = (await api.place())["number"]
        await everything.hear(1)
        await _until(lambda: PAID in parts.tail._waiting)
        asleep = set(parts.tail._waiting[PAID])
        await api.place()
        await everything.hear(1)
        assert parts.tail._waiting[PAID] == asleep, "the same wait goes on"

        await api.step(number, "payment", amount=TOTAL)
        (event,) = await waiting
        async with listening(parts, types=PAID) as late:
            assert await late.hear(1) == [event], "from memory, too, only this one"

    assert (event["cursor"], event["type"], event["number"]) == ("3", "order.paid", number)


@pytest.mark.usefixtures("only_hints")
async def test_a_stream_that_hears_nothing_for_long_stays_at_the_head(
    api: Api, parts: ApiParts, feed: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "TAIL_EVENTS_MAX", 1)
    async with listening(parts) as everything, listening(parts, types=PAID) as choosy:
        waiting = asyncio.create_task(choosy.versions(1))
        number = (await api.place())["number"]
        await everything.hear(1)
        await _until(lambda: PAID in parts.tail._waiting)
        for _ in range(4):
            await api.place()
            await everything.hear(1)
        await _settled(parts, feed)
        before = feed.calls
        await api.step(number, "payment", amount=TOTAL)

        assert await waiting == [("6", "order.paid")]
        assert feed.calls == before + 1, "the tail's read, and none of the stream's own"


async def test_when_nobody_listens_nothing_is_asked(
    api: Api, parts: ApiParts, feed: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news_module, "LOOK_SECONDS", 0.05)
    await api.place()
    assert feed.calls == 0

    async with listening(parts) as listener:
        await listener.hear(1)
    await _until(lambda: parts.tail._reading is None)
    before = feed.calls
    await api.place()
    await asyncio.sleep(2 * news_module.LOOK_SECONDS)
    assert feed.calls == before

    async with listening(parts, (1,)) as listener:
        assert await listener.versions(1) == [("2", "order.placed")]


@pytest.mark.usefixtures("only_hints")
@pytest.mark.parametrize("streams", [1, 50])
async def test_the_journal_is_asked_once_however_many_listen(
    api: Api, parts: ApiParts, feed: Counting, streams: int
) -> None:
    await api.place()
    async with AsyncExitStack() as stack:
        listeners = [
            await stack.enter_async_context(listening(parts, (1,))) for _ in range(streams)
        ]
        waiting = [asyncio.create_task(listener.versions(1)) for listener in listeners]
        await _settled(parts, feed)
        await _until(lambda: sum(map(len, parts.tail._waiting.values())) == streams)
        before = feed.calls
        await api.place()

        assert await asyncio.gather(*waiting) == [[("2", "order.placed")]] * streams
        assert feed.calls == before + 1


@pytest.mark.usefixtures("only_hints")
async def test_streams_woken_together_are_told_with_the_same_bytes(
    api: Api, parts: ApiParts
) -> None:
    async with listening(parts) as listener:
        waiting = asyncio.create_task(listener.hear(2))
        await _begun(parts)
        await api.place()
        await api.place()
        await waiting

        one, other = (parts.tail.take((0,), ALL, EVENTS_ITEMS_MAX) for _ in range(2))

        assert one[0]
        assert one[0] is other[0]


@pytest.mark.usefixtures("only_hints")
async def test_what_was_committed_before_a_stream_waits_is_not_waited_for(
    api: Api, parts: ApiParts
) -> None:
    async with listening(parts) as listener:
        await api.place()
        await listener.hear(1)

        async with asyncio.timeout(DEADLINE_SECONDS):
            assert await parts.tail.wait((0,), ALL, NEVER_SECONDS) == (0,)


async def test_after_a_fault_streams_end_and_go_on_where_they_were(
    api: Api, parts: ApiParts, feed: Counting
) -> None:
    async with listening(parts) as busy, listening(parts) as waits:
        await api.place()
        await busy.hear(1)
        await waits.hear(1)
        waiting = asyncio.create_task(waits.hear(1))
        await _until(lambda: bool(parts.tail._waiting))
        feed.is_cut = True
        parts.news.tell()
        with pytest.raises(JournalUnreachable):
            await waiting
        await api.place()
        feed.is_cut = False

        assert await busy.versions(1) == [("2", "order.placed")]
        async with listening(parts, (1,)) as again:
            assert await again.versions(1) == [("2", "order.placed")]


async def test_a_cursor_from_beyond_the_end_hears_what_comes_after_it(
    api: Api, parts: ApiParts
) -> None:
    async with listening(parts, (2,)) as listener:
        waiting = asyncio.create_task(listener.versions(1))
        await _begun(parts)
        for _ in range(3):
            await api.place()

        assert await waiting == [("3", "order.placed")]


async def test_lanes_are_told_under_the_cursor_of_the_stream_that_reads_them(
    network: Network,
) -> None:
    feed = TwoLanes()
    feed.commit(0, "old")
    parts = structs.replace(network.parts, feed=feed, lanes=(0, 1))
    async with listening(parts, (0, 0)) as listener, listening(parts, (1, 0)) as later:
        heard = await listener.hear(1)
        waiting = asyncio.create_task(later.hear(2))
        await _begun(parts)
        feed.commit(1, "first")
        feed.commit(0, "second")
        parts.news.tell()
        assert {event["number"] for event in await waiting} == {"first", "second"}
        heard += await listener.hear(2)

    assert sorted(event["number"] for event in heard) == ["first", "old", "second"]
    assert heard[0]["cursor"] == "1.0"
    assert heard[1]["cursor"] in {"1.1", "2.0"}
    assert heard[2]["cursor"] == "2.1"


async def test_a_stream_that_is_being_sent_to_ends_when_the_program_stops(
    api: Api, parts: ApiParts
) -> None:
    chunks = follow(parts, (0,), ALL, always)
    await anext(chunks)
    await api.place()
    await anext(chunks)

    parts.news.close()
    await _until(lambda: parts.tail._reading is None)

    assert [chunk async for chunk in chunks] == []


async def test_a_stream_ends_soon_after_its_key_is_revoked(
    api: Api, parts: ApiParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gotovo.api.resources.events.LOOK_SECONDS", 0.0)
    living = [True]

    async def may_hear() -> bool:
        return living[0]

    chunks = follow(parts, (0,), ALL, may_hear)
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
    monkeypatch.setattr("gotovo.api.cache.event_buffer.STREAMS_MAX", 0)
    answer = await api.get("/events", accept="text/event-stream")
    assert answer.status_code == 503
    assert "retry-after" in answer.headers


async def _begun(parts: ApiParts) -> None:
    """Return when it is known where the lanes end."""
    await _until(lambda: bool(parts.tail.begin))


async def _settled(parts: ApiParts, feed: Counting) -> None:
    """Return when the tail has followed every hint there was, and waits for the next one."""
    await _until(lambda: feed.hints_read == parts.news.count)


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
