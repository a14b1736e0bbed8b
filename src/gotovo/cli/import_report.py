"""The report of an import, printed for a person or as JSON."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from gotovo.cli.context import print_line
from gotovo.exchange.imports.amounts import MARKS, DecimalMark
from gotovo.exchange.imports.columns import listed, unread_columns
from gotovo.exchange.imports.files.rejects import shown_value
from gotovo.exchange.imports.files.row import ImportRow
from gotovo.exchange.imports.importer import ImportCounts
from gotovo.exchange.imports.record import AMOUNTS
from gotovo.exchange.imports.source import Source
from gotovo.words.imports.report import (
    RowCounts,
    counts_text,
    more_text,
    reading_text,
    rejection_text,
    rejects_text,
    sample_text,
    unread_text,
)
from gotovo.words.imports.row_errors import row_error_text
from gotovo.words.language import Language


class ImportOptions(Struct, frozen=True):
    """The options of one run that concern the file."""

    file: Path
    rejects_to: Path
    mapping: tuple[str, ...]
    origin: str
    encoding: str
    delimiter: str
    decimal: str
    currency: str
    dry_run: bool
    shop: str


class RejectedRow(Struct, frozen=True):
    """One rejected row of the report."""

    line: int
    column: str
    value: str
    expected: str


class Imported(Struct, frozen=True):
    """The report: how the file was read, what became of the rows, and how fast.

    `decimals` are by column; no field is read from `unread` columns. `texts` are some of the file
    as they were decoded by a code page. `rejections` are the first ones. `next_command` imports
    the rejected rows once they are corrected.
    """

    file: str
    origin: str
    dry_run: bool
    encoding: str
    texts: tuple[str, ...]
    delimiter: str
    currency: str
    decimals: dict[str, str]
    unread: tuple[str, ...]
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


class ImportRun(Struct, frozen=True):
    """One run: its file, its counts, its first rejected rows, where it began, how long it took."""

    source: Source
    count: ImportCounts
    shown: Sequence[ImportRow]
    resumed_at_line: int
    seconds: float


def report_of(run: ImportRun, options: ImportOptions, language: Language) -> Imported:
    """Return the report of a run."""
    source, count = run.source, run.count
    rejections = [
        RejectedRow(row.line, why.column, shown_value(why), row_error_text(why.error, language))
        for row in run.shown
        if (why := row.rejection)
    ]
    to_correct = count.rejected and not options.dry_run
    columns, decimals = source.profile.columns, source.reading.decimals
    marks = {columns[name]: decimals.of(name) for name in AMOUNTS if name in columns}
    return Imported(
        file=str(options.file),
        origin=source.profile.origin,
        dry_run=options.dry_run,
        encoding=source.table.encoding.name,
        texts=source.texts,
        delimiter=source.table.delimiter,
        currency=source.profile.currency,
        decimals={column: mark for column, mark in marks.items() if mark},
        unread=unread_columns(source.profile, source.table.columns),
        rows=count.rows,
        imported=count.imported,
        present=count.present,
        rejected=count.rejected,
        contradictions=count.contradictions,
        rejections=rejections,
        rejected_file=str(options.rejects_to) if to_correct else "",
        next_command=_next_command(options) if to_correct else "",
        resumed_at_line=run.resumed_at_line,
        seconds=round(run.seconds, 3),
    )


def print_report(done: Imported, rejected: Sequence[ImportRow], language: Language) -> None:
    """Print the report in a person's language."""
    marks = {column: MARKS[DecimalMark(mark)] for column, mark in done.decimals.items()}
    print_line(reading_text(done.encoding, done.delimiter, marks, language))
    if done.unread:
        print_line(unread_text(listed(done.unread), language))
    if done.texts:
        print_line(sample_text(done.encoding, done.texts, language))
    for row in rejected:
        why = row.rejection
        if why is not None:
            value = shown_value(why)
            print_line(rejection_text(row.line, why.column, value, why.error, language))
    if done.rejected > len(rejected):
        print_line(more_text(done.rejected - len(rejected), language))
    counts = RowCounts(done.imported, done.present, done.rejected, done.contradictions)
    text = counts_text(
        counts,
        done.seconds,
        language,
        dry_run=done.dry_run,
        resumed_at=done.resumed_at_line,
    )
    print_line(text)
    if done.rejected_file:
        print_line(rejects_text(done.rejected_file, done.next_command, language))


def _next_command(options: ImportOptions) -> str:
    """Return the command that imports the rejected rows; encoding and delimiter are our own."""
    command = ["gotovo", "import", "orders", str(options.rejects_to)]
    for pair in options.mapping:
        command += ["--map", pair]
    stated = (
        ("--origin", options.origin),
        ("--decimal", options.decimal),
        ("--currency", options.currency),
        ("--shop", options.shop),
    )
    for option, value in stated:
        command += [option, value] if value else []
    return shlex.join(command)
