"""Audit: replays every order from its events and compares it with what is stored (rule 4.14).

It finds any single change made by hand: a column, the document, an event, the hash chain, stock, a
refund, the order of a payment, an attempt to pay, the ledger of money, whose a message is, an
idempotency record, the words of a note, a photo, the feed, the vans and what came with them, the
security log, and the keys, shops and places whose state that records. A worker process for each
processor reads the same snapshot, so orders can change meanwhile. Memory is bounded by a range of
orders and an entry a sku.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import Any

import asyncpg
from msgspec import Struct, field

from gotovo.store.audit.box_checks import BoxChecks
from gotovo.store.audit.cross_checks import CrossChecks
from gotovo.store.audit.findings import Finding
from gotovo.store.audit.manifest_checks import ManifestChecks
from gotovo.store.audit.scan import (
    RANGE_BLOCKS,
    BlockRange,
    OrderScan,
    Scanner,
    ScanResult,
    open_scan,
    snapshot_of,
)
from gotovo.store.audit.security_checks import SecurityChecks
from gotovo.store.postgres.errors import SchemaError
from gotovo.store.postgres.migrations import pending
from gotovo.store.postgres.statements import load_statements
from gotovo.worker_process import worker_process

FINDINGS_MAX = 1000
"""Findings shown; if there are more, something is wrong everywhere, and the count says so."""

WORTH_A_PROCESS = 20
"""Ranges, some ten thousand orders: two seconds of work, where a process takes half a second."""

_sql = load_statements("audit/audit.sql")


class AuditCounts(Struct):
    """How much was checked; `money` are rows about money beside the orders.

    `unproved` are orders whose contact can't be compared: the customer's key of its digest was
    destroyed.
    """

    orders: int = 0
    events: int = 0
    refunds: int = 0
    identities: int = 0
    answers: int = 0
    skus: int = 0
    entries: int = 0
    states: int = 0
    texts: int = 0
    unproved: int = 0
    money: int = 0


class AuditReport(Struct):
    """What was checked, the number of differences, and the first of them."""

    checked: AuditCounts = field(default_factory=AuditCounts)
    count: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, findings: Sequence[Finding]) -> None:
        """Count these differences, and add them while there are few."""
        self.count += len(findings)
        self.findings += findings[: FINDINGS_MAX - len(self.findings)]


Progress = Callable[[str, float], None]
"""Called with what is being checked, and the share that is done."""


def no_progress(_what: str, _part: float) -> None:
    """Show no progress."""


async def audit(
    url: str,
    secrets: Sequence[bytes],
    *,
    on_progress: Progress = no_progress,
    workers: int = 0,
    range_blocks: int = RANGE_BLOCKS,
) -> AuditReport:
    """Check everything that is stored, in `workers` processes; by default one per processor.

    `range_blocks` is how many blocks of orders are read at once. Raises SchemaError where there is
    something to migrate first, and WorkerProcessError where one of the processes can't go on.
    """
    async with snapshot_of(url) as connection:
        if missing := await pending(connection):
            message = f"{len(missing)} schema files are not applied yet: run `gotovo migrate` first"
            raise SchemaError(message)
        ranges = await block_ranges(connection, range_blocks)
        worth = min(os.cpu_count() or 1, len(ranges) // WORTH_A_PROCESS)
        async with _scanners(connection, url, secrets, workers or worth) as scanners:
            return await audit_with(connection, ranges, scanners, on_progress)


async def block_ranges(
    connection: "asyncpg.Connection[Any]", range_blocks: int = RANGE_BLOCKS
) -> list[BlockRange]:
    """Divide the table of orders; the blocks there are after a snapshot include all it shows."""
    blocks = await connection.fetchval(_sql["blocks_of_orders"])
    return [BlockRange(first, first + range_blocks) for first in range(0, blocks, range_blocks)]


async def audit_with(
    connection: "asyncpg.Connection[Any]",
    ranges: Sequence[BlockRange],
    scanners: Sequence[Scanner],
    on_progress: Progress = no_progress,
) -> AuditReport:
    """Share the ranges among the scanners, then run the cross-checks."""
    report = AuditReport()
    whole = ScanResult()
    turns = iter(ranges)
    done = count(1)

    async def scan(scanner: Scanner) -> None:
        for range_blocks in turns:
            scanned = await scanner(range_blocks)
            whole.include(scanned)
            report.add(scanned.findings)
            on_progress("orders", next(done) / len(ranges))

    await _concurrently([scan(scanner) for scanner in scanners])
    report.findings.sort(key=lambda finding: finding.key)
    cross, security = CrossChecks(connection, whole), SecurityChecks(connection)
    manifests, boxes = ManifestChecks(connection), BoxChecks(connection)
    checks = {**cross.checks, **manifests.checks, **boxes.checks, **security.checks}
    for what, check in checks.items():
        on_progress(what, 0)
        report.add(await check())
        on_progress(what, 1)
    report.checked = AuditCounts(
        whole.orders,
        whole.events,
        whole.refunds,
        whole.identities,
        cross.answers,
        cross.skus,
        security.entries,
        security.states,
        whole.texts,
        whole.unproved,
        whole.money,
    )
    return report


@asynccontextmanager
async def _scanners(
    connection: "asyncpg.Connection[Any]", url: str, secrets: Sequence[bytes], processes: int
) -> AsyncGenerator[Sequence[Scanner]]:
    """Open this many scans in processes of their own; fewer than two run in this process."""
    if processes < 2:  # noqa: PLR2004  (one alone would only make this process wait)
        yield [OrderScan(connection, secrets).scan]
        return
    snapshot = await connection.fetchval(_sql["share_snapshot"])
    async with AsyncExitStack() as stack:
        scans = [
            await stack.enter_async_context(worker_process(open_scan, url, secrets, snapshot))
            for _ in range(processes)
        ]
        yield [scan.call for scan in scans]


async def _concurrently(scans: Sequence[Coroutine[Any, Any, None]]) -> None:
    try:
        async with asyncio.TaskGroup() as tasks:
            for scan in scans:
                tasks.create_task(scan)
    except ExceptionGroup as several:
        raise several.exceptions[0] from several
