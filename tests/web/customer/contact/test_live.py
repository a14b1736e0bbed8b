"""News of one's own orders, over a real connection: at once, to their owner, and bounded."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack, asynccontextmanager

import httpx
import pytest
from msgspec import structs

from gotovo.access.buyer import sessions
from gotovo.access.feed_cursors import FeedCursors, LeftHistory, buyer_reader
from gotovo.engine.ports import FeedEpoch
from gotovo.http.limits import STREAMS_PER_CUSTOMER_MAX, OpenStreams
from gotovo.keyring.keyring import one_key
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values.customer import customer_id
from gotovo.order.values.order import Attention, Order
from gotovo.web.customer.contact import live
from gotovo.web.site.dependencies import WebDependencies
from tests.support.browser.site import served
from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA, BORIS, NOW, SECRET, Cast
from tests.support.web.goods import LAMP
from tests.support.web.sample_orders.closed_orders import long_ago
from tests.support.web.sample_orders.open_orders import ready, waiting_for_payment

pytestmark = pytest.mark.filterwarnings("ignore:.*[Ee]mbedded server.*")
LONG = 20


class Heard:
    """Reads a stream of events."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self) -> dict[str, str]:
        """Return the fields of the next block."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(LONG):
            async for line in self._lines:
                if not line:
                    return fields
                name, _, value = line.partition(":")
                fields[name] = value.strip()
        return fields

    async def order(self) -> tuple[str, str]:
        """Return the number and the cursor of the next order with news."""
        while (told := await self.next()).get("event") != "order":
            assert told, "the stream has ended"
        return told["data"], told["id"]


@pytest.fixture
async def site(dependencies: WebDependencies) -> AsyncIterator[str]:
    """Serve the pages and give their address."""
    async with served(dependencies) as address:
        yield address


@asynccontextmanager
async def signed_in(site: str, phone: str = ALINA) -> AsyncGenerator[httpx.AsyncClient]:
    """Give a client of the site that is signed in."""
    headers = {"accept-language": "en"}
    async with httpx.AsyncClient(base_url=site, headers=headers, timeout=LONG) as client:
        await Buyer(client).signs_in(phone)
        yield client


@asynccontextmanager
async def listening(
    client: httpx.AsyncClient, after: str = "", **headers: str
) -> AsyncGenerator[Heard]:
    """Open a stream whose first words have come."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.stream("GET", f"/orders/live?after={after}", headers=said) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream"
        assert answer.headers["cache-control"] == "no-store"
        heard = Heard(answer)
        assert await heard.next() == {"retry": "1000"}
        yield heard


async def cancelled(cast: Cast, order: Order) -> Order:
    """Cancel an order, which is one more event."""
    return await cast.step(order, Cancel(), NOW)


def position(dependencies: WebDependencies, order: Order, cursor: str) -> tuple[int, ...]:
    """Return what a cursor that the order's buyer got holds."""
    found = dependencies.feed_cursors.positions(cursor, buyer_reader(order.customer), 1)
    assert found is not None, cursor
    assert not isinstance(found, LeftHistory), cursor
    return found


async def test_a_change_is_told_with_the_number_and_a_cursor(
    site: str, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await waiting_for_payment(cast)
    async with signed_in(site) as client, listening(client) as heard:
        number, first = await heard.order()
        assert number == order.number
        await cancelled(cast, order)
        number, second = await heard.order()
        assert number == order.number
        assert position(dependencies, order, second) > position(dependencies, order, first)
        assert not any(map(str.isdigit, (first, second))), "positions count what all buyers do"


async def test_a_page_says_the_cursor_it_was_read_at(site: str, cast: Cast) -> None:
    order = await waiting_for_payment(cast)
    async with signed_in(site) as client:
        for path in ("/orders", f"/orders/{order.number}"):
            page = (await client.get(path)).text
            cursor = page.partition('data-cursor="')[2].partition('"')[0]
            async with listening(client, cursor) as heard:
                newer = await cast.place(ALINA, NOW, LAMP)
                assert (await heard.order())[0] == newer.number


async def test_what_the_browser_has_heard_counts_more_than_the_address(
    site: str, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await waiting_for_payment(cast)
    async with signed_in(site) as client:
        async with listening(client) as heard:
            _, cursor = await heard.order()
        async with listening(client, last_event_id=cursor) as heard:
            await cancelled(cast, order)
            _, later = await heard.order()
    assert position(dependencies, order, later) > position(dependencies, order, cursor)


async def test_a_page_that_shows_what_a_restore_took_back_reads_itself_anew(
    cast: Cast, dependencies: WebDependencies
) -> None:
    order = await waiting_for_payment(cast)
    first = FeedEpoch(1, "0000000a", (0,), NOW, "one")
    cursor = FeedCursors(lambda: one_key(SECRET), [first]).text((1,), buyer_reader(order.customer))
    restored = [first, FeedEpoch(2, "0000000b", (0,), NOW, "two")]
    async with (
        served(structs.replace(dependencies, epochs=restored)) as site,
        signed_in(site) as client,
        listening(client, cursor) as heard,
    ):
        assert await heard.next() == {"event": "order", "data": live.MANY}
        assert (await heard.order())[0] == order.number


async def test_two_reads_of_a_page_do_not_tell_whether_others_ordered(
    site: str, cast: Cast
) -> None:
    await waiting_for_payment(cast)
    cursors: list[str] = []
    async with signed_in(site) as client:
        for _ in range(2):
            page = (await client.get("/orders?status=")).text  # with a query it is not cached
            cursors.append(page.partition('data-cursor="')[2].partition('"')[0])
    async with signed_in(site, BORIS) as client:
        answer = await client.get("/orders/live", params={"after": cursors[0]})
    assert cursors[0] != cursors[1]
    assert {len(each) for each in cursors} == {43}
    assert answer.status_code == 400, "it is of another buyer"


async def test_somebody_elses_orders_are_not_told(site: str, cast: Cast) -> None:
    await waiting_for_payment(cast)
    async with signed_in(site, BORIS) as client, listening(client) as heard:
        theirs = await cast.place(BORIS, NOW, LAMP)
        assert (await heard.order())[0] == theirs.number


async def test_without_a_session_the_page_is_told_that_it_is_over(buyer: Buyer) -> None:
    answer = await buyer.client.get("/orders/live")
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.text == "event: over\ndata: session\n\n"


@pytest.mark.parametrize("cursor", ["0", "7", "x", "-1", "1" * 19, "1.0", "٣"])
async def test_a_cursor_that_is_none_is_refused(buyer: Buyer, cursor: str) -> None:
    await buyer.signs_in(ALINA)
    answer = await buyer.client.get("/orders/live", params={"after": cursor})
    assert answer.status_code == 400


async def test_a_session_that_has_ended_is_told_nothing_more(
    site: str, cast: Cast, dependencies: WebDependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    await ready(cast)
    async with signed_in(site) as client, listening(client) as heard:
        assert (await heard.order())[0]
        assert (await heard.next())["event"] == "beat"
        token = client.cookies["gotovo-session"].partition(".")[2]
        await sessions.end(dependencies.sign_in, token)
        while (told := await heard.next()).get("event") == "beat":
            pass
        assert told == {"event": "over", "data": "session"}
        assert await heard.next() == {}


async def test_a_buyer_has_only_so_many_streams_on_all_devices(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    await buyer.signs_in(ALINA)
    customer = customer_id(SECRET, ALINA)
    with ExitStack() as opened:
        for _ in range(STREAMS_PER_CUSTOMER_MAX):
            opened.enter_context(dependencies.streams.slot(customer))
        answer = await buyer.client.get("/orders/live")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "60"


def test_what_is_closed_makes_room_again() -> None:
    streams = OpenStreams()
    for _ in range(STREAMS_PER_CUSTOMER_MAX + 1):
        with streams.slot("a"):
            assert not streams.is_full_for("a")
    with ExitStack() as opened:
        for _ in range(STREAMS_PER_CUSTOMER_MAX):
            opened.enter_context(streams.slot("a"))
        assert streams.is_full_for("a")
        assert not streams.is_full_for("b")
    assert not streams.is_full_for("a")


async def test_when_the_process_is_asked_to_stop_streams_end(
    site: str, dependencies: WebDependencies
) -> None:
    async with signed_in(site) as client, listening(client) as heard:
        dependencies.subscriptions.reader.close()
        assert await heard.next() == {}


async def test_who_leaves_is_counted_no_more(site: str, dependencies: WebDependencies) -> None:
    async with signed_in(site) as client:
        async with listening(client):
            assert dependencies.streams._count == 1
        async with asyncio.timeout(LONG):
            while dependencies.streams._count:  # noqa: ASYNC110  (the server tells nobody)
                await asyncio.sleep(0.01)


async def test_a_stream_tells_no_number_of_an_order_that_is_closed_to_this_phone(
    site: str, cast: Cast
) -> None:
    """The number of an older order opens them all: whoever has the phone now must not hear it."""
    old, new = await long_ago(cast, 400), await waiting_for_payment(cast)
    async with signed_in(site) as client, listening(client) as heard:
        assert (await heard.order())[0] == new.number, "of all changes since the beginning"
        await cast.step(old, RaiseAttention(Attention.DISPUTE), NOW)
        await cancelled(cast, new)
        assert (await heard.order())[0] == new.number, "and of those from now on"
