"""Growth: what a command and a read cost with ten thousand orders, and with ten million.

Databases of all sizes stand side by side on one server and are asked in turns by one process.
Whatever the size, the same number of people is active: two thousand buyers whose orders lie all
over the tables, looked up once before anything is measured. `anywhere` alone looks at orders that
no_progress has looked at before, so in a large database it waits for the disk.
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

from gotovo.assembly.runtime import House
from gotovo.bench.fill.fill import fill, holds_orders
from gotovo.bench.fixture.dataset import ACTOR, ORDER_STEPS, Dataset, DatasetOrder
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment, OpenRuntime
from gotovo.bench.fixture.measure_worker import Runs, measure_worker
from gotovo.bench.fixture.statements import bench_statements
from gotovo.bench.load.latency_recorder import latencies_of
from gotovo.bench.run.figure import Budget, Measure, Plan, Sample
from gotovo.engine.submission import Kind, Outcome, Submission
from gotovo.order.refusals import Code
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.values.order import Attention
from gotovo.store.reads.programs import STATUSES, OrderFilter, ProgramReads

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)

ORDERS_MAX, ORDERS_MAX_QUICK = 1_000_000, 100_000
"""Unless the command says how large the largest database is to be: minutes, not an hour."""

ACTIVE = 2_000
"""BuyerDataset who look at their orders, and open orders that something happens to."""

ANYWHERE = 100_000

PLACED = 1_024
"""Orders of one round: enough for an even figure, and few beside the smallest database."""

SCENARIOS = 256

READERS = 8
PAGE = 20
FEED_PAGE = 100
FEED_RECENT = 20_000
"""Followers read what is new."""

DUE_PAGE = 256

TIMES = 1.5
"""How much more it may cost in the larger database (architecture §5)."""

_CAPTIONS = {
    "place": "orders placed",
    "steps": "the seven later steps of new orders",
    "note": "a note to one of the open orders",
    "my_orders": "an active buyer's orders",
    "order": "one order of an active buyer",
    "timeline": "its events",
    "feed": "a page of what is new in the feed",
    "due": "a page of what is due",
    "anywhere": "one order no_progress has looked at",
}
_COMMANDS = frozenset({"place", "steps", "note"})
_WITHOUT_BUDGET = frozenset({"anywhere"})
_NOTE = RaiseAttention(Attention.DAMAGED, "the box is wet")
_MICROSECONDS = 1e6

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
    """A database of a size, and how a program is set up on it."""

    orders: int
    url: str
    environment: dict[str, str]


@asynccontextmanager
async def open_growth(stage: BenchEnvironment, plan: Plan) -> AsyncGenerator[list[Measure]]:
    """Fill a database of every size, and open all of them in a process of its own."""
    filled = [await open_filled_database(stage, plan, size) for size in sizes_of(plan)]
    async with measure_worker(open_databases, stage.program.open_house, filled) as worker:
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


def sizes_of(plan: Plan) -> tuple[int, ...]:
    """Return how many orders each database has, the largest one last."""
    largest = plan.orders_max or (ORDERS_MAX_QUICK if plan.quick else ORDERS_MAX)
    return (*(size for size in SIZES if size < largest), largest)


async def open_filled_database(stage: BenchEnvironment, plan: Plan, orders: int) -> FilledDatabase:
    """Return a database with so many orders.

    When the database that the run was given holds orders already, it is the largest one: nothing
    is filled, and what measuring writes stays in it.
    """
    if orders == sizes_of(plan)[-1] and await holds_orders(stage.url):
        return FilledDatabase(orders, stage.url, stage.environment(stage.url))
    url = await stage.new_database()
    async with stage.house(url) as house:
        await fill(house, url, orders=orders, until=house.clock())
    return FilledDatabase(orders, url, stage.environment(url))


@asynccontextmanager
async def open_databases(
    open_house: OpenRuntime, filled: Sequence[FilledDatabase]
) -> AsyncGenerator[Runs]:
    """Open every database in the process that measures."""
    async with AsyncExitStack() as stack:
        runs: dict[str, Callable[[float], Awaitable[Sample]]] = {}
        for each in filled:
            house = await stack.enter_async_context(open_house(each.url, each.environment))
            grown = GrowthRuns(house, ProgramReads(house.pool))
            await grown.begin()
            for name in _CAPTIONS:
                runs[f"{name}.{each.orders}"] = grown.run(name)
        yield runs


class GrowthRuns:
    """One database while it is measured."""

    def __init__(self, house: House, reads: ProgramReads) -> None:
        """Write through the house's engine, and read as programs do."""
        self._house = house
        self._reads = reads
        self._city = Dataset(SECRET, seed=time.time_ns())  # a database may be measured again
        self._chance = Random(7)  # noqa: S311  (chance that repeats, no secret)
        self._active: list[Any] = []
        self._anywhere: list[str] = []
        self._open: list[str] = []
        self._head = 0
        self._kb_per_order: dict[str, float] = {}

    async def begin(self) -> None:
        """Find who is active, and look everything up once that they will ask for."""
        orders = await self._house.pool.fetchval(_sql["orders_about"])
        self._active = await self._some(ACTIVE, orders)
        self._anywhere = [row["number"] for row in await self._some(ANYWHERE, orders)]
        rows = await self._house.pool.fetch(_sql["open_orders"], ACTIVE, self._house.clock())
        self._open = [row["number"] for row in rows]
        [behind] = await self._house.journal.behind("bench", 1)
        self._head = behind.head
        [sizes] = await self._house.pool.fetch(_sql["sizes"])
        self._kb_per_order = {
            "kb_an_order": (sizes["tables"] + sizes["indexes"]) / orders / 1e3,
            "kb_an_order_indexes": sizes["indexes"] / orders / 1e3,
        }
        for row in self._active:
            await self._orders_of(row["customer"])
            await self._reads.history(row["number"])

    def run(self, name: str) -> Callable[[float], Awaitable[Sample]]:
        """Return what runs a round of a measure."""
        runs: dict[str, Callable[[float], Awaitable[Sample]]] = {
            "place": self._place,
            "steps": self._steps,
            "note": self._note,
        }
        return runs.get(name) or self._reading(name)

    async def _place(self, _seconds: float) -> Sample:
        placed = [self._city.placement()[1] for _ in range(PLACED)]
        return await self._submitting([placed])

    async def _steps(self, _seconds: float) -> Sample:
        """Let new orders live to their end; their placement is not counted."""
        made: list[DatasetOrder] = await self._city.orders(self._house, SCENARIOS, ORDER_STEPS[0])
        return await self._submitting(
            [[self._city.step(step, each) for each in made] for step in ORDER_STEPS[1:]]
        )

    async def _note(self, _seconds: float) -> Sample:
        some = self._chance.sample(self._open, min(PLACED, len(self._open)))
        noted = [
            Submission(self._city.command_id(), number, _NOTE, ACTOR, bytes(16)) for number in some
        ]
        return await self._submitting([noted])

    async def _submitting(self, groups: Sequence[Sequence[Submission]]) -> Sample:
        before = await self._counts()
        began = time.perf_counter()
        outcomes = [
            outcome for group in groups for outcome in await self._house.engine.submit_each(group)
        ]
        took = time.perf_counter() - began
        failures = sum(not _is_done(outcome) for outcome in outcomes)
        facts = await self._facts(before, len(outcomes)) | self._kb_per_order
        return Sample(len(outcomes) / took, None, failures, facts)

    def _reading(self, name: str) -> Callable[[float], Awaitable[Sample]]:
        reads: dict[str, Callable[[], Awaitable[object]]] = {
            "my_orders": lambda: self._orders_of(self._one()["customer"]),
            "order": lambda: self._reads.order(self._one()["number"]),
            "timeline": lambda: self._reads.history(self._one()["number"]),
            "feed": self._feed,
            "due": self._due,
            "anywhere": lambda: self._reads.order(self._chance.choice(self._anywhere)),
        }
        read = reads[name]

        async def run(seconds: float) -> Sample:
            before = await self._counts()
            microseconds = array("Q")
            began = time.perf_counter()
            until = began + seconds

            async def reader() -> int:
                empty = 0
                while (asked := time.perf_counter()) < until:
                    empty += not await read()
                    microseconds.append(int((time.perf_counter() - asked) * _MICROSECONDS))
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
        after = max(0, self._head - FEED_PAGE - self._chance.randrange(FEED_RECENT))
        return await self._house.journal.feed(0, after, FEED_PAGE)

    async def _due(self) -> Sequence[object]:
        now = self._house.clock() + timedelta(days=365)
        return await self._house.journal.due(now, None, DUE_PAGE, [])

    def _one(self) -> Any:
        return self._chance.choice(self._active)

    async def _some(self, count: int, orders: int) -> list[Any]:
        """Return about so many orders, a page at a time and twice as many to be sure of enough."""
        per_cent = min(100.0, 200.0 * count / orders)
        rows = await self._house.pool.fetch(_sql["active_orders"], per_cent, 2 * count)
        return self._chance.sample(rows, min(count, len(rows)))

    async def _counts(self) -> dict[str, int]:
        """Return what the server has counted, with what each of our connections still kept back."""
        async with AsyncExitStack() as stack:
            for _ in range(self._house.pool.get_max_size()):
                connection = await stack.enter_async_context(self._house.pool.acquire())
                await connection.execute(_sql["flush_counts"])
        [row] = await self._house.pool.fetch(_sql["counts"])
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


def _is_done(outcome: Outcome | BaseException) -> bool:
    """Tell whether it is as it should be; a number can be taken, and is drawn again by the API."""
    if isinstance(outcome, BaseException):
        return False
    refusal = outcome.refusal
    return outcome.kind is Kind.DONE or (refusal is not None and refusal.code is Code.NUMBER_TAKEN)
