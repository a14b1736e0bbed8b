"""`gotovo import orders`: import another system's orders; exit status 1 on rejected rows."""

import asyncio
import os
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
from msgspec import structs
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from gotovo.access.programs.api_keys import shop_named
from gotovo.assembly.runtime import Runtime, bring_up, open_runtime
from gotovo.cli.context import author, database, print_json, settings
from gotovo.cli.exit_status import PROBLEM
from gotovo.cli.import_file import chosen_language, explained, open_regular
from gotovo.cli.import_report import ImportOptions, ImportRun, print_report, report_of
from gotovo.cli.options import JsonOption, text_in_one_form
from gotovo.config import Settings
from gotovo.engine.engine import one_lane
from gotovo.exchange.imports.amounts import DecimalMark
from gotovo.exchange.imports.checkpoints import ReadCheckpoints, StoredCheckpoints
from gotovo.exchange.imports.columns import Profile, profile_for, read_mapping, with_mapping
from gotovo.exchange.imports.files.encoding import stated_codec
from gotovo.exchange.imports.files.rejects import (
    FirstRejects,
    RejectedRows,
    RejectsFile,
    is_free,
)
from gotovo.exchange.imports.files.row import Rejection
from gotovo.exchange.imports.files.table import FileFormat, detect_table, stated_delimiter
from gotovo.exchange.imports.importer import ImportCounts, ImportTarget, import_rows
from gotovo.exchange.imports.olist import OLIST
from gotovo.exchange.imports.preflight import PreflightContext
from gotovo.exchange.imports.source import Source, source_of
from gotovo.order.values.actor import DEFAULT_SHOP, DEFAULT_SHOP_NAME
from gotovo.order.values.settlement.currency import CURRENCIES
from gotovo.points.timetable import every_day
from gotovo.points.warehouse import Warehouse, warehouse_errors
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.network.shops import Shops
from gotovo.store.tables.orders.imports import ImportCheckpointStore, ImportedOrderReads
from gotovo.store.tables.security.entries import SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import SecurityLogStore
from gotovo.words.imports.file_errors import FileErrorCode, ImportFileError
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
    shop: Annotated[
        str,
        typer.Option(
            help=f"The shop whose orders they become, if there are several; {DEFAULT_SHOP_NAME} "
            "is the one without a code.",
            callback=text_in_one_form,
        ),
    ] = "",
    decimal: Annotated[
        str,
        typer.Option(help="What decimals begin with: point or comma; found by column by default."),
    ] = "",
    currency: Annotated[
        str, typer.Option(help="Currency of rows that name none, like RUB (the default).")
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
    options = ImportOptions(
        file, rejects_to, pairs, origin, encoding, delimiter, decimal, currency, dry_run, shop
    )
    with explained(spoken):
        run = _run(settings(), options, spoken)
    done = report_of(run, options, spoken)
    if json:
        print_json(done)
    else:
        print_report(done, run.shown, spoken)
    sys.exit(PROBLEM if done.rejected else 0)


def _run(chosen: Settings, options: ImportOptions, language: Language) -> ImportRun:
    """Import the file."""
    began = monotonic()
    with open_regular(options.file) as stream:
        _check_options(options)
        with database(chosen) as url:
            asyncio.run(_check_shop(chosen, url, shop_named(options.shop)))
            source = _source(stream, options)
            shown = FirstRejects(SHOWN_MAX)
            rejects: RejectedRows = shown
            if not options.dry_run:
                explain = partial(_expected, language)
                rejects = RejectsFile(options.rejects_to, source.table, explain, shown)
            resumed_at, count = asyncio.run(_import(chosen, url, source, rejects, options.dry_run))
        rejects.close()
    return ImportRun(source, count, shown.rows, resumed_at, monotonic() - began)


def _expected(language: Language, rejection: Rejection) -> str:
    return row_error_text(rejection.error, language)


def _check_options(options: ImportOptions) -> None:
    """Raise the error of an option that is wrong whatever the file holds, before it is read."""
    _check_rejects(options)
    read_mapping(options.mapping)
    _decimal(options.decimal)
    _currency(options.currency)
    if options.encoding:
        stated_codec(options.encoding, "--encoding")
    if options.delimiter:
        stated_delimiter(options.delimiter)
    if options.origin:
        _warehouse_of(Profile(options.origin, {}))


async def _check_shop(chosen: Settings, url: str, shop: str | None) -> None:
    """Raise the error of a shop that does not exist, before the file is read."""
    if shop is None:
        return
    pool = await open_pool(url, size=1, unsafe=chosen.unsafe)
    try:
        await bring_up(pool)
        if not await Shops(pool).is_known(shop):
            values = {"option": "--shop", "value": shop, "command": "gotovo shop list"}
            raise ImportFileError(FileErrorCode.SHOP, **values)
    finally:
        await pool.close()


def _check_rejects(options: ImportOptions) -> None:
    """Refuse a place for rejected rows that is not free; a dry run promises the real one."""
    path = options.rejects_to
    values = {"file": str(path), "option": "--rejected"}
    if path.exists() and path.samefile(options.file):
        raise ImportFileError(FileErrorCode.SAME_FILE, **values)
    if not os.access(path.parent, os.W_OK):
        raise ImportFileError(FileErrorCode.REJECTS_UNWRITABLE, **values)
    if not is_free(path):
        raise ImportFileError(FileErrorCode.REJECTS_OCCUPIED, **values)


def _source(stream: BufferedReader, options: ImportOptions) -> Source:
    decimal = _decimal(options.decimal)
    name = str(options.file)
    table = detect_table(stream, FileFormat(name, options.encoding, options.delimiter))
    known = profile_for(table.columns, PROFILES)
    profile = with_mapping(known, options.mapping, table.columns)
    profile = structs.replace(
        profile,
        origin=options.origin or profile.origin,
        currency=_currency(options.currency) or profile.currency,
        shop=shop_named(options.shop) or DEFAULT_SHOP,
    )
    with _bar(stream, "read") as reach:
        return source_of(stream, table, profile, decimal, reach)


def _decimal(stated: str) -> DecimalMark | None:
    if not stated:
        return None
    if stated not in set(DecimalMark):
        values = {"option": "--decimal", "value": stated, "expected": ", ".join(DecimalMark)}
        raise ImportFileError(FileErrorCode.DECIMAL, **values)
    return DecimalMark(stated)


def _currency(stated: str) -> str:
    code = stated.strip().upper()
    if code and code not in CURRENCIES:
        values = {"option": "--currency", "value": stated, "example": "RUB"}
        raise ImportFileError(FileErrorCode.CURRENCY, **values)
    return code


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
    async with open_runtime(chosen, url, is_dry=dry_run) as runtime:
        target = await _target(runtime, source.profile, dry_run)
        begun: list[int] = []
        with _bar(source.file, "import") as reach:

            def advance(count: ImportCounts) -> None:
                begun.append(count.line) if not begun else None
                reach(count.offset)

            count = await import_rows(source, target, rejects, advance)
        if not dry_run:
            await SecurityLogStore(runtime.pool).append([_ended(runtime, source, count)])
    resumed = begun[0] != source.table.first.line
    return begun[0] if resumed else 0, count


def _ended(runtime: Runtime, source: Source, count: ImportCounts) -> SecurityEntry:
    """Return the entry of the security log on an import: its origin and counts, and no row."""
    return SecurityEntry(
        kind=SecurityKind.IMPORT_ENDED,
        at=runtime.clock(),
        by=author(),
        details=EntryDetails(
            origin=source.profile.origin, rows=count.imported, rejected=count.rejected
        ),
    )


async def _target(runtime: Runtime, profile: Profile, dry_run: bool) -> ImportTarget:
    """Return the import's target; the other system's orders get a warehouse of their own."""
    points, warehouses = runtime.directory()
    warehouse = _warehouse_of(profile)
    code = warehouse.code
    if code not in warehouses and not dry_run:
        await runtime.directory.put_warehouse(warehouse, runtime.clock(), author())
    context = PreflightContext(
        points, {code: warehouse, **warehouses}, runtime.keyring().imports.key, runtime.clock()
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


def _warehouse_of(profile: Profile) -> Warehouse:
    """Return the warehouse of another system's orders; raise the error of an impossible origin.

    It is an archive, which takes no live orders (rule 4.1).
    """
    warehouse = Warehouse(
        profile.origin.upper(),
        f"{profile.origin} (import)",
        every_day(profile.time_zone, _OPENS, _CLOSES),
        accepts_orders=False,
    )
    error = next(iter(warehouse_errors(warehouse)), None)
    if error is not None:
        values = {"option": "--origin", "value": profile.origin, "expected": error.expected}
        raise ImportFileError(FileErrorCode.ORIGIN, **values)
    return warehouse
