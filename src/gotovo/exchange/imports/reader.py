"""A streaming reader of CSV and JSON lines, row by row in constant memory.

CSV (comma, semicolon or tab; RFC 4180 quoting) and JSON lines are told apart by the first
character. Every row has the line it began on and the offset of the byte after it, so that reading
can resume there after a crash. A row that can't be read is rejected: the next one begins on the
line after it.
"""

import csv
from collections.abc import Iterator, Sequence
from io import BufferedIOBase
from typing import Any

import msgspec
from msgspec import Struct

RECORD_BYTES_MAX = 256 * 1024
"""Bytes of one row: a quote that is never closed must not swallow the whole file."""

_BOM = b"\xef\xbb\xbf"
_DELIMITERS = ",;\t"
_DETAIL_CHARACTERS_MAX = 120


class Rejection(Struct, frozen=True):
    """Why a row was rejected: the field, its value, and what was expected."""

    field: str
    value: str
    expected: str


class ImportRow(Struct, frozen=True):
    """One row: its first line (from 1), where the next begins, and its values by column."""

    line: int
    next_line: int
    next_offset: int
    cells: tuple[str, ...]
    values: dict[str, str]
    rejection: Rejection | None = None


class FilePosition(Struct, frozen=True):
    """Where a row begins: line (from 1) and byte."""

    line: int
    offset: int


class NoRows(Exception):
    """The file has neither a header nor a first object, so its columns are unknown."""


class Table(Struct, frozen=True):
    """The format of a file, its columns, and the position of its first row."""

    form: str
    columns: tuple[str, ...]
    delimiter: str
    first: FilePosition


def detect_table(file: BufferedIOBase) -> Table:
    """Detect the format and the columns of a file; raise NoRows if there are none."""
    file.seek(0)
    lines = _Lines(file, FilePosition(1, 0))
    first = next((text for text in lines if text.strip()), "")
    if first.lstrip().startswith("{"):
        return Table("jsonl", tuple(_object(first)), "", FilePosition(1, 0))
    delimiter = max(_DELIMITERS, key=first.count)
    columns = next(csv.reader([first], delimiter=delimiter), [])
    if not any(columns):
        raise NoRows
    return Table("csv", tuple(columns), delimiter, lines.here())


def read(file: BufferedIOBase, table: Table, start: FilePosition) -> Iterator[ImportRow]:
    """Yield the rows from a position on; empty lines are skipped."""
    if table.form == "jsonl":
        yield from _json_rows(file, start)
        return
    place = start
    while place is not None:
        place = yield from _csv_rows(file, table, place)


class _RecordTooLong(Exception):
    """A row has more than `RECORD_BYTES_MAX` bytes."""


class _Lines:
    """The lines of a file as text, counted; bytes that are no UTF-8 become lone surrogates."""

    def __init__(self, file: BufferedIOBase, start: FilePosition) -> None:
        self._file = file
        self._line = start.line
        self._offset = start.offset
        self._record_bytes = 0
        file.seek(start.offset)

    def __iter__(self) -> Iterator[str]:
        """Yield line by line; raise when those since `begin_record` are too long together."""
        while raw := self._file.readline(RECORD_BYTES_MAX):
            at_the_beginning = self._offset == 0
            self._offset += len(raw)
            self._record_bytes += len(raw)
            if not raw.endswith(b"\n") and len(raw) == RECORD_BYTES_MAX:
                self._skip_to_end_of_line()
                raise _RecordTooLong
            self._line += 1
            if self._record_bytes > RECORD_BYTES_MAX:
                raise _RecordTooLong
            if at_the_beginning:
                raw = raw.removeprefix(_BOM)
            yield raw.decode("utf-8", "surrogateescape")

    def begin_record(self) -> None:
        """Count the bytes of a new row from here."""
        self._record_bytes = 0

    def here(self) -> FilePosition:
        """Return the position of the next line."""
        return FilePosition(self._line, self._offset)

    def _skip_to_end_of_line(self) -> None:
        while raw := self._file.readline(RECORD_BYTES_MAX):
            self._offset += len(raw)
            if raw.endswith(b"\n"):
                break
        self._line += 1


def _csv_rows(
    file: BufferedIOBase, table: Table, start: FilePosition
) -> Iterator[ImportRow]:  # results with the place to go on from
    lines = _Lines(file, start)
    records = csv.reader(lines, delimiter=table.delimiter, strict=True)
    while True:
        began = lines.here()
        lines.begin_record()
        try:
            cells = next(records, None)
        except (csv.Error, _RecordTooLong) as error:
            row = _unreadable(file, began, error)
            yield row
            return FilePosition(row.next_line, row.next_offset)
        if cells is None:
            return None
        if cells:
            yield _csv_row(cells, table.columns, began, lines.here())


def _csv_row(
    cells: Sequence[str], columns: tuple[str, ...], began: FilePosition, ended: FilePosition
) -> ImportRow:
    rejection = None
    if len(cells) != len(columns):
        rejection = Rejection("columns", str(len(cells)), str(len(columns)))
    values = dict(zip(columns, cells, strict=False))
    return ImportRow(began.line, ended.line, ended.offset, tuple(cells), values, rejection)


def _unreadable(file: BufferedIOBase, began: FilePosition, error: Exception) -> ImportRow:
    """Reject only the line that a row began on: the lines after it may be valid."""
    lines = _Lines(file, began)
    try:
        text = next(iter(lines), "")
    except _RecordTooLong:
        text = ""
    too_long = isinstance(error, _RecordTooLong)
    expected = f"at most {RECORD_BYTES_MAX} bytes" if too_long else "a row of CSV (RFC 4180)"
    rejection = Rejection("row", str(error) or "too long", expected)
    ended = lines.here()
    cells = (text.rstrip("\r\n")[:_DETAIL_CHARACTERS_MAX],)
    return ImportRow(began.line, ended.line, ended.offset, cells, {}, rejection)


def _json_rows(file: BufferedIOBase, start: FilePosition) -> Iterator[ImportRow]:
    place: FilePosition | None = start
    while place is not None:
        lines = _Lines(file, place)
        began, place = place, None
        try:
            for text in lines:
                lines.begin_record()
                if text.strip():
                    yield _json_row(text, began, lines.here())
                began = lines.here()
        except _RecordTooLong as error:
            row = _unreadable(file, began, error)
            yield row
            place = FilePosition(row.next_line, row.next_offset)


def _json_row(text: str, began: FilePosition, ended: FilePosition) -> ImportRow:
    cells = (text.rstrip("\r\n"),)
    try:
        values = _object(text)
    except NoRows:
        rejection = Rejection("row", cells[0][:_DETAIL_CHARACTERS_MAX], "a JSON object")
        return ImportRow(began.line, ended.line, ended.offset, cells, {}, rejection)
    return ImportRow(began.line, ended.line, ended.offset, cells, values)


# Numbers keep the digits they were written with, so that no sum is rounded on the way in.
_decoder = msgspec.json.Decoder(dict[str, Any], float_hook=str)


def _object(text: str) -> dict[str, str]:
    """Return an object's members as text; a member that is a list or an object is its JSON."""
    try:
        members = _decoder.decode(text.encode("utf-8", "surrogateescape"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise NoRows from error
    return {name: _text(value) for name, value in members.items()}


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case _:
            return msgspec.json.encode(value).decode()
