"""Reads over HTTP: a buyer's orders, one order and its timeline, the feed, and the pages.

A list and a timeline are compared with the same server sending the same bytes from memory.
"""

import asyncio
import gzip
import re
from collections.abc import AsyncGenerator, Mapping
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
from gotovo.bench.load.response_parser import LoadResponse
from gotovo.bench.run.measure import BenchError, Measure, Run, RunPlan, Sample
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
"""Several, so that the same rows are not read each time."""

EVENTS = 1_000
"""The most that one page of the feed may have."""

CAPTIONS = {
    "orders": f"a buyer's {ORDERS_EACH} orders",
    "order": "one order",
    "timeline": "one order's timeline",
    "events": f"{EVENTS:,} events of the feed",
    "page.orders": "the page of a buyer's orders",
    "page.order": "a buyer's page of one order",
}

_KB = 1_000
_LOADED = re.compile(rb'<(?:link\b[^>]* href|(?:script|img)\b[^>]* src)="(/[^"]+)"')


class SignedInBuyer(Struct, frozen=True):
    """A signed-in buyer, and one of their orders."""

    customer: str
    cookie: str
    order: DatasetOrder


@asynccontextmanager
async def open_reads(
    fixture: ServerFixture, environment: BenchEnvironment, plan: RunPlan
) -> AsyncGenerator[list[Measure]]:
    """Make buyers with orders, and the constant server for what they read."""
    count = BUYERS_QUICK if plan.quick else BUYERS
    buyers = await asyncio.gather(*(_buyer(fixture, number) for number in range(count)))
    requests = _requests(fixture, buyers)
    paths = {"orders": "/api/v1/orders", "timeline": _timeline_path(buyers[0])}
    bodies = {
        path: (await _get(fixture.server.port, requests[name][0])).body
        for name, path in paths.items()
    }
    request_files = {
        name: fixture.repeated_request_file(name, some) for name, some in requests.items()
    }
    async with environment.constant_server(bodies) as constant:
        yield [
            *(
                Measure(
                    f"server.{name}",
                    CAPTIONS[name],
                    "requests/s",
                    _run(fixture, request_file, name),
                )
                for name, request_file in request_files.items()
            ),
            *(
                Measure(
                    f"server.constant.{name}",
                    f"{CAPTIONS[name]}: the same bytes from memory",
                    "requests/s",
                    _run_constant(
                        constant.port,
                        fixture.repeated_request_file(f"constant-{name}", requests[name][:1]),
                    ),
                )
                for name in paths
            ),
            Measure(
                "server.page.bytes",
                "a buyer's page of one order with all it loads",
                "kB",
                _weigh(fixture.server.port, requests["page.order"][0]),
                warm_up=False,
                rounds=1,
            ),
        ]


async def page_weight(port: int, request: bytes) -> int:
    """Return the bytes of a page and of everything it loads, response headers included."""
    page, weight = await _fetch(port, request)
    cookie = request.partition(b"Cookie: ")[2].partition(b"\r\n")[0].decode()
    compressed = page.header(b"content-encoding") == b"gzip"
    html = gzip.decompress(page.body) if compressed else page.body
    for path in set(_LOADED.findall(html)):
        _, received = await _fetch(port, page_request(path.decode(), cookie))
        weight += received
    return weight


async def _buyer(fixture: ServerFixture, number: int) -> SignedInBuyer:
    """Make a buyer, some of whose orders are still open, and sign them in."""
    dataset, runtime = fixture.requests.dataset, fixture.runtime
    phone = f"+7901{number:07}"
    await dataset.orders(runtime, ORDERS_EACH // 2, "shelving", phone=phone)
    orders = await dataset.orders(runtime, ORDERS_EACH - ORDERS_EACH // 2, "handover", phone=phone)
    customer = customer_id(runtime.secret, phone)
    token = sessions.new_token(token_bytes)
    shown_as = f"+7 901 ···-··-{number % 100:02}"
    await sessions.begin(SignInStore(runtime.pool), token, customer, shown_as, runtime.clock())
    cookie = SessionCookie(token, home_of_customer(customer)).serialize()
    return SignedInBuyer(customer, f"{cookies.SESSION}={cookie}", orders[0])


def _requests(
    fixture: ServerFixture, buyers: list[SignedInBuyer]
) -> Mapping[str, tuple[bytes, ...]]:
    read = fixture.requests.read
    step = (
        ORDERS_EACH * len(ORDER_STEPS) // 2
    )  # fewer events than a buyer has, so that every page is full
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


def _run(fixture: ServerFixture, request_file: RequestFile, name: str) -> Run:
    async def run(seconds: float) -> Sample:
        connections = FEED_CONNECTIONS if name == "events" else CONNECTIONS
        _, sample = await fixture.load(request_file, connections, seconds)
        if name == "events":
            facts = {**sample.facts, "events_per_second": sample.per_second * EVENTS}
            return structs.replace(sample, facts=facts)
        return sample

    return run


def _run_constant(port: int, request_file: RequestFile) -> Run:
    async def run(seconds: float) -> Sample:
        return (await run_load(port, request_file, CONNECTIONS, seconds)).sample()

    return run


def _weigh(port: int, request: bytes) -> Run:
    async def run(seconds: float) -> Sample:
        del seconds
        return Sample(await page_weight(port, request) / _KB)

    return run


async def _get(port: int, request: bytes) -> LoadResponse:
    response, _ = await _fetch(port, request)
    return response


async def _fetch(port: int, request: bytes) -> tuple[LoadResponse, int]:
    """Return the response and its size in bytes."""
    connection = await connect(port)
    try:
        response = await connection.send(request)
    finally:
        connection.close()
    if response.status != HTTPStatus.OK:
        line = request.partition(b"\r\n")[0].decode()
        message = f"{line} was answered with {response.status}"
        raise BenchError(message)
    return response, connection.received_bytes
