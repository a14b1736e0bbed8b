"""Flash sale: 10,000 buyers pay for the same sku, and 10,000 others for 10,000 different ones.

A payment reserves the goods, so buyers of one sku contend there. Measured through the engine and
over HTTP.
"""

import asyncio
import time
from array import array
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from gotovo.bench.fixture.dataset import Dataset, DatasetOrder, is_taken
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment, OpenRuntime
from gotovo.bench.fixture.measure_worker import Runs, measure_worker
from gotovo.bench.fixture.server_fixture import ServerFixture, open_server_fixture
from gotovo.bench.load.latency_recorder import latencies_of
from gotovo.bench.run.measure import Budget, Measure, Run, RunPlan, Sample
from gotovo.bench.run.stopwatch import microseconds_since
from gotovo.engine.engine import Engine
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.town.simulation.runtime import TownRuntime

SEED = 7_002
ENGINE_SEED = 7_003

BUYERS = 10_000
BUYERS_QUICK = 2_000

CONNECTIONS = 128
CALLERS = 512

SECONDS_MAX = 60.0
"""When a sale over HTTP is stopped; it usually takes one or two seconds."""


LEAST = 0.95
"""No slower: the two run the same code, and a smaller difference than this is noise."""

SKUS = {"one": 1, "many": BUYERS}

_CAPTIONS = {"one": "for one sku", "many": "each for another sku"}
_AT_ONCE = 2_000

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
async def open_flash(environment: BenchEnvironment, plan: RunPlan) -> AsyncGenerator[list[Measure]]:
    """Open an engine in a worker process, and a server, each on a database of its own."""
    buyers = BUYERS_QUICK if plan.quick else BUYERS
    url = await environment.new_database()
    values = (
        environment.program.open_runtime,
        url,
        environment.variables(url),
        buyers,
        plan.seconds,
    )
    async with (
        measure_worker(open_sales, *values) as worker,
        open_server_fixture(environment, SEED, skus=BUYERS) as fixture,
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
                ("http", f"{CONNECTIONS} connections", _over_http(fixture, kind, buyers, plan)),
            )
        ]


@asynccontextmanager
async def open_sales(
    open_runtime: OpenRuntime, url: str, variables: dict[str, str], buyers: int, usual: float
) -> AsyncGenerator[Runs]:
    """Open, in the worker, an engine and a warehouse with all the goods."""
    async with open_runtime(url, variables) as runtime:
        dataset = Dataset(SECRET, ENGINE_SEED, skus=BUYERS)
        await dataset.seed(runtime)

        def sale(kind: str) -> Run:
            async def run(seconds: float) -> Sample:
                orders = await _place(runtime, dataset, kind, _buyers_of(buyers, seconds, usual))
                return await _pay(
                    runtime.engine, [dataset.step("payment", each) for each in orders]
                )

            return run

        yield {kind: sale(kind) for kind in SKUS}


def _over_http(fixture: ServerFixture, kind: str, buyers: int, plan: RunPlan) -> Run:
    async def run(seconds: float) -> Sample:
        requests = fixture.requests
        count = _buyers_of(buyers, seconds, plan.seconds)
        orders = await _place(fixture.runtime, requests.dataset, kind, count)
        payments = (requests.step("payment", each) for each in orders)
        request_file = fixture.request_file(f"flash-{kind}", payments)
        _, sample = await fixture.load(request_file, CONNECTIONS, SECONDS_MAX)
        return sample

    return run


def _buyers_of(buyers: int, seconds: float, usual: float) -> int:
    """Return the number of buyers of a round, fewer when it only warms up."""
    return max(round(buyers * min(seconds / usual, 1.0)), 1)


async def _place(
    runtime: TownRuntime, dataset: Dataset, kind: str, count: int
) -> list[DatasetOrder]:
    """Place orders of one unit each, fewer by those whose number is taken."""
    skus = SKUS[kind]
    placed = [dataset.placement(dataset.skus[turn % skus]) for turn in range(count)]
    outcomes: list[SubmissionResult] = []
    for at in range(0, count, _AT_ONCE):
        part = [submission for _, submission in placed[at : at + _AT_ONCE]]
        outcomes += await runtime.engine.submit_all(part)
    pairs = zip(placed, outcomes, strict=True)
    return [order for (order, _), outcome in pairs if not is_taken(outcome)]


async def _pay(engine: Engine, payments: Sequence[Submission]) -> Sample:
    """Let the callers pay for one order after the other, until all are paid."""
    queue = iter(payments)
    microseconds = array("Q")

    async def call() -> int:
        failures = 0
        for payment in queue:
            began = time.perf_counter()
            outcome = await engine.submit(payment)
            microseconds.append(microseconds_since(began))
            failures += outcome.kind is not ResultKind.DONE
        return failures

    began = time.perf_counter()
    failures = sum(await asyncio.gather(*(call() for _ in range(CALLERS))))
    took = time.perf_counter() - began
    return Sample(len(payments) / took, latencies_of(microseconds), failures)
