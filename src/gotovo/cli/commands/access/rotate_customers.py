"""`gotovo secret rotate-customers`: replace the customer's key, by a job that may be stopped."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from gotovo.assembly.keyring.customer_rotation import (
    CustomerKeyReport,
    CustomerRotationError,
    begun,
    finish,
    report,
    take_over,
)
from gotovo.cli.commands.access.secret_database import (
    DryRunOption,
    HoursOption,
    YesOption,
    fail,
    instant_text,
    with_pool,
)
from gotovo.cli.context import author, print_json, print_line, print_status, settings
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.keyring.rotation import RotationUnderWay

if TYPE_CHECKING:
    import asyncpg

WAITED_SECONDS_MAX = 60
"""How long the job waits for a rotation that was just made; for a later one it is run later."""


def rotate_customers(
    finishes: Annotated[
        bool,
        typer.Option(
            "--finish", help="Destroy the older key, once buyers are looked up under the new one."
        ),
    ] = False,
    begins_in_hours: HoursOption = 0,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Replace the key that buyers are looked up by, while orders are placed.

    Every buyer whose phone is known keeps the account. The job may be stopped and run again; both
    keys are accepted until it is run with --finish. Exit status 1 when it can't run now.
    """
    chosen = settings()
    file = chosen.secret_file

    async def run(pool: "asyncpg.Pool[Any]") -> CustomerKeyReport:
        if finishes:
            return await finish(pool, file, _now, author())
        later = timedelta(hours=begins_in_hours) if begins_in_hours else None
        return await _job(pool, file, later)

    try:
        plan = with_pool(chosen, lambda pool: report(pool, file, _now()))
        if dry_run:
            _print(plan, json=json, done=False, finishes=finishes)
            return
        if not yes:
            _ask(plan, finishes=finishes)
        done = with_pool(chosen, run)
    except (CustomerRotationError, RotationUnderWay) as error:
        fail(str(error), json=json)
    _print(done, json=json, done=True, finishes=finishes)


def report_lines(report: CustomerKeyReport) -> list[str]:
    """Return how far a change is, as `gotovo secret status` says it; empty without one."""
    if report.is_finished:
        return []
    if report.begins_at is None:
        return ["customer's key: both keys are in the file; run rotate-customers --finish again"]
    share = "all orders were reached" if report.is_mapped else f"{report.share:.0%} of the orders"
    return [
        f"customer's key: moving to version {report.version}, {share}, {report.phones} phones",
        f"accounts that no phone opens under it: {report.accounts_left}",
    ]


async def _job(pool: "asyncpg.Pool[Any]", file: Path, later: timedelta | None) -> CustomerKeyReport:
    try:
        state = await begun(pool, file, _now(), author(), later)
    except RotationUnderWay as error:
        wait = (error.begins_at - _now()).total_seconds()
        if wait > WAITED_SECONDS_MAX:
            raise
        print_status(f"{str(error).capitalize()}: waiting.")
        await asyncio.sleep(max(0.0, wait) + 1)
        state = await begun(pool, file, _now(), author(), later)
    if _now() < state.begins_at:
        print_status(f"Every server knows the new key at {instant_text(state.begins_at)}: waiting.")
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
    with bar:
        task = bar.add_task("buyers", total=1.0)
        return await take_over(pool, file, _now, lambda share: bar.update(task, completed=share))


def _ask(plan: CustomerKeyReport, *, finishes: bool) -> None:
    for line in _lines(plan, done=False, finishes=finishes):
        print_status(line)
    question = "Destroy the older key?" if finishes else "Replace the customer's key?"
    if not typer.confirm(question, err=True):
        raise WrongUsage("not confirmed: nothing was changed")


def _print(report: CustomerKeyReport, *, json: bool, done: bool, finishes: bool) -> None:
    if json:
        print_json({"done": done, **msgspec.to_builtins(report)})
        return
    for line in _lines(report, done=done, finishes=finishes):
        print_line(line)


def _lines(report: CustomerKeyReport, *, done: bool, finishes: bool) -> list[str]:
    left = (
        f"{report.accounts_left} accounts have no phone that is known (imported, erased, or older "
        "than contact_days)"
    )
    are, only = ("are", "is") if done else ("would be", "would be")
    if not finishes:
        lines = [
            f"Version {report.version}: {report.phones} buyers {are} looked up under it.",
            f"{left}: they open while the older key stands, and move when their buyer signs in.",
        ]
        if done:
            lines.append("Run `gotovo secret rotate-customers --finish` to destroy the older key.")
        return lines
    lines = [
        f"Version {report.version} {only} the only customer's key, of {report.phones} buyers.",
        f"{left}: no phone {'opens' if done else 'would open'} them any more.",
    ]
    if report.codes or report.links:
        lines.append(
            f"Pick-up codes that change: {report.codes}. Links that end: {report.links}. The "
            "older version had one key for everything: run `gotovo secret renew-codes` afterwards."
        )
    if done:
        lines.append(
            "Copy the secret file again. Keep the older copy, sealed, for as long as backups from "
            "before may be restored, and destroy it then."
        )
    return lines


def _now() -> datetime:
    return datetime.now(UTC)
