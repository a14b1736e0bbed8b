"""The engine without HTTP: whole lives of orders, submitted by so many callers at once.

It runs in a process of its own. Each caller takes one order through its life, step after step,
each step awaited before the next, and then begins another order: so the mix of steps is that of
ordinary lives, and batches are as full as the callers make them. What the callers themselves do,
making commands and noting times, is within the figures: some 7 of the client's microseconds.
"""

import asyncio
import os
import time
from array import array
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from gotovo.bench.fixture.dataset import ACTOR, ORDER_STEPS, POINT, WAREHOUSE, Dataset, DatasetOrder
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment, OpenRuntime
from gotovo.bench.fixture.measure_worker import Runs, measure_worker
from gotovo.bench.fixture.processes import cpu_seconds, rss_mb
from gotovo.bench.load.latency_recorder import latencies_of
from gotovo.bench.run.figure import Budget, Measure, Plan, Sample
from gotovo.engine.engine import Engine
from gotovo.engine.submission import Kind, Submission
from gotovo.order.decide import decide
from gotovo.order.facts import Facts, World
from gotovo.order.replay import record
from gotovo.order.values.order import Order
from gotovo.town.simulation.runtime import House, MemoryHouse

CALLERS = 512
"""Twice a full batch: while one is committed, the next one fills up."""

BUDGETS = (
    Budget(
        "engine",
        "engine.life",
        "limits.tx",
        8.0,
        "The engine without HTTP, against one transaction a command",
    ),
)

_MICROSECONDS = 1e6
_LIVES = 64  # between two looks at the clock


@asynccontextmanager
async def open_engine(stage: BenchEnvironment, plan: Plan) -> AsyncGenerator[list[Measure]]:
    """Furnish a database, and open an engine on it in a process of its own."""
    del plan
    url = await stage.new_database()
    async with stage.house(url) as house:
        await Dataset(SECRET).seed(house)
    values = (stage.program.open_house, url, stage.environment(url), stage.server_pid)
    async with measure_worker(open_engines, *values) as worker:
        yield [
            Measure(
                "engine.life",
                f"whole lives on PostgreSQL, {CALLERS} callers",
                "commands/s",
                worker.run("postgres"),
            ),
            Measure(
                "engine.life.memory",
                f"whole lives on the journal in memory, {CALLERS} callers",
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
    open_house: OpenRuntime, url: str, environment: dict[str, str], server_pid: int
) -> AsyncGenerator[Runs]:
    """Open, in the process that measures, one engine on the database and one in memory."""
    async with open_house(url, environment) as house:
        on_postgres = EngineCallers(house.engine, Dataset(SECRET, seed=1), server_pid)
        await on_postgres.begin(house)
        yield {
            "postgres": on_postgres.run,
            "memory": _in_memory,
            "decide": _deciding,
        }


class EngineCallers:
    """EngineCallers in the middle of lives; a round goes on where the one before has ended."""

    def __init__(self, engine: Engine, city: Dataset, server_pid: int = 0) -> None:
        """Submit to this engine; the processor time of a server of ours is counted, too."""
        self._engine = engine
        self._city = city
        self._server_pid = server_pid
        self._lives: list[tuple[DatasetOrder, int]] = []

    async def begin(self, house: House) -> None:
        """Give every caller an order, as many at each step of a life."""
        each = CALLERS // len(ORDER_STEPS)
        for index, step in enumerate(ORDER_STEPS[:-1]):
            made = await self._city.orders(house, each, step)
            self._lives += [(order, index + 1) for order in made]
        self._lives += [(self._lives[0][0], len(ORDER_STEPS))] * (CALLERS - len(self._lives))

    async def run(self, seconds: float) -> Sample:
        """Let all callers go on for so long."""
        microseconds = array("Q")
        client, server = time.process_time(), self._server_seconds()
        began = time.perf_counter()
        until = began + seconds
        ended = [self._live(index, until, microseconds) for index in range(CALLERS)]
        failures = sum(await asyncio.gather(*ended))
        took = time.perf_counter() - began
        count = len(microseconds)
        used = {"cpu_us_client": time.process_time() - client}
        if self._server_pid:
            used["cpu_us_server"] = self._server_seconds() - server
        facts = {name: value * _MICROSECONDS / count for name, value in used.items()}
        facts["rss_mb"] = rss_mb(os.getpid())
        return Sample(count / took, latencies_of(microseconds), failures, facts)

    async def _live(self, index: int, until: float, microseconds: "array[int]") -> int:
        """Take steps until the time is over; return how many were not done."""
        failures = 0
        made, step = self._lives[index]
        while (began := time.perf_counter()) < until:
            made, submission = self._next(made, step)
            outcome = await self._engine.submit(submission)
            microseconds.append(int((time.perf_counter() - began) * _MICROSECONDS))
            is_done = outcome.kind is Kind.DONE
            failures += not is_done
            step = step % len(ORDER_STEPS) + 1 if is_done else len(ORDER_STEPS)
        self._lives[index] = (made, step)
        return failures

    def _next(self, made: DatasetOrder, step: int) -> tuple[DatasetOrder, Submission]:
        """Return the next step of an order, or another order where its life is over."""
        if step == len(ORDER_STEPS):
            return self._city.placement()
        return made, self._city.step(ORDER_STEPS[step], made)

    def _server_seconds(self) -> float:
        return cpu_seconds(self._server_pid) if self._server_pid else 0.0


class UnlimitedStock:
    """Goods without end: what is decided never depends on them."""

    def known(self, warehouse: str, sku: str) -> bool:
        """Tell that every warehouse lists everything."""
        del warehouse, sku
        return True

    def available(self, warehouse: str, sku: str) -> int:
        """Return more than anybody orders."""
        del warehouse, sku
        return 1_000_000


async def _in_memory(seconds: float) -> Sample:
    """Run a round on a new house in memory: what one leaves behind must not slow the next."""
    house = MemoryHouse(SECRET, lambda: datetime.now(UTC))
    city = Dataset(SECRET, seed=2)
    await city.seed(house)
    callers = EngineCallers(house.engine, city)
    await callers.begin(house)
    sample = await callers.run(seconds)
    await house.engine.close()
    return sample


async def _deciding(seconds: float) -> Sample:
    """Live lives through without an engine; making their commands does not count."""
    city = Dataset(SECRET, seed=3)
    world = World({POINT.code: POINT}, {WAREHOUSE.code: WAREHOUSE}, UnlimitedStock(), SECRET)
    count, failures, took = 0, 0, 0.0
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        lives = [_submissions(city) for _ in range(_LIVES)]
        began = time.perf_counter()
        for life in lives:
            failures += _lived(life, world)
        took += time.perf_counter() - began
        count += len(lives) * len(ORDER_STEPS)
    return Sample(count / took, None, failures, {"rss_mb": rss_mb(os.getpid())})


def _submissions(city: Dataset) -> list[Submission]:
    made, placement = city.placement()
    return [placement, *(city.step(step, made) for step in ORDER_STEPS[1:])]


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
