"""`gotovo import orders`: import another system's orders; exit status 1 on rejected rows."""

import asyncio
import os
import shlex
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import time
from functools import partial
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
from gotovo.cli.exit_status import PROBLEM
from gotovo.cli.import_file import chosen_language, explained, open_regular
from gotovo.cli.options import JsonOption
from gotovo.config import Settings
from gotovo.engine.engine import one_lane
from gotovo.exchange.imports.amounts import MARKS, DecimalMark
from gotovo.exchange.imports.checkpoints import ReadCheckpoints, StoredCheckpoints
from gotovo.exchange.imports.columns import Profile, profile_for, with_mapping
from gotovo.exchange.imports.files.rejects import (
    FirstRejects,
    RejectedRows,
    RejectsFile,
    is_free,
    shown_value,
)
from gotovo.exchange.imports.files.row import ImportRow, Rejection
from gotovo.exchange.imports.files.table import FileFormat, detect_table
from gotovo.exchange.imports.importer import ImportCounts, ImportTarget, import_rows
from gotovo.exchange.imports.olist import OLIST
from gotovo.exchange.imports.preflight import PreflightContext
from gotovo.exchange.imports.record import AMOUNTS
from gotovo.exchange.imports.source import Source, source_of
from gotovo.points.timetable import every_day
from gotovo.points.warehouse import Warehouse, warehouse_errors
from gotovo.store.tables.orders.imports import ImportCheckpointStore, ImportedOrderReads
from gotovo.words.imports.file_errors import FileErrorCode, ImportFileError
from gotovo.words.imports.report import (
    RowCounts,
    counts_text,
    more_text,
    reading_text,
    rejection_text,
    rejects_text,
)
from gotovo.words.imports.row_errors import row_error_text
from gotovo.words.language import Language

PROFILES = (OLIST,)

SHOWN_MAX = 20
"""Rejected rows that are printed; the counts include the rest."""

_OPENS, _CLOSES = time(9), time(18)


app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Import orders from another system."
)


@app.callback()
def import_() -> None:
    """Import data from another system."""


class RejectedRow(Struct, frozen=True):
    """One rejected row of the report."""

    line: int
    column: str
    value: str
    expected: str


class Imported(Struct, frozen=True):
    """The report: how the file was read, what became of the rows, and how fast.

    `decimals` are by column; `rejections` are the first ones. `next_command` imports the rejected
    rows once they are corrected.
    """

    file: str
    origin: str
    dry_run: bool
    encoding: str
    delimiter: str
    decimals: dict[str, str]
    rows: int
    imported: int
    present: int
    rejected: int
    contradictions: int
    rejections: list[RejectedRow]
    rejected_file: str
    next_command: str
    resumed_at_line: int
    seconds: float


class _Options(Struct, frozen=True):
    """The options of one run that concern the file."""

    file: Path
    rejects_to: Path
    mapping: tuple[str, ...]
    origin: str
    encoding: str
    delimiter: str
    decimal: str
    dry_run: bool


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
    decimal: Annotated[
        str,
        typer.Option(help="What decimals begin with: point or comma; found by column by default."),
    ] = "",
    delimiter: Annotated[str, typer.Option(help="One character, or tab; found by default.")] = "",
    encoding: Annotated[str, typer.Option(help="utf-8, utf-16, cp1251, …; found by default.")] = "",
    language: Annotated[
        str,
        typer.Option(help="Language of the report, ru or en; the terminal's by default."),
    ] = "",
    json: JsonOption = False,
) -> None:
    """Import each row as an order with its steps, at the times they were taken.

    An interrupted import resumes where it stopped; importing a file again changes nothing.
    Exit status 1 when rows were rejected.
    """
    spoken = chosen_language(language)
    rejects_to = rejected or file.with_name(f"{file.name}.rejected.csv")
    pairs = tuple(mapping or ())
    options = _Options(file, rejects_to, pairs, origin, encoding, delimiter, decimal, dry_run)
    with explained(spoken):
        done = _run(settings(), options, spoken)
    if json:
        print_json(done[0])
    else:
        _print(*done, spoken)
    sys.exit(PROBLEM if done[0].rejected else 0)


def _run(
    chosen: Settings, options: _Options, language: Language
) -> tuple[Imported, list[ImportRow]]:
    """Import the file; return the report, and the first rejected rows."""
    began = monotonic()
    with open_regular(options.file) as stream:
        _check_rejects(options)
        source = _source(stream, options)
        shown = FirstRejects(SHOWN_MAX)
        rejects: RejectedRows = shown
        if not options.dry_run:
            explain = partial(_expected, language)
            rejects = RejectsFile(options.rejects_to, source.table, explain, shown)
        with database(chosen) as url:
            resumed_at, count = asyncio.run(_import(chosen, url, source, rejects, options.dry_run))
        rejects.close()
    return _report(options, source, count, resumed_at, monotonic() - began, shown, language)


def _expected(language: Language, rejection: Rejection) -> str:
    return row_error_text(rejection.error, language)


def _check_rejects(options: _Options) -> None:
    """Refuse a place for rejected rows that is not free; a dry run promises the real one."""
    path = options.rejects_to
    values = {"file": str(path), "option": "--rejected"}
    if path.exists() and path.samefile(options.file):
        raise ImportFileError(FileErrorCode.SAME_FILE, **values)
    if not os.access(path.parent, os.W_OK):
        raise ImportFileError(FileErrorCode.REJECTS_UNWRITABLE, **values)
    if not is_free(path):
        raise ImportFileError(FileErrorCode.REJECTS_OCCUPIED, **values)


def _source(stream: BufferedReader, options: _Options) -> Source:
    decimal = _decimal(options.decimal)
    name = str(options.file)
    table = detect_table(stream, FileFormat(name, options.encoding, options.delimiter))
    known = profile_for(table.columns, PROFILES)
    profile = with_mapping(known, options.mapping, table.columns)
    profile = structs.replace(profile, origin=options.origin or profile.origin)
    with _bar(stream, "read") as reach:
        return source_of(stream, table, profile, decimal, reach)


def _decimal(stated: str) -> DecimalMark | None:
    if not stated:
        return None
    if stated not in set(DecimalMark):
        values = {"option": "--decimal", "value": stated, "expected": ", ".join(DecimalMark)}
        raise ImportFileError(FileErrorCode.DECIMAL, **values)
    return DecimalMark(stated)


@contextmanager
def _bar(stream: BufferedReader, name: str) -> Generator[Callable[[int], None]]:
    """Show how far a pass over the file has got; yield what is told the byte."""
    size = stream.seek(0, os.SEEK_END)
    columns = (TextColumn(name), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=size)
        yield lambda offset: bar.update(task, completed=offset)


async def _import(
    chosen: Settings, url: str, source: Source, rejects: RejectedRows, dry_run: bool
) -> tuple[int, ImportCounts]:
    """Return the line that the run was resumed at, if it was, and what became of the rows."""
    assert isinstance(source.file, BufferedReader)
    async with open_runtime(chosen, url) as runtime:
        target = await _target(runtime, source.profile, dry_run)
        begun: list[int] = []
        with _bar(source.file, "import") as reach:

            def advance(count: ImportCounts) -> None:
                begun.append(count.line) if not begun else None
                reach(count.offset)

            count = await import_rows(source, target, rejects, advance)
    resumed = begun[0] != source.table.first.line
    return begun[0] if resumed else 0, count


async def _target(runtime: Runtime, profile: Profile, dry_run: bool) -> ImportTarget:
    """Return the import's target; the other system's orders get a warehouse of their own.

    It is an archive, which takes no live orders (rule 4.1).
    """
    points, warehouses = runtime.directory()
    code = profile.origin.upper()
    warehouse = Warehouse(
        code,
        f"{profile.origin} (import)",
        every_day(profile.time_zone, _OPENS, _CLOSES),
        accepts_orders=False,
    )
    error = next(iter(warehouse_errors(warehouse)), None)
    if error is not None:
        values = {"option": "--origin", "value": profile.origin, "expected": error.expected}
        raise ImportFileError(FileErrorCode.ORIGIN, **values)
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
        imported=ImportedOrderReads(runtime.pool),
        checkpoints=ReadCheckpoints(checkpoints) if dry_run else checkpoints,
        context=context,
        warehouse=code,
    )


def _report(
    options: _Options,
    source: Source,
    count: ImportCounts,
    resumed_at: int,
    seconds: float,
    shown: FirstRejects,
    language: Language,
) -> tuple[Imported, list[ImportRow]]:
    rejections = [
        RejectedRow(row.line, why.column, shown_value(why), _expected(language, why))
        for row in shown.rows
        if (why := row.rejection)
    ]
    to_correct = count.rejected and not options.dry_run
    columns, decimals = source.profile.columns, source.reading.decimals
    marks = {columns[name]: decimals.of(name) for name in AMOUNTS if name in columns}
    imported = Imported(
        file=str(options.file),
        origin=source.profile.origin,
        dry_run=options.dry_run,
        encoding=source.table.encoding.name,
        delimiter=source.table.delimiter,
        decimals={column: mark for column, mark in marks.items() if mark},
        rows=count.rows,
        imported=count.imported,
        present=count.present,
        rejected=count.rejected,
        contradictions=count.contradictions,
        rejections=rejections,
        rejected_file=str(options.rejects_to) if to_correct else "",
        next_command=_next_command(options) if to_correct else "",
        resumed_at_line=resumed_at,
        seconds=round(seconds, 3),
    )
    return imported, shown.rows


def _next_command(options: _Options) -> str:
    """Return the command that imports the rejected rows; encoding and delimiter are our own."""
    command = ["gotovo", "import", "orders", str(options.rejects_to)]
    for pair in options.mapping:
        command += ["--map", pair]
    for option, value in (("--origin", options.origin), ("--decimal", options.decimal)):
        command += [option, value] if value else []
    return shlex.join(command)


def _print(done: Imported, rejected: list[ImportRow], language: Language) -> None:
    marks = {column: MARKS[DecimalMark(mark)] for column, mark in done.decimals.items()}
    print_line(reading_text(done.encoding, done.delimiter, marks, language))
    for row in rejected:
        why = row.rejection
        if why is not None:
            value = shown_value(why)
            print_line(rejection_text(row.line, why.column, value, why.error, language))
    if done.rejected > len(rejected):
        print_line(more_text(done.rejected - len(rejected), language))
    counts = RowCounts(done.imported, done.present, done.rejected, done.contradictions)
    print_line(
        counts_text(
            counts,
            done.seconds,
            language,
            dry_run=done.dry_run,
            resumed_at=done.resumed_at_line,
        )
    )
    if done.rejected_file:
        print_line(rejects_text(done.rejected_file, done.next_command, language))
