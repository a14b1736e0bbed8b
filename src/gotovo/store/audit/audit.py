"""The audit: every order made again from its events and compared with what is stored.

It finds any single change made by hand: a column, the document, an event, the chain, stock, a
refund, an answer, the feed. One snapshot is shared by a process a processor, so orders may go on
living meanwhile. Memory is bounded by a stretch of orders and one entry a sku.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import Any

import asyncpg
from msgspec import Struct, field

from gotovo.store.audit.cross_checks import CrossChecks
from gotovo.store.audit.findings import Finding
from gotovo.store.audit.scan import (
    RANGE_BLOCKS,
    BlockRange,
    OrderScan,
    Scanner,
    ScanResult,
    open_scan,
    snapshot_of,
)
from gotovo.store.postgres.errors import SchemaError
from gotovo.store.postgres.migrations import pending
from gotovo.store.postgres.statements import load_statements
from gotovo.worker_process import worker_process

FINDINGS_MAX = 1000
"""Findings kept; beyond that something is wrong everywhere, and the count says so."""

WORTH_A_PROCESS = 20
"""Stretches, some ten thousand orders: two seconds' work, where a process takes half a second."""

_sql = load_statements("audit/audit.sql")


class AuditCounts(Struct):
    """What an audit has looked at."""

    orders: int = 0
    events: int = 0
    refunds: int = 0
    answers: int = 0
    skus: int = 0


class AuditReport(Struct):
    """What was looked at, how much of it differs, and the first differences by themselves."""

    checked: AuditCounts = field(default_factory=AuditCounts)
    count: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, findings: Sequence[Finding]) -> None:
        """Count these differences, and keep them while there are few."""
        self.count += len(findings)
        self.findings += findings[: FINDINGS_MAX - len(self.findings)]


Progress = Callable[[str, float], None]
"""Hears what is being looked at, and which part of it has been."""


def no_progress(_what: str, _part: float) -> None:
    """Hear nothing."""


async def audit(
    url: str,
    secret: bytes,
    *,
    on_progress: Progress = no_progress,
    workers: int = 0,
    stretch: int = RANGE_BLOCKS,
) -> AuditReport:
    """Look at everything that is stored; a process a processor, unless `workers` says how many.

    `stretch` is how many blocks of orders are read at once. Raises SchemaError where there is
    something to migrate first, and WorkerProcessError where one of the processes can't go on.
    """
    async with snapshot_of(url) as connection:
        if missing := await pending(connection):
            message = f"{len(missing)} schema files are not applied yet: run `gotovo migrate` first"
            raise SchemaError(message)
        stretches = await block_ranges(connection, stretch)
        worth = min(os.cpu_count() or 1, len(stretches) // WORTH_A_PROCESS)
        async with _walkers(connection, url, secret, workers or worth) as walkers:
            return await audit_with(connection, stretches, walkers, on_progress)


async def block_ranges(
    connection: "asyncpg.Connection[Any]", stretch: int = RANGE_BLOCKS
) -> list[BlockRange]:
    """Divide the table of orders; what a snapshot shows lies in the blocks there are after it."""
    blocks = await connection.fetchval(_sql["blocks_of_orders"])
    return [BlockRange(first, first + stretch) for first in range(0, blocks, stretch)]


async def audit_with(
    connection: "asyncpg.Connection[Any]",
    stretches: Sequence[BlockRange],
    walkers: Sequence[Scanner],
    on_progress: Progress = no_progress,
) -> AuditReport:
    """Share the stretches out among the walkers, then look at what no order shows by itself."""
    audited = AuditReport()
    whole = ScanResult()
    turns = iter(stretches)
    done = count(1)

    async def walk(walker: Scanner) -> None:
        for stretch in turns:
            walked = await walker(stretch)
            whole.include(walked)
            audited.add(walked.findings)
            on_progress("orders", next(done) / len(stretches))

    await _side_by_side([walk(walker) for walker in walkers])
    audited.findings.sort(key=lambda finding: finding.key)
    rest = CrossChecks(connection, whole)
    for what, look in rest.looks.items():
        on_progress(what, 0)
        audited.add(await look())
        on_progress(what, 1)
    audited.checked = AuditCounts(
        whole.orders, whole.events, whole.refunds, rest.answers, rest.skus
    )
    return audited


@asynccontextmanager
async def _walkers(
    connection: "asyncpg.Connection[Any]", url: str, secret: bytes, processes: int
) -> AsyncGenerator[Sequence[Scanner]]:
    """Open this many walks in processes of their own; less than two are walked right here."""
    if processes < 2:  # noqa: PLR2004  (one alone would only make this process wait)
        yield [OrderScan(connection, secret).walk]
        return
    snapshot = await connection.fetchval(_sql["share_snapshot"])
    async with AsyncExitStack() as stack:
        walks = [
            await stack.enter_async_context(worker_process(open_scan, url, secret, snapshot))
            for _ in range(processes)
        ]
        yield [walk.call for walk in walks]


async def _side_by_side(walks: Sequence[Coroutine[Any, Any, None]]) -> None:
    try:
        async with asyncio.TaskGroup() as tasks:
            for walk in walks:
                tasks.create_task(walk)
    except ExceptionGroup as several:
        raise several.exceptions[0] from several
