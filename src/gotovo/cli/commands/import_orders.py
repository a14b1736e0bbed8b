"""`gotovo import orders`: another system's orders become lives; exit 1 when rows were rejected."""

import asyncio
import os
import sys
from datetime import time
from io import BufferedReader
from pathlib import Path
from time import monotonic

from msgspec import Struct, structs
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from gotovo.assembly.runtime import House, open_house
from gotovo.cli.context import database, report, settings, show
from gotovo.cli.exit_status import PROBLEM, WrongUse
from gotovo.config import Settings
from gotovo.engine.engine import one_lane
from gotovo.exchange.imports.checkpoints import ForgetfulCheckpoints, StoredCheckpoints
from gotovo.exchange.imports.columns import Profile, WrongMapping, profile_for, with_mapping
from gotovo.exchange.imports.importer import Carrier, Count, Source, carry_over, source_of
from gotovo.exchange.imports.olist import OLIST
from gotovo.exchange.imports.reader import NoRows, Rejection, Row, look_at
from gotovo.exchange.imports.rehearsal import Stagehand
from gotovo.exchange.imports.rejects import FirstRejects, RejectedRows, Rejects, is_free
from gotovo.points.timetable import every_day
from gotovo.points.warehouse import Warehouse, warehouse_faults
from gotovo.store.tables.orders.import_checkpoints import ImportCheckpointStore

PROFILES = (OLIST,)

SHOWN_MAX = 20
"""Rejected rows that a dry run prints; the counts tell of the rest."""

_SECOND_LINE = 2
"""Where the rows of a CSV file begin; an import that begins later was resumed."""

_OPENS, _CLOSES = time(9), time(18)


class Imported(Struct, frozen=True):
    """The report: what became of the rows, and how fast."""

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


def import_orders(
    *,
    file: Path,
    dry_run: bool,
    mapping: list[str],
    rejected: Path | None,
    json: bool,
    origin: str = "",
) -> None:
    """Import a file, say what became of its rows, and end with the status."""
    rejects_to = rejected or file.with_name(f"{file.name}.rejected.csv")
    if not dry_run and not os.access(rejects_to.parent, os.W_OK):
        raise WrongUse(f"{rejects_to} can't be written: say --rejected PATH")
    if not dry_run and not is_free(rejects_to):
        raise WrongUse(f"{rejects_to} is there and holds no rejected rows: say --rejected PATH")
    chosen = settings()
    began = monotonic()
    with _opened(file) as stream:
        source = _source(stream, mapping, origin)
        shown = FirstRejects(SHOWN_MAX)
        rejects = shown if dry_run else Rejects(rejects_to, source.table.columns)
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
        report(done)
    else:
        _say(done, shown.rows)
    sys.exit(PROBLEM if count.rejected else 0)


def _opened(file: Path) -> BufferedReader:
    if not file.is_file():
        raise WrongUse(f"{file} is no file that can be read")
    return file.open("rb")


def _source(stream: BufferedReader, mapping: list[str], origin: str) -> Source:
    try:
        table = look_at(stream)
        known = profile_for(table.columns, PROFILES)
        profile = with_mapping(known, mapping, table.columns)
    except NoRows as error:
        raise WrongUse("the file has no header and no JSON object to tell its columns") from error
    except WrongMapping as error:
        raise WrongUse(str(error)) from error
    return source_of(stream, table, structs.replace(profile, origin=origin or profile.origin))


async def _import(
    chosen: Settings, url: str, source: Source, rejects: RejectedRows, dry_run: bool
) -> tuple[int, Count]:
    """Return the line that the run began at, and what became of the rows."""
    async with open_house(chosen, url) as house:
        carrier = await _carrier(house, source.profile, dry_run)
        size = source.file.seek(0, os.SEEK_END)
        columns = (TextColumn("import"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        begun: list[int] = []
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("import", total=size)

            def advance(count: Count) -> None:
                begun.append(count.line) if not begun else None
                bar.update(task, completed=count.offset)

            count = await carry_over(source, carrier, rejects, advance)
    return begun[0], count


async def _carrier(house: House, profile: Profile, dry_run: bool) -> Carrier:
    """Return what carrying needs; a warehouse of its own keeps the other system's orders apart."""
    points, warehouses = house.directory()
    code = profile.origin.upper()
    warehouse = Warehouse(
        code, f"{profile.origin} (import)", every_day(profile.time_zone, _OPENS, _CLOSES)
    )
    fault = next(iter(warehouse_faults(warehouse)), None)
    if fault is not None:
        raise WrongUse(f"--origin {profile.origin}: expected a warehouse code {fault.expected}")
    if code not in warehouses and not dry_run:
        await house.directory.put_warehouse(warehouse, house.clock())
    stage = Stagehand(points, {code: warehouse, **warehouses}, house.secret, house.clock())
    checkpoints = StoredCheckpoints(ImportCheckpointStore(house.pool, house.clock))
    return Carrier(
        engine=None if dry_run else house.engine,
        journal=house.journal,
        lane_of=one_lane,
        checkpoints=ForgetfulCheckpoints() if dry_run else checkpoints,
        stage=stage,
        warehouse=code,
    )


def _say(done: Imported, rejected: list[Row]) -> None:
    for row in rejected:
        why = row.rejection or Rejection("", "", "")
        show(f"line {row.line}: {why.field} is {why.value!r}, expected {why.expected}")
    would = "would be " if done.dry_run else ""
    again = f" (from line {done.resumed_at_line})" if done.resumed_at_line > _SECOND_LINE else ""
    show(
        f"{done.rows} rows in {done.seconds:.1f} s{again}: {done.imported} {would}imported, "
        f"{done.present} there already, {done.rejected} rejected; "
        f"{done.contradictions} contradict themselves and {would or 'are '}flagged."
    )
    if done.rejected_file:
        show(f"Rejected rows, each with its reason: {done.rejected_file}")
