"""Store alone: each statement of the journal, and the reads of pages and programs.

The statements of a batch are sent one after the other on one connection, as the engine sends them;
reads are sent by as many concurrent readers as the pool has connections. Only the call is timed,
including what the program does in it: making documents, reading rows. It runs in a worker process.
"""

import asyncio
import hashlib
import time
from array import array
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random

from msgspec import structs

from gotovo.assembly.runtime import Runtime
from gotovo.bench.fixture.dataset import WAREHOUSE, Dataset, DatasetOrder
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment, OpenRuntime
from gotovo.bench.fixture.measure_worker import MeasureWorker, Runs, measure_worker
from gotovo.bench.load.latency_recorder import latencies_of
from gotovo.bench.run.measure import Budget, Measure, Run, RunPlan, Sample
from gotovo.bench.run.stopwatch import MICROSECONDS, microseconds_since
from gotovo.engine.batch import Rules, decide_batch
from gotovo.engine.ports import Batch, Sku
from gotovo.engine.submission import Submission
from gotovo.engine.working.order_texts import SEED_BYTES
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.customer import customer_id, home_of_customer
from gotovo.order.values.status import STATUSES
from gotovo.store.reads.buyer import BuyerReadLimits, BuyerReads, ListFilter
from gotovo.store.reads.programs import OrderFilter, ProgramReads
from gotovo.store.tables.access.sign_in import Session, SignInStore

BUDGETS: tuple[Budget, ...] = ()
"""What uses the store has budgets; these figures tell where the time goes."""

SIZES = (1, 32, 256)
SIZES_QUICK = (1, 256)
"""One command alone, one for each of the usual connections, and a full batch."""

BUYERS = 200
ORDERS_EACH = 10
"""Two thousand orders, and lists as long as those of regular customers."""

READERS = 8
PAGE = 20

_CALLS = {
    "load": "orders and idempotency records of a batch",
    "write": "a batch and its commit",
    "levels": "stock of several skus",
    "histories": "all events of several orders",
    "feed": "a page of the feed",
    "due": "a page of due deadlines",
}
_READS = {
    "order": "one order",
    "history": "one order's events",
    "orders": f"a buyer's {ORDERS_EACH} orders, as programs read",
    "list_of": "the same with session and counts, as the buyer's page reads",
    "order_of": "one order with its events and the session, as the page reads",
}
_CALLS_QUICK = ("load", "write", "feed", "due")
_READS_QUICK = ("order", "list_of")
_SIZED = frozenset({"load", "write"})  # whose cost per command depends most on the size

Call = Callable[[], Awaitable[int]]
"""Makes one call and returns how many rows it read or wrote."""


@asynccontextmanager
async def open_store(environment: BenchEnvironment, plan: RunPlan) -> AsyncGenerator[list[Measure]]:
    """Fill a database with buyers and their orders, and open the store in a worker process."""
    url = await environment.new_database()
    async with environment.runtime(url) as runtime:
        orders = await _fill(runtime)
    values = (environment.program.open_runtime, url, environment.variables(url), orders)
    async with measure_worker(open_statements, *values) as worker:
        yield [*_call_measures(worker, plan), *_read_measures(worker, plan)]


@asynccontextmanager
async def open_statements(
    open_runtime: OpenRuntime, url: str, variables: dict[str, str], orders: list[DatasetOrder]
) -> AsyncGenerator[Runs]:
    """Open the journal and the reads in the worker."""
    async with open_runtime(url, variables) as runtime:
        store = StoreRuns(runtime, orders)
        runs = {f"{name}.{size}": store.calls(name, size) for name in _CALLS for size in SIZES}
        yield runs | {name: store.reads(name) for name in _READS}


class StoreRuns:
    """Every call that is measured, on orders that are on the shelf.

    Only half of them are written to, so that what the reads find does not grow with each round.
    """

    def __init__(self, runtime: Runtime, orders: list[DatasetOrder]) -> None:
        self._runtime = runtime
        half = len(orders) // 2
        self._written, self._read_only = orders[:half], orders[half:]
        self._dataset = Dataset(SECRET, seed=4)
        self._rng = Random(5)  # noqa: S311  (reproducible, not a secret)
        self._cell = 0
        self._buyer = BuyerReads(runtime.pool)
        self._programs = ProgramReads(runtime.pool)
        self._prepare: dict[str, Callable[[int], Awaitable[Call]]] = {
            "load": self._load,
            "write": self._write,
            "levels": self._levels,
            "histories": self._histories,
            "feed": self._feed,
            "due": self._due,
        }
        self._read: dict[str, Call] = {
            "order": self._order,
            "history": self._history,
            "orders": self._orders,
            "list_of": self._list_of,
            "order_of": self._order_of,
        }

    def calls(self, name: str, size: int) -> Run:
        """Return the function that repeats a call for `size` rows, one call after the other."""
        prepare = self._prepare[name]

        async def run(seconds: float) -> Sample:
            microseconds, rows = array("Q"), 0
            until = time.perf_counter() + seconds
            while not microseconds or time.perf_counter() < until:
                call = await prepare(size)
                began = time.perf_counter()
                rows += await call()
                microseconds.append(microseconds_since(began))
            return _sample(microseconds, rows, sum(microseconds) / MICROSECONDS)

        return run

    def reads(self, name: str) -> Run:
        """Return the function that repeats a read with concurrent readers."""
        read = self._read[name]

        async def run(seconds: float) -> Sample:
            microseconds = array("Q")
            began = time.perf_counter()
            until = began + seconds

            async def reader() -> int:
                rows = 0
                while (sent_at := time.perf_counter()) < until:
                    rows += await read()
                    microseconds.append(microseconds_since(sent_at))
                return rows

            rows = sum(await asyncio.gather(*(reader() for _ in range(READERS))))
            return _sample(microseconds, rows, time.perf_counter() - began)

        return run

    async def _load(self, size: int) -> Call:
        numbers = [order.number for order in self._rng.sample(self._read_only, size)]
        ids = [self._dataset.command_id() for _ in numbers]

        async def call() -> int:
            return len((await self._runtime.journal.load(0, numbers, ids, [])).orders)

        return call

    async def _write(self, size: int) -> Call:
        batch = await self._batch(size)

        async def call() -> int:
            await self._runtime.journal.write(batch)
            return len(batch.updates)

        return call

    async def _levels(self, size: int) -> Call:
        skus = [Sku(WAREHOUSE.code, sku) for sku in self._rng.sample(self._dataset.skus, size)]

        async def call() -> int:
            return len(await self._runtime.journal.levels(skus))

        return call

    async def _histories(self, size: int) -> Call:
        numbers = [order.number for order in self._rng.sample(self._read_only, size)]

        async def call() -> int:
            found = await self._runtime.journal.histories(0, numbers)
            return sum(len(events) for events in found.values())

        return call

    async def _feed(self, size: int) -> Call:
        after = self._rng.randrange(len(self._read_only))

        async def call() -> int:
            return len(await self._runtime.journal.feed(0, after, size))

        return call

    async def _due(self, size: int) -> Call:
        now = self._runtime.clock() + timedelta(days=365)

        async def call() -> int:
            return len(await self._runtime.journal.due(now, None, size, []))

        return call

    async def _batch(self, size: int) -> Batch:
        """Return a batch that moves the parcels of `size` orders to another cell."""
        self._cell += 1
        submissions = [self._move(order) for order in self._rng.sample(self._written, size)]
        numbers = [submission.number for submission in submissions]
        decided = decide_batch(
            0,
            submissions,
            facts=await self._runtime.journal.load(0, numbers, [], []),
            levels={},
            held={},
            places=self._runtime.directory(),
            rules=Rules(SECRET),
            now=self._runtime.clock(),
            seed=self._rng.randbytes(SEED_BYTES),
        )
        assert len(decided.batch.updates) == size, "every parcel moves"
        return decided.batch

    def _move(self, order: DatasetOrder) -> Submission:
        submission = self._dataset.step("shelving", order)
        return structs.replace(submission, command=Shelve(cell=f"B-{self._cell}"))

    async def _order(self) -> int:
        return int(await self._programs.order(self._one().number) is not None)

    async def _history(self) -> int:
        return len(await self._programs.history(self._one().number))

    async def _orders(self) -> int:
        wanted = OrderFilter(
            statuses=STATUSES, customer=customer_id(SECRET, self._one().phone), limit=PAGE
        )
        return len(await self._programs.orders(wanted))

    async def _list_of(self) -> int:
        phone = self._one().phone
        found = await self._buyer.list_of(
            _session_key(phone),
            self._runtime.clock(),
            home=home_of_customer(customer_id(SECRET, phone)),
            filter_by=ListFilter(),
            limits=BuyerReadLimits(open_orders=PAGE, page=PAGE),
        )
        return len(found.page) if found else 0

    async def _order_of(self) -> int:
        order = self._one()
        key = _session_key(order.phone)
        found = await self._buyer.order_of(key, self._runtime.clock(), order.number)
        return len(found.history) if found else 0

    def _one(self) -> DatasetOrder:
        return self._rng.choice(self._read_only)


async def _fill(runtime: Runtime) -> list[DatasetOrder]:
    """Make signed-in buyers with their orders, all of them on the shelf."""
    dataset = Dataset(SECRET, seed=6)
    await dataset.seed(runtime)
    phones = [f"+7900000{buyer:04}" for buyer in range(BUYERS)]
    filling = [dataset.orders(runtime, ORDERS_EACH, "shelving", phone=phone) for phone in phones]
    orders = await asyncio.gather(*filling)
    signing_in, now = SignInStore(runtime.pool), runtime.clock()
    for phone in phones:
        session = Session(customer_id(SECRET, phone), "+7900…", now, now + timedelta(days=1))
        await signing_in.put_session(_session_key(phone), session)
    return [order for some in orders for order in some]


def _session_key(phone: str) -> bytes:
    """Return the key of a session; for the store any digest will do."""
    return hashlib.sha256(phone.encode()).digest()


def _sample(microseconds: "array[int]", rows: int, seconds: float) -> Sample:
    """Return the round; a call that found nothing has failed, as everything it reads exists."""
    return Sample(
        len(microseconds) / seconds,
        latencies_of(microseconds),
        0 if rows else len(microseconds),
        {"rows_per_second": rows / seconds},
    )


def _call_measures(worker: MeasureWorker, plan: RunPlan) -> list[Measure]:
    return [
        Measure(
            f"store.{name}.{size}",
            f"{_CALLS[name]}, {size} at once",
            "calls/s",
            worker.run(f"{name}.{size}"),
        )
        for name in (_CALLS_QUICK if plan.quick else _CALLS)
        for size in ((SIZES_QUICK if plan.quick else SIZES) if name in _SIZED else SIZES[-1:])
    ]


def _read_measures(worker: MeasureWorker, plan: RunPlan) -> list[Measure]:
    return [
        Measure(f"store.{name}", f"{_READS[name]}, {READERS} readers", "calls/s", worker.run(name))
        for name in (_READS_QUICK if plan.quick else _READS)
    ]
