"""A sale: 10,000 buyers pay for the same sku, and 10,000 others for 10,000 different ones.

A payment is what reserves goods, so it is where buyers of one sku meet. Through the engine, and
over HTTP.
"""

import asyncio
import time
from array import array
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from gotovo.bench.fixture.dataset import Dataset, DatasetOrder
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment, OpenRuntime
from gotovo.bench.fixture.measure_worker import Runs, measure_worker
from gotovo.bench.fixture.server_fixture import ServerFixture, open_server_fixture
from gotovo.bench.load.latency_recorder import latencies_of
from gotovo.bench.run.figure import Budget, Measure, Plan, Sample
from gotovo.engine.engine import Engine
from gotovo.engine.submission import Kind, Submission
from gotovo.town.simulation.runtime import House

SEED = 7_002
ENGINE_SEED = 7_003

BUYERS = 10_000
BUYERS_QUICK = 2_000

CONNECTIONS = 128
CALLERS = 512

SECONDS_MAX = 60.0
"""When a sale over HTTP is broken off; it usually takes one or two."""


LEAST = 0.95
"""No slower: the two run the same code, and less than this apart is chance."""

SKUS = {"one": 1, "many": BUYERS}

_CAPTIONS = {"one": "for one sku", "many": "each for another sku"}
_AT_ONCE = 2_000
_MICROSECONDS = 1e6

BUDGETS = tuple(
    Budget(
        f"flash.{way}",
        f"flash.{way}.one",
        f"flash.{way}.many",
        LEAST,
        f"One hot sku against {BUYERS:,} skus, {caption}",
    )
    for way, caption in (("engine", "through the engine"), ("http", "over HTTP"))
)


@asynccontextmanager
async def open_flash(stage: BenchEnvironment, plan: Plan) -> AsyncGenerator[list[Measure]]:
    """Open an engine in a process of its own, and a server, each on a database of its own."""
    buyers = BUYERS_QUICK if plan.quick else BUYERS
    url = await stage.new_database()
    told = (stage.program.open_house, url, stage.environment(url), buyers, plan.seconds)
    async with (
        measure_worker(open_sales, *told) as worker,
        open_server_fixture(stage, SEED, skus=BUYERS) as shop,
    ):
        yield [
            Measure(
                f"flash.{way}.{kind}",
                f"{buyers:,} buyers pay {_CAPTIONS[kind]}, {caption}",
                "commands/s",
                run,
                plan.seconds,
            )
            for kind in SKUS
            for way, caption, run in (
                ("engine", f"{CALLERS} callers", worker.run(kind)),
                ("http", f"{CONNECTIONS} connections", _over_http(shop, kind, buyers, plan)),
            )
        ]


@asynccontextmanager
async def open_sales(
    open_house: OpenRuntime, url: str, environment: dict[str, str], buyers: int, usual: float
) -> AsyncGenerator[Runs]:
    """Open, in the process that measures, an engine and a warehouse with all the goods."""
    async with open_house(url, environment) as house:
        city = Dataset(SECRET, ENGINE_SEED, skus=BUYERS)
        await city.seed(house)

        def sale(kind: str) -> Callable[[float], Awaitable[Sample]]:
            async def run(seconds: float) -> Sample:
                made = await _placed(house, city, kind, _so_many(buyers, seconds, usual))
                return await _paid(house.engine, [city.step("payment", each) for each in made])

            return run

        yield {kind: sale(kind) for kind in SKUS}


def _over_http(
    shop: ServerFixture, kind: str, buyers: int, plan: Plan
) -> Callable[[float], Awaitable[Sample]]:
    async def run(seconds: float) -> Sample:
        asking = shop.asking
        count = _so_many(buyers, seconds, plan.seconds)
        made = await _placed(shop.house, asking.city, kind, count)
        book = shop.book(f"flash-{kind}", (asking.step("payment", each) for each in made))
        _, sample = await shop.load(book, CONNECTIONS, SECONDS_MAX)
        return sample

    return run


def _so_many(buyers: int, seconds: float, usual: float) -> int:
    """Return how many buyers come in a round; fewer when it is only to warm up."""
    return max(round(buyers * min(seconds / usual, 1.0)), 1)


async def _placed(house: House, city: Dataset, kind: str, count: int) -> list[DatasetOrder]:
    """Place as many orders, of one unit each."""
    skus = SKUS[kind]
    placed = [city.placement(city.skus[turn % skus]) for turn in range(count)]
    for at in range(0, count, _AT_ONCE):
        await house.engine.submit_all([each for _, each in placed[at : at + _AT_ONCE]])
    return [made for made, _ in placed]


async def _paid(engine: Engine, payments: Sequence[Submission]) -> Sample:
    """Let callers pay for one order after the other, until all are paid."""
    waiting = iter(payments)
    microseconds = array("Q")

    async def call() -> int:
        failures = 0
        for payment in waiting:
            began = time.perf_counter()
            outcome = await engine.submit(payment)
            microseconds.append(int((time.perf_counter() - began) * _MICROSECONDS))
            failures += outcome.kind is not Kind.DONE
        return failures

    began = time.perf_counter()
    failures = sum(await asyncio.gather(*(call() for _ in range(CALLERS))))
    took = time.perf_counter() - began
    return Sample(len(payments) / took, latencies_of(microseconds), failures)
