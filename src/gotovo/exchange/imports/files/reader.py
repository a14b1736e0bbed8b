"""The rows of a file from any position on, in constant memory.

A row that can't be read is a row with a rejection; the next one begins on the line after it.
"""

import csv
import io
from collections.abc import Generator, Iterator, Sequence
from io import BufferedIOBase

from msgspec import structs

from gotovo.exchange.imports.files.json_rows import json_rows
from gotovo.exchange.imports.files.own_columns import ROW, OwnCells, is_own, own_cells, restored
from gotovo.exchange.imports.files.row import ImportRow, Rejection
from gotovo.exchange.imports.files.table import Table
from gotovo.exchange.imports.files.text_lines import (
    RECORD_BYTES_MAX,
    FilePosition,
    RecordTooLong,
    TextLines,
)
from gotovo.exchange.imports.files.unreadable import unquoted
from gotovo.words.imports.row_errors import RowError, RowErrorCode


def read(file: BufferedIOBase, table: Table, start: FilePosition) -> Iterator[ImportRow]:
    """Yield the rows from a position on; empty lines and lines of delimiters alone are skipped."""
    if not table.delimiter:
        rows = json_rows(file, table.encoding, start)
    else:
        rows = _all_csv_rows(file, table, start)
    for row in rows:
        yield _uncorrected(row) if row.own.row and row.rejection is None else row


def _uncorrected(row: ImportRow) -> ImportRow:
    """Reject a row that was rejected as a whole before, until somebody says it is corrected."""
    rejection = Rejection(ROW, row.own.row, RowError(RowErrorCode.UNCORRECTED))
    return structs.replace(row, rejection=rejection, raw=row.own.row)


def _all_csv_rows(file: BufferedIOBase, table: Table, start: FilePosition) -> Iterator[ImportRow]:
    place: FilePosition | None = start
    while place is not None:
        place = yield from _csv_rows(file, table, place)


def _csv_rows(
    file: BufferedIOBase, table: Table, start: FilePosition
) -> Generator[ImportRow, None, FilePosition | None]:
    """Yield rows up to one that can't be read; return where to go on, None at the end."""
    csv.field_size_limit(RECORD_BYTES_MAX)  # of the process; its default is half a row
    lines = TextLines(file, table.encoding, start)
    records = csv.reader(lines, delimiter=table.delimiter, strict=True)
    while True:
        began = lines.here()
        lines.begin_record()
        try:
            cells = next(records, None)
        except (csv.Error, RecordTooLong):
            row = unquoted(file, table.encoding, began)
            yield row
            return row.next
        if cells is None:
            return None
        if any(cell.strip() for cell in cells):
            yield _csv_row(cells, table, began, lines.here())


def _csv_row(
    cells: Sequence[str], table: Table, began: FilePosition, ended: FilePosition
) -> ImportRow:
    header = table.header
    while len(cells) > len(header) and not cells[-1].strip():
        cells = cells[:-1]
    if table.has_rejected_rows:
        cells = [restored(cell) for cell in cells]
    pairs = tuple(zip(header, cells, strict=False))
    data = tuple(pair for pair in pairs if not is_own(pair[0]))
    own = own_cells(dict(pairs)) if table.has_rejected_rows else OwnCells()
    rejection, raw = None, ""
    if len(cells) != len(header):
        counts = {"found": str(len(cells)), "number": str(len(header))}
        raw = _csv_text(cells, table.delimiter)
        rejection = Rejection("", raw, RowError(RowErrorCode.CELLS, counts))
    values = dict(data)
    return ImportRow(began.line, ended, values, tuple(c for _, c in data), rejection, raw, own)


def _csv_text(cells: Sequence[str], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(cells)
    return text.getvalue()
