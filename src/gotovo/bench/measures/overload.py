"""Overload: accepted commands stay fast, and the rest are refused with a time to retry.

First the rate that the machine can do is measured, then twice as much arrives whether or not it
keeps up. Besides, clients that must not cost anything: silent event streams and slow readers.
And two shops: one sends lists of a thousand orders as fast as it can, the other goes on placing.
"""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from http import HTTPStatus

import msgspec
from msgspec import structs

from gotovo.bench.fixture.environment import BenchEnvironment
from gotovo.bench.fixture.server_fixture import ServerFixture, open_server_fixture, worker_mb
from gotovo.bench.load.connection import allow_connections, connect
from gotovo.bench.load.generator import SPARE_SECONDS, RequestFile, run_load, run_program
from gotovo.bench.load.idle_clients import idle_clients, silent_readers
from gotovo.bench.load.latency_recorder import LatencyRecorder
from gotovo.bench.load.open_loop import OpenLoopResult
from gotovo.bench.load.requests import RequestBuilder
from gotovo.bench.run.measure import Budget, Measure, Run, RunPlan, Sample
from gotovo.http.limits import ClientLimits
from gotovo.order.values.actor import Role

SEED = 7_004

CONNECTIONS = 128

TIMES = 2.0
"""How many times more arrives than can be done."""

OPEN_LOOP_CONNECTIONS = 3_000
"""Each request under way holds a connection: enough for half a second of arrivals."""

STREAMS = 500
READERS = 200

EVENTS = 300
"""What a slow reader requests: a quarter of a megabyte, far more than the kernel buffers."""

CONNECT_SECONDS = 3.0
"""What connecting the idle clients takes, for the estimate."""

SILENT = "order.contact_erased"
"""The type of events that the streams subscribe to: nobody is erased during a run."""

SILENT_READERS = 5_000
"""More than a worker serves."""

LONG_ANSWER = b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 5
"""A quarter of a megabyte, asked for again before it is read, so that no idle timeout ends it."""

HEALTHZ = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

BYSTANDER = "127.0.0.2"
"""The address that asks for /healthz: another one than that of the silent readers."""

HEALTHZ_SECONDS = 5.0
"""The first seconds, in which the server accepts all of them and closes most; later it is idle."""

SILENT_SECONDS = 15.0
"""What starting a server and connecting them takes, for the estimate."""

SHOP_RATE = 50
"""Orders a second of the shop that is measured: three million a day."""

SHOP_CONNECTIONS = 64
SHOP_SECONDS = 4.0
"""Two hundred orders tell their p99."""

FLOODING_SHOP = "flood"
LIST = 1_000
FLOOD_CONNECTIONS = 16
FLOOD_LISTS_PER_SECOND = 25
"""More than the machine can do, so that the flood does not end before the measure."""

FLOOD_AHEAD_SECONDS = 2.0
"""What starting the flood takes, before the other shop is measured."""

BUDGETS = (
    Budget(
        "overload.shops",
        "overload.shops.flooded",
        "overload.shops.alone",
        None,
        f"p99 of a shop's orders while another sends lists of {LIST:,}, against that shop alone",
        most=25.0,
        of="p99_ms",
    ),
    Budget(
        "overload.shops.p99",
        "overload.shops.flooded",
        "",
        None,
        "The same p99, in milliseconds",
        most=250.0,
        of="p99_ms",
    ),
    Budget(
        "overload.p99",
        "overload.double",
        "",
        None,
        "p99 of accepted commands at twice the possible rate, in milliseconds",
        most=1_000.0,
        of="p99_ms",
    ),
    Budget(
        "overload.goodput",
        "overload.double",
        "overload.calm",
        0.7,
        "Commands done at twice the possible rate, against the possible rate",
    ),
    Budget(
        "overload.memory",
        "overload.double",
        "",
        None,
        "Growth of a worker's memory at twice the possible rate, in MB",
        most=50.0,
        of="rss_mb_grown",
    ),
    Budget(
        "overload.streams",
        "overload.streams",
        "overload.calm",
        0.9,
        f"Payments beside {STREAMS} silent event streams, against payments alone",
    ),
    Budget(
        "overload.readers",
        "overload.readers",
        "overload.calm",
        0.9,
        f"Payments beside {READERS} readers that do not read, against payments alone",
    ),
    Budget(
        "overload.readers.memory",
        "overload.readers",
        "",
        None,
        "Memory of a worker with readers that do not read, in MB",
        most=200.0,
        of="rss_mb_worker",
    ),
    Budget(
        "overload.silent",
        "overload.silent",
        "",
        None,
        f"p99 of /healthz beside {SILENT_READERS} connections of one address that never read, ms",
        most=1_000.0,
        of="p99_ms",
    ),
    Budget(
        "overload.silent.memory",
        "overload.silent",
        "",
        None,
        "Growth of a worker's memory beside them, in MB",
        most=200.0,
        of="rss_mb_grown",
    ),
)


@asynccontextmanager
async def open_overload(
    environment: BenchEnvironment, plan: RunPlan
) -> AsyncGenerator[list[Measure]]:
    """Serve a new database; the server inherits the limit of open files."""
    allow_connections(SILENT_READERS)
    async with open_server_fixture(environment, SEED) as fixture:
        await fixture.requests.dataset.orders(fixture.runtime, EVENTS // 2, "payment")
        idle = {
            "calm": ("alone", nullcontext),
            "streams": (f"beside {STREAMS} silent event streams", _streams(fixture)),
            "readers": (f"beside {READERS} readers that do not read", _readers(fixture)),
        }
        flooding = await environment.key(fixture.url, Role.STOREFRONT, shop=FLOODING_SHOP)
        lists = RequestBuilder(fixture.requests.dataset, flooding)
        shops = {
            "alone": ("alone", nullcontext),
            "flooded": (f"beside another one's lists of {LIST:,}", _lists(fixture, lists)),
        }
        yield [
            *(
                Measure(
                    f"overload.{name}",
                    f"payments over {CONNECTIONS} connections, {caption}",
                    "commands/s",
                    _pay_beside(fixture, name, around),
                    plan.seconds + CONNECT_SECONDS,
                )
                for name, (caption, around) in idle.items()
            ),
            *(
                Measure(
                    f"overload.shops.{name}",
                    f"{SHOP_RATE} orders a second of one shop, {caption}",
                    "orders/s",
                    _place_beside(fixture, name, around),
                    SHOP_SECONDS + FLOOD_AHEAD_SECONDS,
                    warm_up=False,
                    rounds=3,
                )
                for name, (caption, around) in shops.items()
            ),
            Measure(
                "overload.silent",
                f"/healthz beside {SILENT_READERS} connections of one address that never read",
                "requests/s",
                _healthz_beside_silence(environment, fixture),
                SILENT_SECONDS,
                warm_up=False,
                rounds=1,
            ),
            Measure(
                "overload.double",
                f"payments accepted at {TIMES:g} times the possible rate",
                "commands/s",
                _flood(fixture),
                2 * plan.seconds,
            ),
        ]


def _lists(
    fixture: ServerFixture, requests: RequestBuilder
) -> Callable[[], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def around() -> AsyncGenerator[None]:
        seconds = FLOOD_AHEAD_SECONDS + SHOP_SECONDS + 1.0
        count = FLOOD_CONNECTIONS + int(FLOOD_LISTS_PER_SECOND * seconds)
        lists = fixture.request_file("lists", requests.lists_of_placements(count, LIST))
        flood = run_load(fixture.server.port, lists, FLOOD_CONNECTIONS, seconds)
        flooding = asyncio.create_task(flood)
        await asyncio.sleep(FLOOD_AHEAD_SECONDS)
        yield
        await flooding

    return around


def _place_beside(
    fixture: ServerFixture,
    name: str,
    around: Callable[[], AbstractAsyncContextManager[None]],
) -> Run:
    """Place orders at a rate; a refused one is a failure, for the shop is far below its share."""

    async def run(_seconds: float) -> Sample:
        count = int(SHOP_RATE * SHOP_SECONDS)
        requests = (fixture.requests.placement()[1] for _ in range(count))
        orders = fixture.request_file(name, requests)
        async with around():
            found, _ = await _open_loop(fixture, orders, SHOP_RATE, SHOP_CONNECTIONS, SHOP_SECONDS)
        lost = found.accepted.lost + found.unsent
        sample = found.accepted.sample()
        return structs.replace(sample, failures=found.accepted.failures() + lost)

    return run


def _streams(fixture: ServerFixture) -> Callable[[], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def around() -> AsyncGenerator[None]:
        [lane] = await fixture.runtime.journal.backlogs("bench", 1)
        path = f"/events?after={lane.head}&types={SILENT}"
        request = fixture.requests.read(path, accept="text/event-stream")
        async with idle_clients(fixture.server.port, request, STREAMS, reads=True):
            yield

    return around


def _readers(fixture: ServerFixture) -> Callable[[], AbstractAsyncContextManager[None]]:
    def around() -> AbstractAsyncContextManager[None]:
        request = fixture.requests.read(f"/events?limit={EVENTS}")
        return idle_clients(fixture.server.port, request, READERS, reads=False)

    return around


def _pay_beside(
    fixture: ServerFixture, name: str, around: Callable[[], AbstractAsyncContextManager[None]]
) -> Run:
    async def run(seconds: float) -> Sample:
        count = fixture.wanted(name, seconds)
        await fixture.prepare("placement", count)
        async with around():
            return await fixture.step(name, "payment", CONNECTIONS, seconds)

    return run


def _healthz_beside_silence(environment: BenchEnvironment, fixture: ServerFixture) -> Run:
    """Open a connection for each request, on a server with the limits that it has by default."""

    async def run(seconds: float) -> Sample:
        limits = structs.asdict(ClientLimits())
        async with environment.server(fixture.url, **limits) as server:
            await _healthz(server.port, 1.0)
            before = worker_mb(server.pid)
            async with silent_readers(server.port, LONG_ANSWER, SILENT_READERS):
                recorder = await _healthz(server.port, max(seconds, HEALTHZ_SECONDS))
                grown = worker_mb(server.pid) - before
        return recorder.result().sample(rss_mb_grown=grown)

    return run


async def _healthz(port: int, seconds: float) -> LatencyRecorder:
    recorder = LatencyRecorder()
    while time.perf_counter() - recorder.began_at < seconds:
        sent_at = time.perf_counter()
        try:
            connection = await connect(port, BYSTANDER)
            async with asyncio.timeout(HEALTHZ_SECONDS):
                response = await connection.send(HEALTHZ)
        except (ConnectionError, TimeoutError):
            recorder.lost += 1
            continue
        recorder.record(response.status, sent_at)
        connection.close()
    return recorder


def _flood(fixture: ServerFixture) -> Run:
    """Send twice the rate of the last round of `calm`."""

    async def run(seconds: float) -> Sample:
        rate = TIMES * fixture.rate("calm")
        orders = await fixture.take("placement", int(rate * seconds))
        request_file = fixture.request_file(
            "double", (fixture.requests.step("payment", each) for each in orders)
        )
        before = fixture.memory()
        found, used = await _open_loop(fixture, request_file, rate, OPEN_LOOP_CONNECTIONS, seconds)
        return _sample(found, used, before, fixture.memory())

    return run


async def _open_loop(
    fixture: ServerFixture,
    requests: RequestFile,
    rate: float,
    connections: int,
    seconds: float,
) -> tuple[OpenLoopResult, float]:
    """Let requests arrive at a rate; return what became of them, and the generator's seconds."""
    result_file = requests.file.with_name("open-loop.json")
    command = (
        *(sys.executable, "-m", "gotovo.bench.load.open_loop"),
        *(str(fixture.server.port), str(requests.file)),
        *(str(rate), str(connections), str(seconds), str(result_file)),
    )
    used = await run_program(command, seconds + SPARE_SECONDS)
    return msgspec.json.decode(result_file.read_bytes(), type=OpenLoopResult), used


def _sample(
    found: OpenLoopResult, used: float, before: dict[str, float], after: dict[str, float]
) -> Sample:
    """Return the round; a refusal that says when to retry is not a failure, it is the point."""
    accepted = found.accepted
    done = sum(accepted.statuses.get(each, 0) for each in (HTTPStatus.OK, HTTPStatus.CREATED))
    others = sum(accepted.statuses.values()) - done - found.refused
    return Sample(
        done / accepted.seconds if done else 0.0,
        accepted.latencies,
        others + accepted.lost + found.without_retry_after,
        {
            "refused_share": found.refused / found.offered,
            "held_back_share": found.unsent / found.offered,
            "offered_per_second": found.offered / accepted.seconds if done else 0.0,
            "rss_mb_grown": after["rss_mb_worker"] - before["rss_mb_worker"],
            "cpu_us_client": used * 1e6 / found.offered,
            **after,
        },
    )
