"""Filling: a database with any number of orders, each with its whole history, in minutes.

Lives are led by the core itself (`filling_play`), cast into rows that belong to many customers
(`filling_casting`) by several processes at once (`filling_work`), and copied into empty tables
whose indexes are built afterwards. `gotovo audit` finds nothing to object to, and
`docs/guides/fill-a-database.md` says how to run it by hand.
"""

import asyncio
import fcntl
import multiprocessing
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Self, cast

import asyncpg
from msgspec import structs

from gotovo.assembly.runtime import House
from gotovo.bench.fill.binary_rows import BEGIN, END, TABLES, CopyTable
from gotovo.bench.fill.customers import ORDERS_MAX
from gotovo.bench.fill.templates import FillNetwork
from gotovo.bench.fill.workers import FAILED, FillPlan, PositionAllocator, moved_of, work
from gotovo.bench.fixture.dataset import POINT, Dataset
from gotovo.bench.fixture.statements import bench_statements
from gotovo.bench.run.measure import BenchError
from gotovo.points.point import Point

POINTS = 100
"""Points that orders are carried to, `KZN-1` and so on."""

TRANSIT_DAYS = 3
"""What the lives that are played keep to, mostly."""

SEED = 2014

PIPE_BYTES = 1 << 20
"""The most that the kernel grants without a privilege: fewer turns between the two ends."""

_WAITING_MAX = 2
"""Blocks of rows that may wait for a table, some ten megabytes each."""

_sql = bench_statements("fill/fill.sql")

Progress = Callable[[str, int], None]
"""Told what is being done, and how many orders are written."""


class NotEmpty(BenchError):
    """The database holds orders, and filling begins with empty tables."""


def no_progress(_what: str, _written: int) -> None:
    """Look away."""


async def fill(
    house: House,
    url: str,
    *,
    orders: int,
    until: datetime,
    on_progress: Progress = no_progress,
    workers: int = 0,
) -> None:
    """Fill the house's database, which is at this address, with orders placed before an instant.

    Uses a process a processor unless `workers` says how many. Raises NotEmpty, and BenchError if
    a process fails; then nothing is left but the places and the goods.
    """
    if not 1 <= orders <= ORDERS_MAX:
        message = f"{orders} orders: there are 1 to {ORDERS_MAX} numbers"
        raise BenchError(message)
    if await holds_orders(url):
        raise NotEmpty("the database holds orders already; fill a new one")
    plan = FillPlan(orders, until, await _seed(house), SEED)
    async with _FillRun(plan, workers or os.cpu_count() or 1) as filling:
        await filling.run(url, on_progress)
    await _tidy_up(url, on_progress, orders)


async def holds_orders(url: str) -> bool:
    """Tell whether this is a database of ours with an order, or with what orders leave."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(_sql["is_migrated"]) and await connection.fetchval(
            _sql["holds_orders"]
        )
    finally:
        await connection.close()


class _FillRun:
    """The workers, and the rows on their way from them to the tables."""

    def __init__(self, plan: FillPlan, workers: int) -> None:
        self._plan = plan
        context = multiprocessing.get_context("spawn")
        self._turns = PositionAllocator(context)
        self._pipes: list[Connection] = []
        self._processes: list[BaseProcess] = []
        count = min(workers, plan.blocks)
        for index in range(count):
            ours, theirs = context.Pipe(duplex=False)
            fcntl.fcntl(ours.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            arguments = (plan, index, count, self._turns, theirs)
            process = context.Process(target=work, args=arguments, daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        self._queues = {table.name: asyncio.Queue[bytes | None](_WAITING_MAX) for table in TABLES}
        self._written = 0
        self._moved: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(
            lambda: {"on_hand": 0, "reserved": 0}
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
            await asyncio.to_thread(process.join)
        for pipe in self._pipes:
            pipe.close()

    async def run(self, url: str, on_progress: Progress) -> None:
        """Copy every row, build the indexes, and commit all tables one after the other."""
        async with AsyncExitStack() as stack:
            connections: list[asyncpg.Connection] = []
            for _ in TABLES:
                connection = await asyncpg.connect(url)
                stack.callback(connection.terminate)
                connections.append(connection)
            commits = [connection.transaction() for connection in connections]
            for commit in commits:
                await commit.start()
            try:
                async with asyncio.TaskGroup() as tasks:
                    for table, connection in zip(TABLES, connections, strict=True):
                        tasks.create_task(self._copy(connection, table))
                    tasks.create_task(self._pump(on_progress))
            except ExceptionGroup as several:
                raise several.exceptions[0] from several
            await connections[0].execute(_sql["set_lane"], self._turns.taken)
            await connections[0].execute(_sql["move_stock"], *self._moved_columns())
            for commit in reversed(commits):
                await commit.commit()

    async def _copy(self, connection: asyncpg.Connection, table: CopyTable) -> None:
        await connection.execute(_sql["prepare"].format(table=table.name))
        statement = _sql["copy"].format(table=table.name, columns=", ".join(table.columns))
        # The driver's own functions for copying don't know of `freeze`, without which the first
        # vacuum would read and write all of it again.
        copy_in = cast("Any", connection)._copy_in  # noqa: SLF001
        await copy_in(statement, self._rows(table), None)
        await connection.execute(_sql["restore"].format(table=table.name))

    async def _rows(self, table: CopyTable) -> AsyncIterator[bytes]:
        yield BEGIN
        while (data := await self._queues[table.name].get()) is not None:
            yield data
        yield END

    async def _pump(self, on_progress: Progress) -> None:
        await asyncio.gather(
            *(self._pump_one(index, on_progress) for index in range(len(self._pipes)))
        )
        on_progress("building indexes", self._written)
        for queue in self._queues.values():
            await queue.put(None)

    async def _pump_one(self, index: int, on_progress: Progress) -> None:
        for block in range(index, self._plan.blocks, len(self._pipes)):
            for table in TABLES:
                await self._queues[table.name].put(await self._received(index))
            self._written += len(self._plan.block(block))
            on_progress("writing orders", self._written)
        for warehouse, sku, what, units in moved_of(await self._received(index)):
            self._moved[warehouse, sku][what] += units

    async def _received(self, index: int) -> bytes:
        try:
            told = await asyncio.to_thread(self._pipes[index].recv_bytes)
        except EOFError as error:
            raise BenchError("a process that casts orders has ended") from error
        if told.startswith(FAILED):
            raise BenchError(told.removeprefix(FAILED).decode())
        return told

    def _moved_columns(self) -> tuple[list[str], list[str], list[int], list[int]]:
        return (
            [warehouse for warehouse, _ in self._moved],
            [sku for _, sku in self._moved],
            [units["on_hand"] for units in self._moved.values()],
            [units["reserved"] for units in self._moved.values()],
        )


async def _seed(house: House) -> FillNetwork:
    """Open the points and list the goods, as the town of every measurement does."""
    city = Dataset(house.secret)
    await city.seed(house)
    for point in _points():
        await house.directory.put_point(point, house.clock())
    await house.directory.refresh()
    points, warehouses = house.directory()
    return FillNetwork(points, warehouses, tuple(city.skus), house.secret, house.terms)


def _points() -> list[Point]:
    return [
        structs.replace(POINT, code=f"KZN-{each}", transit_days=TRANSIT_DAYS)
        for each in range(1, POINTS + 1)
    ]


async def _tidy_up(url: str, on_progress: Progress, orders: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        for name in (*(table.name for table in TABLES), "stock", "stock_entry"):
            on_progress("counting what there is", orders)
            await connection.execute(_sql["tidy_up"].format(table=name))
    finally:
        await connection.close()
