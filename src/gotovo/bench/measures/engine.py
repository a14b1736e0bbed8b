"""Engine without HTTP: whole lifecycles of orders, submitted by many concurrent callers.

It runs in a worker process. Each caller takes one order through its steps, awaiting each before the
next, and then begins another order: so steps are mixed as in production, and batches are as full as
the callers make them. The figures include what the callers themselves do, making commands and
taking times: about 7 µs of the client's per command.
"""

import asyncio
import os
import time
from array import array
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from gotovo.bench.fixture.dataset import (
    ACTOR,
    ORDER_STEPS,
    POINT,
    WAREHOUSE,
    Dataset,
    DatasetOrder,
    is_taken,
)
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment, OpenRuntime
from gotovo.bench.fixture.measure_worker import Runs, measure_worker
from gotovo.bench.fixture.processes import cpu_seconds, rss_mb
from gotovo.bench.fixture.unlimited_stock import UnlimitedStock
from gotovo.bench.load.latency_recorder import latencies_of
from gotovo.bench.run.measure import Budget, Measure, RunPlan, Sample
from gotovo.bench.run.stopwatch import MICROSECONDS, microseconds_since
from gotovo.engine.engine import Engine
from gotovo.engine.submission import ResultKind, Submission
from gotovo.order.decide import decide
from gotovo.order.facts import Facts, World
from gotovo.order.replay import record
from gotovo.order.values.order import Order
from gotovo.town.simulation.runtime import MemoryRuntime, TownRuntime

CALLERS = 512
"""Twice a full batch: while one is committed, the next one fills up."""

BUDGETS = (
    Budget(
        "engine",
        "engine.life",
        "limits.tx",
        8.0,
        "The engine without HTTP, against one transaction per command",
    ),
)

_ORDERS = 64  # decided between two readings of the clock


@asynccontextmanager
async def open_engine(
    environment: BenchEnvironment, plan: RunPlan
) -> AsyncGenerator[list[Measure]]:
    """Seed a database, and open an engine on it in a worker process."""
    del plan
    url = await environment.new_database()
    async with environment.runtime(url) as runtime:
        await Dataset(SECRET).seed(runtime)
    values = (
        environment.program.open_runtime,
        url,
        environment.variables(url),
        environment.server_pid,
    )
    async with measure_worker(open_engines, *values) as worker:
        yield [
            Measure(
                "engine.life",
                f"whole lifecycles on PostgreSQL, {CALLERS} callers",
                "commands/s",
                worker.run("postgres"),
            ),
            Measure(
                "engine.life.memory",
                f"whole lifecycles on the journal in memory, {CALLERS} callers",
                "commands/s",
                worker.run("memory"),
            ),
            Measure(
                "engine.decide",
                "decided and recorded, one after the other, nothing else",
                "commands/s",
                worker.run("decide"),
            ),
        ]


@asynccontextmanager
async def open_engines(
    open_runtime: OpenRuntime, url: str, variables: dict[str, str], server_pid: int
) -> AsyncGenerator[Runs]:
    """Open, in the worker, one engine on the database and one in memory."""
    async with open_runtime(url, variables) as runtime:
        on_postgres = EngineCallers(runtime.engine, Dataset(SECRET, seed=1), server_pid)
        await on_postgres.begin(runtime)
        yield {
            "postgres": on_postgres.run,
            "memory": _in_memory,
            "decide": _decide,
        }


class EngineCallers:
    """Callers with an order each; a round continues where the one before ended.

    The processor time of the server is counted where its process is ours (not 0).
    """

    def __init__(self, engine: Engine, dataset: Dataset, server_pid: int = 0) -> None:
        self._engine = engine
        self._dataset = dataset
        self._server_pid = server_pid
        self._orders: list[tuple[DatasetOrder, int]] = []

    async def begin(self, runtime: TownRuntime) -> None:
        """Give every caller an order, equally distributed over the steps."""
        each = CALLERS // len(ORDER_STEPS)
        for index, step in enumerate(ORDER_STEPS[:-1]):
            orders = await self._dataset.orders(runtime, each, step)
            self._orders += [(order, index + 1) for order in orders]
        self._orders += [(self._orders[0][0], len(ORDER_STEPS))] * (CALLERS - len(self._orders))

    async def run(self, seconds: float) -> Sample:
        """Let all callers continue until the time is over."""
        microseconds = array("Q")
        client, server = time.process_time(), self._server_seconds()
        began = time.perf_counter()
        until = began + seconds
        ended = [self._call(index, until, microseconds) for index in range(CALLERS)]
        failures = sum(await asyncio.gather(*ended))
        took = time.perf_counter() - began
        count = len(microseconds)
        used = {"cpu_us_client": time.process_time() - client}
        if self._server_pid:
            used["cpu_us_server"] = self._server_seconds() - server
        facts = {name: value * MICROSECONDS / count for name, value in used.items()}
        facts["rss_mb"] = rss_mb(os.getpid())
        return Sample(count / took, latencies_of(microseconds), failures, facts)

    async def _call(self, index: int, until: float, microseconds: "array[int]") -> int:
        """Take steps until the time is over; return how many were not done."""
        failures = 0
        made, step = self._orders[index]
        while (began := time.perf_counter()) < until:
            made, submission = self._next(made, step)
            outcome = await self._engine.submit(submission)
            microseconds.append(microseconds_since(began))
            is_done = outcome.kind is ResultKind.DONE
            failures += not is_done and not is_taken(outcome)
            step = step % len(ORDER_STEPS) + 1 if is_done else len(ORDER_STEPS)
        self._orders[index] = (made, step)
        return failures

    def _next(self, made: DatasetOrder, step: int) -> tuple[DatasetOrder, Submission]:
        """Return the next step of an order, or another order where its life is over."""
        if step == len(ORDER_STEPS):
            return self._dataset.placement()
        return made, self._dataset.step(ORDER_STEPS[step], made)

    def _server_seconds(self) -> float:
        return cpu_seconds(self._server_pid) if self._server_pid else 0.0


async def _in_memory(seconds: float) -> Sample:
    """Run a round on new memory stores, so that no round slows the next one down."""
    runtime = MemoryRuntime(SECRET, lambda: datetime.now(UTC))
    dataset = Dataset(SECRET, seed=2)
    await dataset.seed(runtime)
    callers = EngineCallers(runtime.engine, dataset)
    await callers.begin(runtime)
    sample = await callers.run(seconds)
    await runtime.engine.close()
    return sample


async def _decide(seconds: float) -> Sample:
    """Take orders through their steps without an engine; making the commands does not count."""
    dataset = Dataset(SECRET, seed=3)
    world = World({POINT.code: POINT}, {WAREHOUSE.code: WAREHOUSE}, UnlimitedStock(), SECRET)
    count, failures, took = 0, 0, 0.0
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        lives = [_submissions(dataset) for _ in range(_ORDERS)]
        began = time.perf_counter()
        for life in lives:
            failures += _lived(life, world)
        took += time.perf_counter() - began
        count += len(lives) * len(ORDER_STEPS)
    return Sample(count / took, None, failures, {"rss_mb": rss_mb(os.getpid())})


def _submissions(dataset: Dataset) -> list[Submission]:
    made, placement = dataset.placement()
    return [placement, *(dataset.step(step, made) for step in ORDER_STEPS[1:])]


def _lived(life: list[Submission], world: World) -> int:
    """Decide and record a life; return how many of its steps were refused."""
    order: Order | None = None
    refused = 0
    actor = f"{ACTOR.role}:{ACTOR.id}"
    for submission in life:
        now = datetime.now(UTC)
        command_id = str(submission.command_id)
        decision = decide(order, submission.command, Facts(world, ACTOR, command_id, now, now))
        refused += decision.refusal is not None
        for event in decision.events:
            _, order = record(order, event, submission.number, now, now, actor, command_id)
    return refused
