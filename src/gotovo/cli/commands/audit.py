"""`gotovo audit`: every order made again from its events; exit 1 when anything differs."""

import asyncio
import sys

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from gotovo.cli.context import database, report, settings, show
from gotovo.cli.exit_status import PROBLEM
from gotovo.config import read_secret
from gotovo.store.audit.audit import Audited
from gotovo.store.audit.audit import audit as look_at_everything

_TEXT_MAX = 160


def audit(*, json: bool, workers: int) -> None:
    """Check everything that is stored, and say what was looked at."""
    chosen = settings()
    with database(chosen) as url:
        audited = asyncio.run(_audit(url, read_secret(chosen.secret_file), workers))
    checked, count = audited.checked, audited.count
    if json:
        findings = audited.findings
        report({"checked": checked, "findings": findings, "count": count, "clean": count == 0})
    else:
        for finding in audited.findings:
            show(f"{finding.where} {finding.key}: stored {_cut(finding.stored)}")
            show(f"    expected {_cut(finding.expected)}")
        show(
            f"{checked.orders} orders, {checked.events} events, {checked.refunds} refunds, "
            f"{checked.answers} answers, {checked.skus} skus: "
            + (f"{count} differ." if count else "all as their events make them.")
        )
    sys.exit(PROBLEM if count else 0)


async def _audit(url: str, secret: bytes, workers: int) -> Audited:
    terminal = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=terminal,
        transient=True,
        disable=not terminal.is_terminal,
    )
    tasks: dict[str, TaskID] = {}

    def tell(what: str, part: float) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=1.0)
        bar.update(tasks[what], completed=part)

    with bar:
        return await look_at_everything(url, secret, on_progress=tell, workers=workers)


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT_MAX else f"{text[:_TEXT_MAX]}…"
