"""The store by itself: each statement of the journal, and what people's pages and programs read.

StoreRuns of a batch are sent one after the other on one connection, as the engine sends them;
reads by as many readers at once as the pool has connections. Only the call is timed, with what
the program itself does for it: documents made, rows read. It runs in a process of its own.
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

from gotovo.assembly.runtime import House
from gotovo.bench.fixture.dataset import WAREHOUSE, Dataset, DatasetOrder
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment, OpenRuntime
from gotovo.bench.fixture.measure_worker import MeasureWorker, Runs, measure_worker
from gotovo.bench.load.latency_recorder import latencies_of
from gotovo.bench.run.figure import Budget, Measure, Plan, Sample
from gotovo.engine.batch import Rules, decide_batch
from gotovo.engine.ports import Batch, Sku
from gotovo.engine.submission import Submission
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.customer import customer_id, home_of_customer
from gotovo.store.reads.buyer import BuyerReads, Limits, Wanted
from gotovo.store.reads.programs import STATUSES, OrderFilter, ProgramReads
from gotovo.store.tables.access.sign_in import Session, SignInStore

BUDGETS: tuple[Budget, ...] = ()
"""The store is judged by what stands on it; these figures say where the time goes."""

SIZES = (1, 32, 256)
SIZES_QUICK = (1, 256)
"""One command alone, as many as worker are usual connections, and a full batch."""

BUYERS = 200
ORDERS_EACH = 10
"""Two thousand orders, and lists as long as a faithful customer's."""

READERS = 8
PAGE = 20

_MICROSECONDS = 1e6
_CALLS = {
    "load": "orders and earlier answers of a batch",
    "write": "a batch and its commit",
    "levels": "stock of so many skus",
    "histories": "all events of so many orders",
    "feed": "a page of the feed",
    "due": "a page of what is due",
}
_READS = {
    "order": "one order",
    "history": "one order's events",
    "orders": f"a buyer's {ORDERS_EACH} orders, as programs ask",
    "list_of": "the same with the session and the counts, as the buyer's page asks",
    "order_of": "one order with its events and the session, as the page asks",
}
_CALLS_QUICK = ("load", "write", "feed", "due")
_READS_QUICK = ("order", "list_of")
_SIZED = frozenset({"load", "write"})  # whose cost a command depends most on the size

Call = Callable[[], Awaitable[int]]
"""Does one call and returns how many rows it was about."""


@asynccontextmanager
async def open_store(stage: BenchEnvironment, plan: Plan) -> AsyncGenerator[list[Measure]]:
    """Fill a database with buyers and their orders, and open the store in another process."""
    url = await stage.new_database()
    async with stage.house(url) as house:
        made = await _fill(house)
    values = (stage.program.open_house, url, stage.environment(url), made)
    async with measure_worker(open_statements, *values) as worker:
        yield [*_call_measures(worker, plan), *_read_measures(worker, plan)]


@asynccontextmanager
async def open_statements(
    open_house: OpenRuntime, url: str, environment: dict[str, str], made: list[DatasetOrder]
) -> AsyncGenerator[Runs]:
    """Open the journal and the reads in the process that measures."""
    async with open_house(url, environment) as house:
        statements = StoreRuns(house, made)
        runs = {f"{name}.{size}": statements.calls(name, size) for name in _CALLS for size in SIZES}
        yield runs | {name: statements.reads(name) for name in _READS}


class StoreRuns:
    """Every call that is measured, on orders that lie on their shelves.

    Half of them are written to, so that what the reads find does not grow from round to round.
    """

    def __init__(self, house: House, made: list[DatasetOrder]) -> None:
        """Use the house's pool and its orders."""
        self._house = house
        half = len(made) // 2
        self._written, self._made = made[:half], made[half:]
        self._city = Dataset(SECRET, seed=4)
        self._chance = Random(5)  # noqa: S311  (chance that repeats, no secret)
        self._cell = 0
        self._buyer = BuyerReads(house.pool)
        self._programs = ProgramReads(house.pool)
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

    def calls(self, name: str, size: int) -> Callable[[float], Awaitable[Sample]]:
        """Return what repeats a call for so many rows, one after the other."""
        prepare = self._prepare[name]

        async def run(seconds: float) -> Sample:
            microseconds, rows = array("Q"), 0
            until = time.perf_counter() + seconds
            while not microseconds or time.perf_counter() < until:
                call = await prepare(size)
                began = time.perf_counter()
                rows += await call()
                microseconds.append(int((time.perf_counter() - began) * _MICROSECONDS))
            return _sample(microseconds, rows, sum(microseconds) / _MICROSECONDS)

        return run

    def reads(self, name: str) -> Callable[[float], Awaitable[Sample]]:
        """Return what repeats a read by several readers at once."""
        read = self._read[name]

        async def run(seconds: float) -> Sample:
            microseconds = array("Q")
            began = time.perf_counter()
            until = began + seconds

            async def reader() -> int:
                rows = 0
                while (asked := time.perf_counter()) < until:
                    rows += await read()
                    microseconds.append(int((time.perf_counter() - asked) * _MICROSECONDS))
                return rows

            rows = sum(await asyncio.gather(*(reader() for _ in range(READERS))))
            return _sample(microseconds, rows, time.perf_counter() - began)

        return run

    async def _load(self, size: int) -> Call:
        numbers = [made.number for made in self._chance.sample(self._made, size)]
        ids = [self._city.command_id() for _ in numbers]

        async def call() -> int:
            return len((await self._house.journal.load(0, numbers, ids, [])).standings)

        return call

    async def _write(self, size: int) -> Call:
        batch = await self._batch(size)

        async def call() -> int:
            await self._house.journal.write(batch)
            return len(batch.changes)

        return call

    async def _levels(self, size: int) -> Call:
        skus = [Sku(WAREHOUSE.code, sku) for sku in self._chance.sample(self._city.skus, size)]

        async def call() -> int:
            return len(await self._house.journal.levels(skus))

        return call

    async def _histories(self, size: int) -> Call:
        numbers = [made.number for made in self._chance.sample(self._made, size)]

        async def call() -> int:
            found = await self._house.journal.histories(0, numbers)
            return sum(len(events) for events in found.values())

        return call

    async def _feed(self, size: int) -> Call:
        after = self._chance.randrange(len(self._made))

        async def call() -> int:
            return len(await self._house.journal.feed(0, after, size))

        return call

    async def _due(self, size: int) -> Call:
        now = self._house.clock() + timedelta(days=365)

        async def call() -> int:
            return len(await self._house.journal.due(now, None, size, []))

        return call

    async def _batch(self, size: int) -> Batch:
        """Return a commit that moves so many orders' parcels to another cell."""
        self._cell += 1
        submissions = [self._moved(made) for made in self._chance.sample(self._written, size)]
        numbers = [submission.number for submission in submissions]
        decided = decide_batch(
            0,
            submissions,
            loaded=await self._house.journal.load(0, numbers, [], []),
            levels={},
            places=self._house.directory(),
            rules=Rules(SECRET),
            now=self._house.clock(),
        )
        assert len(decided.batch.changes) == size, "every parcel moves"
        return decided.batch

    def _moved(self, made: DatasetOrder) -> Submission:
        submission = self._city.step("shelving", made)
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
            self._house.clock(),
            home=home_of_customer(customer_id(SECRET, phone)),
            wanted=Wanted(),
            limits=Limits(standing=PAGE, page=PAGE),
        )
        return len(found.page) if found else 0

    async def _order_of(self) -> int:
        made = self._one()
        key = _session_key(made.phone)
        found = await self._buyer.order_of(key, self._house.clock(), made.number)
        return len(found.history) if found else 0

    def _one(self) -> DatasetOrder:
        return self._chance.choice(self._made)


async def _fill(house: House) -> list[DatasetOrder]:
    """Make buyers who are signed in, and their orders, all of them on their shelves."""
    city = Dataset(SECRET, seed=6)
    await city.seed(house)
    phones = [f"+7900000{buyer:04}" for buyer in range(BUYERS)]
    filling = [city.orders(house, ORDERS_EACH, "shelving", phone=phone) for phone in phones]
    made = await asyncio.gather(*filling)
    signing_in, now = SignInStore(house.pool), house.clock()
    for phone in phones:
        session = Session(customer_id(SECRET, phone), "+7900…", now, now + timedelta(days=1))
        await signing_in.put_session(_session_key(phone), session)
    return [order for some in made for order in some]


def _session_key(phone: str) -> bytes:
    """Return what a session is kept under; the store does not ask what it is a digest of."""
    return hashlib.sha256(phone.encode()).digest()


def _sample(microseconds: "array[int]", rows: int, seconds: float) -> Sample:
    """Return the round; a call that found nothing has failed, since everything asked for exists."""
    return Sample(
        len(microseconds) / seconds,
        latencies_of(microseconds),
        0 if rows else len(microseconds),
        {"rows_per_second": rows / seconds},
    )


def _call_measures(worker: MeasureWorker, plan: Plan) -> list[Measure]:
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


def _read_measures(worker: MeasureWorker, plan: Plan) -> list[Measure]:
    return [
        Measure(f"store.{name}", f"{_READS[name]}, {READERS} readers", "calls/s", worker.run(name))
        for name in (_READS_QUICK if plan.quick else _READS)
    ]
