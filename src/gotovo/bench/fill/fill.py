"""Fill a database with any number of orders, each with its whole history, in minutes.

The core itself makes a few orders as `templates`. Worker processes (`block_worker`) expand them
into rows that belong to many customers, and the rows are copied into empty tables whose indexes are
built afterwards. `gotovo audit` finds no error in the result; docs/guides/fill-a-database.md says
how to use it.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any, cast

import asyncpg
from msgspec import structs

from gotovo.assembly.runtime import Runtime
from gotovo.bench.fill.binary_rows import BEGIN, END, TABLES, CopyTable
from gotovo.bench.fill.block_worker import ExpandBlock, FillPlan, PrepareBlock, open_block_worker
from gotovo.bench.fill.customers import ORDERS_MAX
from gotovo.bench.fill.expansion import ExpandedRows, StockChanges
from gotovo.bench.fill.templates import FillNetwork
from gotovo.bench.fixture.dataset import POINT, Dataset
from gotovo.bench.fixture.statements import bench_statements
from gotovo.bench.run.measure import BenchError
from gotovo.points.point import Point
from gotovo.worker_process import WorkerProcess, WorkerProcessError, worker_process

POINTS = 100
"""Points that orders are delivered to: `KZN-1`, `KZN-2` and so on."""

TRANSIT_DAYS = 3
"""The transit time of these points, which most of the orders meet."""

SEED = 2014

_QUEUE_MAX = 2
"""Blocks of rows that may wait for a table, some ten megabytes each."""

_sql = bench_statements("fill/fill.sql")

OnFillProgress = Callable[[str, int], None]
"""Called with what is being done, and how many orders have been written."""


class NotEmpty(BenchError):
    """The database has orders already, and filling needs empty tables."""


def ignore_progress(_description: str, _written: int) -> None:
    """Do nothing."""


async def fill(
    runtime: Runtime,
    url: str,
    *,
    orders: int,
    until: datetime,
    on_progress: OnFillProgress = ignore_progress,
    workers: int = 0,
) -> None:
    """Fill the database of this address, which `runtime` has open, with orders before `until`.

    Uses a worker process per processor unless `workers` says how many. Raises NotEmpty, and
    BenchError if a worker fails; then only the points and the goods are left.
    """
    if not 1 <= orders <= ORDERS_MAX:
        message = f"{orders} orders: there are 1 to {ORDERS_MAX} numbers"
        raise BenchError(message)
    if await holds_orders(url):
        raise NotEmpty("the database has orders already; fill a new one")
    plan = FillPlan(orders, until, await _seed(runtime), SEED)
    await _FillRun(plan, workers or os.cpu_count() or 1, on_progress).run(url)
    await _vacuum(url, on_progress, orders)


async def holds_orders(url: str) -> bool:
    """Tell whether this is a database of ours with an order, or with traces of one."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(_sql["is_migrated"]) and await connection.fetchval(
            _sql["holds_orders"]
        )
    finally:
        await connection.close()


class _FillRun:
    """Rows on their way from the workers to the tables.

    The blocks get their positions in order, although several are expanded at the same time.
    """

    def __init__(self, plan: FillPlan, workers: int, on_progress: OnFillProgress) -> None:
        self._plan = plan
        self._workers = min(workers, plan.blocks)
        self._on_progress = on_progress
        self._queues = {table.name: asyncio.Queue[bytes | None](_QUEUE_MAX) for table in TABLES}
        self._written = 0
        self._changes = StockChanges()
        self._allocated = asyncio.Condition()
        self._next_block = 0
        self._next_position = 1

    async def run(self, url: str) -> None:
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
                    tasks.create_task(self._expand_all())
            except ExceptionGroup as group:
                error = _first(group)
                if isinstance(error, WorkerProcessError):
                    raise BenchError(str(error)) from error
                raise error from group
            await connections[0].execute(_sql["set_lane"], self._next_position - 1)
            await connections[0].execute(_sql["change_stock"], *self._stock_columns())
            for commit in reversed(commits):
                await commit.commit()

    async def _copy(self, connection: asyncpg.Connection, table: CopyTable) -> None:
        await connection.execute(_sql["prepare"].format(table=table.name))
        statement = _sql["copy"].format(table=table.name, columns=", ".join(table.columns))
        # The driver's own functions for copying have no `freeze`, without which the first vacuum
        # would read and write all of it again.
        copy_in = cast("Any", connection)._copy_in  # noqa: SLF001
        await copy_in(statement, self._rows(table), None)
        await connection.execute(_sql["restore"].format(table=table.name))

    async def _rows(self, table: CopyTable) -> AsyncIterator[bytes]:
        yield BEGIN
        while (data := await self._queues[table.name].get()) is not None:
            yield data
        yield END

    async def _expand_all(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            for index in range(self._workers):
                tasks.create_task(self._expand_every_nth(index))
        self._on_progress("building indexes", self._written)
        for queue in self._queues.values():
            await queue.put(None)

    async def _expand_every_nth(self, index: int) -> None:
        async with worker_process(open_block_worker, self._plan) as worker:
            for block in range(index, self._plan.blocks, self._workers):
                rows = await self._expand(worker, block)
                for table, data in zip(TABLES, rows.data, strict=True):
                    await self._queues[table.name].put(data)
                self._changes.update(rows.stock_changes)
                self._written += len(self._plan.block(block))
                self._on_progress("writing orders", self._written)

    async def _expand(self, worker: WorkerProcess, block: int) -> ExpandedRows:
        events = await worker.call(PrepareBlock(block))
        async with self._allocated:
            await self._allocated.wait_for(lambda: self._next_block == block)
            first_position = self._next_position
            self._next_position += events
            self._next_block += 1
            self._allocated.notify_all()
        return await worker.call(ExpandBlock(first_position))

    def _stock_columns(self) -> tuple[list[str], list[str], list[int], list[int]]:
        skus = sorted({(warehouse, sku) for warehouse, sku, _ in self._changes})
        return (
            [warehouse for warehouse, _ in skus],
            [sku for _, sku in skus],
            [self._changes[*each, "on_hand"] for each in skus],
            [self._changes[*each, "reserved"] for each in skus],
        )


async def _seed(runtime: Runtime) -> FillNetwork:
    """Put the points and the goods of every measurement into the database."""
    dataset = Dataset(runtime.secret)
    await dataset.seed(runtime)
    for point in _points():
        await runtime.directory.put_point(point, runtime.clock())
    await runtime.directory.refresh()
    points, warehouses = runtime.directory()
    return FillNetwork(points, warehouses, tuple(dataset.skus), runtime.secret, runtime.terms)


def _points() -> list[Point]:
    return [
        structs.replace(POINT, code=f"KZN-{each}", transit_days=TRANSIT_DAYS)
        for each in range(1, POINTS + 1)
    ]


async def _vacuum(url: str, on_progress: OnFillProgress, orders: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        for name in (*(table.name for table in TABLES), "stock", "stock_entry"):
            on_progress("collecting statistics", orders)
            await connection.execute(_sql["vacuum"].format(table=name))
    finally:
        await connection.close()


def _first(group: ExceptionGroup) -> Exception:
    """Return the first error of nested groups."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, ExceptionGroup) else error
