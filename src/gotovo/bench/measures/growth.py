"""Growth: the cost of a command and of a read with ten thousand orders, and with ten million.

Databases of all sizes are on one server and are measured in turns by one worker process. The number
of active buyers is the same for every size: two thousand, with orders all over the tables, read
once before anything is measured. Only `anywhere` reads orders that were not read before, so in a
large database it waits for the disk.
"""

import asyncio
import time
from array import array
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from random import Random
from typing import Any

from msgspec import Struct

from gotovo.assembly.runtime import Runtime
from gotovo.bench.fill.fill import fill, holds_orders
from gotovo.bench.fixture.dataset import ACTOR, ORDER_STEPS, Dataset, DatasetOrder, is_taken
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment, OpenRuntime
from gotovo.bench.fixture.measure_worker import Runs, measure_worker
from gotovo.bench.fixture.statements import bench_statements
from gotovo.bench.load.latency_recorder import latencies_of
from gotovo.bench.run.measure import Budget, Measure, Run, RunPlan, Sample
from gotovo.bench.run.stopwatch import microseconds_since
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.values.order import Attention
from gotovo.order.values.status import STATUSES
from gotovo.store.reads.programs import OrderFilter, ProgramReads

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)

ORDERS_MAX, ORDERS_MAX_QUICK = 1_000_000, 100_000
"""The size of the largest database by default: it takes minutes to fill, not an hour."""

ACTIVE = 2_000
"""Buyers whose orders are read, and open orders that are written to."""

ANYWHERE = 100_000

PLACED = 1_024
"""Orders of one round: enough for a stable figure, and few compared with the smallest database."""

STEPPED = 256
"""Orders of one round that take all later steps."""

READERS = 8
PAGE = 20
FEED_PAGE = 100
FEED_RECENT = 20_000
"""Followers read the newest events."""

DUE_PAGE = 256

TIMES = 1.5
"""How many times more it may cost in the larger database."""

_CAPTIONS = {
    "place": "orders placed",
    "steps": "the seven later steps of new orders",
    "note": "a note to one of the open orders",
    "my_orders": "an active buyer's orders",
    "order": "one order of an active buyer",
    "timeline": "its events",
    "feed": "a page of the newest events",
    "due": "a page of due deadlines",
    "anywhere": "one order not read before",
}
_COMMANDS = frozenset({"place", "steps", "note"})
_WITHOUT_BUDGET = frozenset({"anywhere"})
_NOTE = RaiseAttention(Attention.DAMAGED, "the box is wet")

_sql = bench_statements("measures/growth.sql")

BUDGETS = tuple(
    Budget(
        f"growth.{name}.{size}",
        f"growth.{name}.{size}",
        f"growth.{name}.{SIZES[0]}",
        round(1 / TIMES, 2),
        f"{caption.capitalize()}: {size:,} orders against {SIZES[0]:,}",
    )
    for name, caption in _CAPTIONS.items()
    if name not in _WITHOUT_BUDGET
    for size in SIZES[1:]
)


class FilledDatabase(Struct, frozen=True):
    """A filled database, its size, and the environment variables of the program on it."""

    orders: int
    url: str
    variables: dict[str, str]


@asynccontextmanager
async def open_growth(
    environment: BenchEnvironment, plan: RunPlan
) -> AsyncGenerator[list[Measure]]:
    """Fill a database of every size, and open all of them in a worker process."""
    filled = [await open_filled_database(environment, plan, size) for size in sizes_of(plan)]
    async with measure_worker(open_databases, environment.program.open_runtime, filled) as worker:
        yield [
            Measure(
                f"growth.{name}.{each.orders}",
                f"{caption}, among {each.orders:,}",
                "commands/s" if name in _COMMANDS else "reads/s",
                worker.run(f"{name}.{each.orders}"),
            )
            for name, caption in _CAPTIONS.items()
            for each in filled
        ]


def sizes_of(plan: RunPlan) -> tuple[int, ...]:
    """Return the number of orders of each database, the largest last."""
    largest = plan.orders_max or (ORDERS_MAX_QUICK if plan.quick else ORDERS_MAX)
    return (*(size for size in SIZES if size < largest), largest)


async def open_filled_database(
    environment: BenchEnvironment, plan: RunPlan, orders: int
) -> FilledDatabase:
    """Return a database with this number of orders.

    If the database that the run was given has orders, it is used as the largest one: nothing is
    filled, and what the measures write stays in it.
    """
    if orders == sizes_of(plan)[-1] and await holds_orders(environment.url):
        return FilledDatabase(orders, environment.url, environment.variables(environment.url))
    url = await environment.new_database()
    async with environment.runtime(url) as runtime:
        await fill(runtime, url, orders=orders, until=runtime.clock())
    return FilledDatabase(orders, url, environment.variables(url))


@asynccontextmanager
async def open_databases(
    open_runtime: OpenRuntime, filled: Sequence[FilledDatabase]
) -> AsyncGenerator[Runs]:
    """Open every database in the worker."""
    async with AsyncExitStack() as stack:
        runs: dict[str, Run] = {}
        for each in filled:
            runtime = await stack.enter_async_context(open_runtime(each.url, each.variables))
            growth = GrowthRuns(runtime, ProgramReads(runtime.pool))
            await growth.begin()
            for name in _CAPTIONS:
                runs[f"{name}.{each.orders}"] = growth.run(name)
        yield runs


class GrowthRuns:
    """The measures of one database: writes through the engine, reads as programs read."""

    def __init__(self, runtime: Runtime, reads: ProgramReads) -> None:
        self._runtime = runtime
        self._reads = reads
        self._dataset = Dataset(SECRET, seed=time.time_ns())  # a database may be measured again
        self._rng = Random(7)  # noqa: S311  (reproducible, not a secret)
        self._active: list[Any] = []
        self._anywhere: list[str] = []
        self._open: list[str] = []
        self._head = 0
        self._kb_per_order: dict[str, float] = {}

    async def begin(self) -> None:
        """Choose the active buyers and read everything once that is read later."""
        orders = await self._runtime.pool.fetchval(_sql["orders_about"])
        self._active = await self._some(ACTIVE, orders)
        self._anywhere = [row["number"] for row in await self._some(ANYWHERE, orders)]
        rows = await self._runtime.pool.fetch(_sql["open_orders"], ACTIVE, self._runtime.clock())
        self._open = [row["number"] for row in rows]
        [behind] = await self._runtime.journal.backlogs("bench", 1)
        self._head = behind.head
        [sizes] = await self._runtime.pool.fetch(_sql["sizes"])
        self._kb_per_order = {
            "kb_an_order": (sizes["tables"] + sizes["indexes"]) / orders / 1e3,
            "kb_an_order_indexes": sizes["indexes"] / orders / 1e3,
        }
        for row in self._active:
            await self._orders_of(row["customer"])
            await self._reads.history(row["number"])

    def run(self, name: str) -> Run:
        """Return the function that runs a round of a measure."""
        runs: dict[str, Run] = {
            "place": self._place,
            "steps": self._steps,
            "note": self._note,
        }
        return runs.get(name) or self._read(name)

    async def _place(self, _seconds: float) -> Sample:
        placed = [self._dataset.placement()[1] for _ in range(PLACED)]
        return await self._submit([placed])

    async def _steps(self, _seconds: float) -> Sample:
        """Let new orders take all later steps; their placement is not counted."""
        orders: list[DatasetOrder] = await self._dataset.orders(
            self._runtime, STEPPED, ORDER_STEPS[0]
        )
        return await self._submit(
            [[self._dataset.step(step, each) for each in orders] for step in ORDER_STEPS[1:]]
        )

    async def _note(self, _seconds: float) -> Sample:
        numbers = self._rng.sample(self._open, min(PLACED, len(self._open)))
        submissions = [
            Submission(self._dataset.command_id(), number, _NOTE, ACTOR, bytes(16))
            for number in numbers
        ]
        return await self._submit([submissions])

    async def _submit(self, groups: Sequence[Sequence[Submission]]) -> Sample:
        before = await self._counts()
        began = time.perf_counter()
        outcomes = [
            outcome for group in groups for outcome in await self._runtime.engine.submit_each(group)
        ]
        took = time.perf_counter() - began
        failures = sum(not _is_done(outcome) for outcome in outcomes)
        facts = await self._facts(before, len(outcomes)) | self._kb_per_order
        return Sample(len(outcomes) / took, None, failures, facts)

    def _read(self, name: str) -> Run:
        reads: dict[str, Callable[[], Awaitable[object]]] = {
            "my_orders": lambda: self._orders_of(self._one()["customer"]),
            "order": lambda: self._reads.order(self._one()["number"]),
            "timeline": lambda: self._reads.history(self._one()["number"]),
            "feed": self._feed,
            "due": self._due,
            "anywhere": lambda: self._reads.order(self._rng.choice(self._anywhere)),
        }
        read = reads[name]

        async def run(seconds: float) -> Sample:
            before = await self._counts()
            microseconds = array("Q")
            began = time.perf_counter()
            until = began + seconds

            async def reader() -> int:
                empty = 0
                while (sent_at := time.perf_counter()) < until:
                    empty += not await read()
                    microseconds.append(microseconds_since(sent_at))
                return empty

            failures = sum(await asyncio.gather(*(reader() for _ in range(READERS))))
            count, took = len(microseconds), time.perf_counter() - began
            facts = await self._facts(before, count)
            return Sample(count / took, latencies_of(microseconds), failures, facts)

        return run

    async def _orders_of(self, customer: str) -> Sequence[object]:
        return await self._reads.orders(
            OrderFilter(statuses=STATUSES, customer=customer, limit=PAGE)
        )

    async def _feed(self) -> Sequence[object]:
        after = max(0, self._head - FEED_PAGE - self._rng.randrange(FEED_RECENT))
        return await self._runtime.journal.feed(0, after, FEED_PAGE)

    async def _due(self) -> Sequence[object]:
        now = self._runtime.clock() + timedelta(days=365)
        return await self._runtime.journal.due(now, None, DUE_PAGE, [])

    def _one(self) -> Any:
        return self._rng.choice(self._active)

    async def _some(self, count: int, orders: int) -> list[Any]:
        """Return about `count` orders, sampled by page; twice as many are read to have enough."""
        per_cent = min(100.0, 200.0 * count / orders)
        rows = await self._runtime.pool.fetch(_sql["active_orders"], per_cent, 2 * count)
        return self._rng.sample(rows, min(count, len(rows)))

    async def _counts(self) -> dict[str, int]:
        """Return the counters of the database, after each connection has flushed its own."""
        async with AsyncExitStack() as stack:
            for _ in range(self._runtime.pool.get_max_size()):
                connection = await stack.enter_async_context(self._runtime.pool.acquire())
                await connection.execute(_sql["flush_counts"])
        [row] = await self._runtime.pool.fetch(_sql["counts"])
        return dict(row)

    async def _facts(self, before: dict[str, int], count: int) -> dict[str, float]:
        after = await self._counts()
        moved = {name: after[name] - before[name] for name in after}
        facts = {
            "blocks_in_memory": moved["hit"] / max(count, 1),
            "blocks_from_outside": moved["read"] / max(count, 1),
        }
        if moved["updated"]:
            facts["hot_percent"] = 100 * moved["updated_hot"] / moved["updated"]
        return facts


def _is_done(outcome: SubmissionResult | BaseException) -> bool:
    """Tell whether it is expected: a number may be taken, and the API then draws another one."""
    if isinstance(outcome, BaseException):
        return False
    return outcome.kind is ResultKind.DONE or is_taken(outcome)
