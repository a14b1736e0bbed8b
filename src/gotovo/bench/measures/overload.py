"""More than the machine can do: what is accepted stays quick, the rest is told when to come again.

First what it can do, then twice as much arriving whether or not it keeps up. Beside that, crowds
that must not cost anything: streams in which nothing happens, and readers that do not read.
"""

import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from http import HTTPStatus
from pathlib import Path

import msgspec

from gotovo.bench.fixture.environment import BenchEnvironment
from gotovo.bench.fixture.server_fixture import ServerFixture, open_server_fixture
from gotovo.bench.load.connection import allow_connections
from gotovo.bench.load.generator import SPARE_SECONDS, run_program
from gotovo.bench.load.idle_clients import idle_clients
from gotovo.bench.load.open_loop import OpenLoopResult
from gotovo.bench.run.figure import Budget, Measure, Plan, Sample

SEED = 7_004

CONNECTIONS = 128

TIMES = 2.0
"""How much more arrives than can be done."""

WAITING_CONNECTIONS = 3_000
"""OrderOwner waits holds a connection: enough for half a second of what arrives."""

STREAMS = 500
READERS = 200

EVENTS = 300
"""What a slow reader asks for: a quarter of a megabyte, far more than the kernel holds for it."""

CROWD_SECONDS = 3.0
"""What it takes until a idle_clients is complete, for the estimate."""

SILENT = "order.contact_erased"
"""What the streams want to hear of: no_progress is erased during a run."""

BUDGETS = (
    Budget(
        "overload.p99",
        "overload.double",
        "",
        None,
        "99 of 100 accepted commands while twice too many arrive, in milliseconds",
        most=1_000.0,
        of="p99_ms",
    ),
    Budget(
        "overload.goodput",
        "overload.double",
        "overload.calm",
        0.7,
        "What is done while twice too many arrive, against what can be done",
    ),
    Budget(
        "overload.memory",
        "overload.double",
        "",
        None,
        "Memory that a worker grows by meanwhile, in MB",
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
        "Memory that a worker holds with readers that do not read, in MB",
        most=200.0,
        of="rss_mb_worker",
    ),
)


@asynccontextmanager
async def open_overload(stage: BenchEnvironment, plan: Plan) -> AsyncGenerator[list[Measure]]:
    """Serve a new database; the server has the files that this process may have."""
    allow_connections(WAITING_CONNECTIONS + STREAMS)
    async with open_server_fixture(stage, SEED) as shop:
        await shop.asking.city.orders(shop.house, EVENTS // 2, "payment")
        crowds = {
            "calm": ("alone", nullcontext),
            "streams": (f"beside {STREAMS} silent event streams", _streams(shop)),
            "readers": (f"beside {READERS} readers that do not read", _readers(shop)),
        }
        yield [
            *(
                Measure(
                    f"overload.{name}",
                    f"payments over {CONNECTIONS} connections, {caption}",
                    "commands/s",
                    _beside(shop, name, around),
                    plan.seconds + CROWD_SECONDS,
                )
                for name, (caption, around) in crowds.items()
            ),
            Measure(
                "overload.double",
                f"payments accepted while {TIMES:g} times too many arrive",
                "commands/s",
                _flooding(shop, stage.folder),
                2 * plan.seconds,
            ),
        ]


def _streams(shop: ServerFixture) -> Callable[[], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def around() -> AsyncGenerator[None]:
        [lane] = await shop.house.journal.behind("bench", 1)
        path = f"/events?after={lane.head}&types={SILENT}"
        request = shop.asking.read(path, accept="text/event-stream")
        async with idle_clients(shop.server.port, request, STREAMS, reads=True):
            yield

    return around


def _readers(shop: ServerFixture) -> Callable[[], AbstractAsyncContextManager[None]]:
    def around() -> AbstractAsyncContextManager[None]:
        request = shop.asking.read(f"/events?limit={EVENTS}")
        return idle_clients(shop.server.port, request, READERS, reads=False)

    return around


def _beside(
    shop: ServerFixture, name: str, around: Callable[[], AbstractAsyncContextManager[None]]
) -> Callable[[float], Awaitable[Sample]]:
    async def run(seconds: float) -> Sample:
        count = shop.wanted(name, seconds)
        await shop.prepare("placement", count)
        async with around():
            return await shop.step(name, "payment", CONNECTIONS, seconds)

    return run


def _flooding(shop: ServerFixture, folder: Path) -> Callable[[float], Awaitable[Sample]]:
    """Send twice as much as the last round of `calm` has shown to be possible."""

    async def run(seconds: float) -> Sample:
        rate = TIMES * shop.rate("calm")
        orders = await shop.take("placement", int(rate * seconds))
        book = shop.book("double", (shop.asking.step("payment", each) for each in orders))
        before, said = shop.memory(), folder / "double.json"
        told = (str(shop.server.port), str(book.file), str(rate), str(WAITING_CONNECTIONS))
        command = (
            sys.executable,
            "-m",
            "gotovo.bench.load.open_loop",
            *told,
            str(seconds),
            str(said),
        )
        used = await run_program(command, seconds + SPARE_SECONDS)
        found = msgspec.json.decode(said.read_bytes(), type=OpenLoopResult)
        return _sample(found, used, before, shop.memory())

    return run


def _sample(
    found: OpenLoopResult, used: float, before: dict[str, float], after: dict[str, float]
) -> Sample:
    """Return the round; a refusal that says when to come again is no failure, it is the point."""
    accepted = found.accepted
    done = sum(accepted.statuses.get(each, 0) for each in (HTTPStatus.OK, HTTPStatus.CREATED))
    others = sum(accepted.statuses.values()) - done - found.refused
    return Sample(
        done / accepted.seconds if done else 0.0,
        accepted.latencies,
        others + accepted.lost + found.unadvised,
        {
            "refused_share": found.refused / found.offered,
            "held_back_share": found.held_back / found.offered,
            "offered_per_second": found.offered / accepted.seconds if done else 0.0,
            "rss_mb_grown": after["rss_mb_worker"] - before["rss_mb_worker"],
            "cpu_us_client": used * 1e6 / found.offered,
            **after,
        },
    )
