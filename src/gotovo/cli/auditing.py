"""`gotovo audit`: every order made again from its events; exit 1 when anything differs."""

import asyncio
import sys

import asyncpg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gotovo.cli.ending import PROBLEM
from gotovo.cli.opening import database, report, settings, show
from gotovo.config import Settings, read_secret
from gotovo.store.audit import Audit, Checked
from gotovo.store.findings import Finding

SHOWN_MAX = 1000
"""Findings printed; beyond that something is wrong everywhere, and the count says so."""

_TEXT_MAX = 160


def audit(*, json: bool) -> None:
    """Check everything that is stored, and say what was looked at."""
    chosen = settings()
    with database(chosen) as url:
        checked, findings, count = asyncio.run(_audit(url, chosen))
    if json:
        report({"checked": checked, "findings": findings, "count": count, "clean": count == 0})
    else:
        for finding in findings:
            show(f"{finding.where} {finding.key}: stored {_cut(finding.stored)}")
            show(f"    expected {_cut(finding.expected)}")
        show(
            f"{checked.orders} orders, {checked.events} events, {checked.refunds} refunds, "
            f"{checked.answers} answers, {checked.skus} skus: "
            + (f"{count} differ." if count else "all as their events make them.")
        )
    sys.exit(PROBLEM if count else 0)


async def _audit(url: str, chosen: Settings) -> tuple[Checked, list[Finding], int]:
    """Read everything in one snapshot, so that orders may go on living meanwhile."""
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            audit = Audit(connection, read_secret(chosen.secret_file))
            return await _walk(audit, await audit.count_orders())
    finally:
        await connection.close()


async def _walk(audit: Audit, total: int) -> tuple[Checked, list[Finding], int]:
    columns = (TextColumn("audit"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    found: list[Finding] = []
    count = 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("audit", total=total)
        async for finding in audit.findings(lambda done: bar.update(task, completed=done)):
            count += 1
            if count <= SHOWN_MAX:
                found.append(finding)
    return audit.checked, found, count


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT_MAX else f"{text[:_TEXT_MAX]}…"
