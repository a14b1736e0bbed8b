"""What is read over HTTP: a buyer's orders, one order and its timeline, the feed, and the pages.

A list and a timeline are set against the same server answering the very same bytes from memory.
"""

import asyncio
import gzip
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from secrets import token_bytes

from msgspec import Struct, structs

from gotovo.access.buyer import sessions
from gotovo.bench.fixture.dataset import ORDER_STEPS, DatasetOrder
from gotovo.bench.fixture.environment import BenchEnvironment
from gotovo.bench.fixture.server_fixture import ServerFixture
from gotovo.bench.load.connection import connect
from gotovo.bench.load.generator import RequestFile, run_load
from gotovo.bench.load.requests import page_request
from gotovo.bench.load.response_parser import Answer
from gotovo.bench.run.figure import BenchError, Measure, Plan, Sample
from gotovo.order.values.customer import customer_id, home_of_customer
from gotovo.store.tables.access.sign_in import SignInStore
from gotovo.web.site import cookies
from gotovo.web.site.cookies import SessionCookie

CONNECTIONS = 32

FEED_CONNECTIONS = 4
"""A handful of programs follow the feed; each of their pages is a megabyte."""

ORDERS_EACH = 20
"""A page of a buyer who orders often."""

BUYERS = 200
BUYERS_QUICK = 40
"""Several, so that the same rows are not read over and over."""

EVENTS = 1_000
"""As many as one page of the feed may have."""

CAPTIONS = {
    "orders": f"a buyer's {ORDERS_EACH} orders",
    "order": "one order",
    "timeline": "one order's timeline",
    "events": f"{EVENTS:,} events of the feed",
    "page.orders": "the page of a buyer's orders",
    "page.order": "a buyer's page of one order",
}

_KB = 1_000
_PACKED = b"content-encoding: gzip"
_LOADED = re.compile(rb'<(?:link\b[^>]* href|(?:script|img)\b[^>]* src)="(/[^"]+)"')


class SignedInBuyer(Struct, frozen=True):
    """Somebody signed in, and one of the orders."""

    customer: str
    cookie: str
    order: DatasetOrder


@asynccontextmanager
async def open_reads(
    shop: ServerFixture, stage: BenchEnvironment, plan: Plan
) -> AsyncGenerator[list[Measure]]:
    """Make buyers with orders, and the server that answers what they read from memory."""
    count = BUYERS_QUICK if plan.quick else BUYERS
    buyers = await asyncio.gather(*(_buyer(shop, number) for number in range(count)))
    requests = _requests(shop, buyers)
    paths = {"orders": "/api/v1/orders", "timeline": _timeline_path(buyers[0])}
    answers = {
        path: (await _answer(shop.server.port, requests[name][0])).body
        for name, path in paths.items()
    }
    books = {name: shop.repeated_request_file(name, some) for name, some in requests.items()}
    async with stage.constant_server(answers) as constant:
        yield [
            *(
                Measure(f"server.{name}", CAPTIONS[name], "requests/s", _run(shop, book, name))
                for name, book in books.items()
            ),
            *(
                Measure(
                    f"server.constant.{name}",
                    f"{CAPTIONS[name]}: the same bytes from memory",
                    "requests/s",
                    _run_constant(
                        constant.port,
                        shop.repeated_request_file(f"constant-{name}", requests[name][:1]),
                    ),
                )
                for name in paths
            ),
            Measure(
                "server.page.bytes",
                "a buyer's page of one order with all it loads",
                "kB",
                _weighing(shop.server.port, requests["page.order"][0]),
                warm_up=False,
                rounds=1,
            ),
        ]


async def page_weight(port: int, request: bytes) -> int:
    """Return the bytes of a page and of everything it loads, heads of answers included."""
    page = await _answer(port, request)
    weight = len(page.head) + len(page.body)
    cookie = request.partition(b"Cookie: ")[2].partition(b"\r\n")[0].decode()
    said = gzip.decompress(page.body) if _PACKED in page.head.lower() else page.body
    for path in set(_LOADED.findall(said)):
        loaded = await _answer(port, page_request(path.decode(), cookie))
        weight += len(loaded.head) + len(loaded.body)
    return weight


async def _buyer(shop: ServerFixture, number: int) -> SignedInBuyer:
    """Make a buyer with orders in the middle of their lives, and sign them in."""
    city, house = shop.asking.city, shop.house
    phone = f"+7901{number:07}"
    await city.orders(house, ORDERS_EACH // 2, "shelving", phone=phone)
    orders = await city.orders(house, ORDERS_EACH - ORDERS_EACH // 2, "handover", phone=phone)
    customer = customer_id(house.secret, phone)
    token = sessions.new_token(token_bytes)
    shown_as = f"+7 901 ···-··-{number % 100:02}"
    await sessions.begin(SignInStore(house.pool), token, customer, shown_as, house.clock())
    kept = SessionCookie(token, home_of_customer(customer)).said()
    return SignedInBuyer(customer, f"{cookies.SESSION}={kept}", orders[0])


def _requests(shop: ServerFixture, buyers: list[SignedInBuyer]) -> Mapping[str, tuple[bytes, ...]]:
    read = shop.asking.read
    step = (
        ORDERS_EACH * len(ORDER_STEPS) // 2
    )  # fewer events than a buyer has, so every page is full
    return {
        "orders": tuple(read(f"/orders?customer={x.customer}&limit={ORDERS_EACH}") for x in buyers),
        "order": tuple(read(f"/orders/{x.order.number}") for x in buyers),
        "timeline": tuple(read(f"/orders/{x.order.number}/timeline") for x in buyers),
        "events": tuple(
            read(f"/events?after={number * step}&limit={EVENTS}")
            for number in range(len(buyers) // 2)
        ),
        "page.orders": tuple(page_request("/orders", x.cookie) for x in buyers),
        "page.order": tuple(page_request(f"/orders/{x.order.number}", x.cookie) for x in buyers),
    }


def _timeline_path(buyer: SignedInBuyer) -> str:
    return f"/api/v1/orders/{buyer.order.number}/timeline"


def _run(shop: ServerFixture, book: RequestFile, name: str) -> Callable[[float], Awaitable[Sample]]:
    async def run(seconds: float) -> Sample:
        connections = FEED_CONNECTIONS if name == "events" else CONNECTIONS
        _, sample = await shop.load(book, connections, seconds)
        if name == "events":
            told = {**sample.facts, "events_per_second": sample.per_second * EVENTS}
            return structs.replace(sample, facts=told)
        return sample

    return run


def _run_constant(port: int, book: RequestFile) -> Callable[[float], Awaitable[Sample]]:
    async def run(seconds: float) -> Sample:
        return (await run_load(port, book, CONNECTIONS, seconds)).sample()

    return run


def _weighing(port: int, request: bytes) -> Callable[[float], Awaitable[Sample]]:
    async def run(seconds: float) -> Sample:
        del seconds
        return Sample(await page_weight(port, request) / _KB)

    return run


async def _answer(port: int, request: bytes) -> Answer:
    connection = await connect(port)
    try:
        answer = await connection.ask(request)
    finally:
        connection.close()
    if answer.status != HTTPStatus.OK:
        line = request.partition(b"\r\n")[0].decode()
        message = f"{line} was answered with {answer.status}"
        raise BenchError(message)
    return answer
