"""`gotovo import orders`: import another system's orders; exit status 1 on rejected rows."""

import asyncio
import os
import sys
from datetime import time
from io import BufferedReader
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from msgspec import Struct, structs
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from gotovo.assembly.runtime import Runtime, open_runtime
from gotovo.cli.context import database, print_json, print_line, settings
from gotovo.cli.exit_status import PROBLEM, WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.config import Settings
from gotovo.engine.engine import one_lane
from gotovo.exchange.imports.checkpoints import NoCheckpoints, StoredCheckpoints
from gotovo.exchange.imports.columns import Profile, WrongMapping, profile_for, with_mapping
from gotovo.exchange.imports.importer import (
    ImportCounts,
    ImportTarget,
    Source,
    import_rows,
    source_of,
)
from gotovo.exchange.imports.olist import OLIST
from gotovo.exchange.imports.preflight import PreflightContext
from gotovo.exchange.imports.reader import ImportRow, NoRows, Rejection, detect_table
from gotovo.exchange.imports.rejects import FirstRejects, RejectedRows, RejectsFile, is_free
from gotovo.points.timetable import every_day
from gotovo.points.warehouse import Warehouse, warehouse_errors
from gotovo.store.tables.orders.import_checkpoints import ImportCheckpointStore

PROFILES = (OLIST,)

SHOWN_MAX = 20
"""Rejected rows that a dry run prints; the counts include the rest."""

_SECOND_LINE = 2
"""The first row of a CSV file; an import that begins later was resumed."""

_OPENS, _CLOSES = time(9), time(18)


app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Import orders from another system."
)


@app.callback()
def import_() -> None:
    """Import data from another system."""


class Imported(Struct, frozen=True):
    """The report: counts of the rows, and the duration."""

    file: str
    origin: str
    dry_run: bool
    rows: int
    imported: int
    present: int
    rejected: int
    contradictions: int
    rejected_file: str
    resumed_at_line: int
    seconds: float


@app.command("orders")
def import_orders(
    file: Annotated[Path, typer.Argument(help="CSV or JSON lines.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check every row, write nothing.")
    ] = False,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="NAME=COLUMN", help="Read a field from this column; repeatable."
        ),
    ] = None,
    rejected: Annotated[
        Path | None,
        typer.Option(help="Where to write rejected rows; FILE.rejected.csv by default."),
    ] = None,
    origin: Annotated[
        str, typer.Option(help="Name of the other system; order ids are unique within it.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Import each row as an order with its steps, at the times they were taken.

    An interrupted import resumes where it stopped; importing a file again changes nothing.
    Exit status 1 when rows were rejected.
    """
    rejects_to = rejected or file.with_name(f"{file.name}.rejected.csv")
    if not dry_run and not os.access(rejects_to.parent, os.W_OK):
        raise WrongUsage(f"{rejects_to} can't be written; choose --rejected PATH")
    if not dry_run and not is_free(rejects_to):
        raise WrongUsage(
            f"{rejects_to} exists and is not a file of rejected rows; choose --rejected PATH"
        )
    chosen = settings()
    began = monotonic()
    with _opened(file) as stream:
        source = _source(stream, mapping or [], origin)
        shown = FirstRejects(SHOWN_MAX)
        rejects = shown if dry_run else RejectsFile(rejects_to, source.table.columns)
        with database(chosen) as url:
            resumed_at, count = asyncio.run(_import(chosen, url, source, rejects, dry_run))
        rejects.close()
    done = Imported(
        file=str(file),
        origin=source.profile.origin,
        dry_run=dry_run,
        rows=count.rows,
        imported=count.imported,
        present=count.present,
        rejected=count.rejected,
        contradictions=count.contradictions,
        rejected_file=str(rejects_to) if count.rejected and not dry_run else "",
        resumed_at_line=resumed_at,
        seconds=round(monotonic() - began, 3),
    )
    if json:
        print_json(done)
    else:
        _print_report(done, shown.rows)
    sys.exit(PROBLEM if count.rejected else 0)


def _opened(file: Path) -> BufferedReader:
    if not file.is_file():
        raise WrongUsage(f"FILE: {file} is not a readable file")
    return file.open("rb")


def _source(stream: BufferedReader, mapping: list[str], origin: str) -> Source:
    try:
        table = detect_table(stream)
        known = profile_for(table.columns, PROFILES)
        profile = with_mapping(known, mapping, table.columns)
    except NoRows as error:
        raise WrongUsage("the file has neither a header nor JSON objects") from error
    except WrongMapping as error:
        raise WrongUsage(str(error)) from error
    return source_of(stream, table, structs.replace(profile, origin=origin or profile.origin))


async def _import(
    chosen: Settings, url: str, source: Source, rejects: RejectedRows, dry_run: bool
) -> tuple[int, ImportCounts]:
    """Return the line at which the run began, and the counts of its rows."""
    async with open_runtime(chosen, url) as runtime:
        target = await _target(runtime, source.profile, dry_run)
        size = source.file.seek(0, os.SEEK_END)
        columns = (TextColumn("import"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        begun: list[int] = []
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("import", total=size)

            def advance(count: ImportCounts) -> None:
                begun.append(count.line) if not begun else None
                bar.update(task, completed=count.offset)

            count = await import_rows(source, target, rejects, advance)
    return begun[0], count


async def _target(runtime: Runtime, profile: Profile, dry_run: bool) -> ImportTarget:
    """Return the import's target; the other system's orders get a warehouse of their own."""
    points, warehouses = runtime.directory()
    code = profile.origin.upper()
    warehouse = Warehouse(
        code, f"{profile.origin} (import)", every_day(profile.time_zone, _OPENS, _CLOSES)
    )
    error = next(iter(warehouse_errors(warehouse)), None)
    if error is not None:
        raise WrongUsage(f"--origin {profile.origin}: expected a warehouse code {error.expected}")
    if code not in warehouses and not dry_run:
        await runtime.directory.put_warehouse(warehouse, runtime.clock())
    context = PreflightContext(
        points, {code: warehouse, **warehouses}, runtime.secret, runtime.clock()
    )
    checkpoints = StoredCheckpoints(ImportCheckpointStore(runtime.pool, runtime.clock))
    return ImportTarget(
        engine=None if dry_run else runtime.engine,
        journal=runtime.journal,
        lane_of=one_lane,
        checkpoints=NoCheckpoints() if dry_run else checkpoints,
        context=context,
        warehouse=code,
    )


def _print_report(done: Imported, rejected: list[ImportRow]) -> None:
    for row in rejected:
        why = row.rejection or Rejection("", "", "")
        print_line(f"line {row.line}: {why.field} is {why.value!r}, expected {why.expected}")
    would = "would be " if done.dry_run else ""
    resumed = f" (from line {done.resumed_at_line})" if done.resumed_at_line > _SECOND_LINE else ""
    print_line(
        f"{done.rows} rows in {done.seconds:.1f} s{resumed}: {done.imported} {would}imported, "
        f"{done.present} already present, {done.rejected} rejected; "
        f"{done.contradictions} contradictory and {would or 'are '}flagged."
    )
    if done.rejected_file:
        print_line(f"Rejected rows, with reasons: {done.rejected_file}")
