"""The format of a file: encoding, CSV or JSON lines, delimiter and columns.

CSV is quoted as RFC 4180 says. Its delimiter is stated by a first line `sep=;`, as Excel writes
it, or found by clevercsv, which compares how regular the rows become.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from io import BufferedIOBase
from itertools import islice

from clevercsv.detect import Detector
from msgspec import Struct

from gotovo.exchange.imports.files.encoding import Encoding, detect_encoding, stated_encoding
from gotovo.exchange.imports.files.json_rows import member_names
from gotovo.exchange.imports.files.own_columns import LINE, PREFIX, is_own, restored
from gotovo.exchange.imports.files.text_lines import (
    RECORD_BYTES_MAX,
    FilePosition,
    RecordTooLong,
    TextLines,
)
from gotovo.words.imports.file_errors import FileErrorCode, ImportFileError

DELIMITERS = (",", ";", "\t", "|")
"""The delimiters that are recognized; `--delimiter` may say any other."""

COLUMNS_MAX = 1_000
"""Names in JSON lines: a file with more has data for names."""

_SAMPLE_LINES = 200
_SAMPLE_CHARACTERS = 16 * 1024
"""clevercsv tries every dialect on the sample: about a tenth of a second for this many."""

_STATED = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_OUR_HEADER = re.compile(rf'"?{LINE}"?(.)"?{PREFIX}')
_NOT_IN_NAMES = "".join(DELIMITERS) + " "
_JSON_ARRAY = re.compile(r"\[\s*(\{|\Z)")
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"%PDF")
"""How XLSX and ODS, XLS, gzip and PDF begin."""


class FileFormat(Struct, frozen=True):
    """What somebody says about a file; empty is to be found out. `name` is for errors."""

    name: str = ""
    encoding: str = ""
    delimiter: str = ""


class Table(Struct, frozen=True):
    """The format of a file, its header, and the position of its first row.

    `delimiter` is empty for JSON lines.
    """

    header: tuple[str, ...]
    delimiter: str
    encoding: Encoding
    first: FilePosition

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns with data."""
        return tuple(column for column in self.header if not is_own(column))

    @property
    def has_rejected_rows(self) -> bool:
        """Whether the file was written with columns of ours, and so with neutralized cells."""
        return any(map(is_own, self.header))


def detect_table(file: BufferedIOBase, stated: FileFormat) -> Table:
    """Return the format and the columns of a file; raise ImportFileError if it has none."""
    file.seek(0)
    head = file.read(RECORD_BYTES_MAX)
    if not head.strip(b"\0 \t\r\n"):
        raise ImportFileError(FileErrorCode.EMPTY, file=stated.name)
    if head.startswith(_ARCHIVES):
        raise ImportFileError(FileErrorCode.SPREADSHEET, file=stated.name)
    encoding = (
        stated_encoding(file, stated.encoding, "--encoding")
        if stated.encoding
        else detect_encoding(file, stated.name)
    )
    start = FilePosition(1, encoding.mark_bytes)
    csv.field_size_limit(RECORD_BYTES_MAX)  # of the process; its default is half a row
    try:
        first = next((x for x in TextLines(file, encoding, start) if x.strip()), "")
        if stated.delimiter:
            return _csv_table(file, encoding, start, stated)
        if _JSON_ARRAY.match(first.strip()):
            raise ImportFileError(FileErrorCode.JSON_ARRAY, file=stated.name)
        if first.lstrip().startswith("{"):
            return Table(_json_header(file, encoding, start, stated), "", encoding, start)
        return _csv_table(file, encoding, start, stated)
    except RecordTooLong as error:
        values = {"file": stated.name, "most": str(RECORD_BYTES_MAX)}
        raise ImportFileError(FileErrorCode.LONG_HEADER, **values) from error


def stated_delimiter(stated: str) -> str:
    """Return the delimiter that was asked for; raise ImportFileError for an impossible one."""
    delimiter = "\t" if stated.lower() in {"tab", "\\t"} else stated
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in '"\r\n\0':
        values = {"option": "--delimiter", "value": stated, "tab": "tab"}
        raise ImportFileError(FileErrorCode.DELIMITER, **values)
    return delimiter


def _csv_table(
    file: BufferedIOBase, encoding: Encoding, start: FilePosition, stated: FileFormat
) -> Table:
    lines = TextLines(file, encoding, start)
    first = next(iter(lines), "")
    by_itself = _STATED.fullmatch(first) or _OUR_HEADER.match(first)
    start = lines.here() if _STATED.fullmatch(first) else start
    if stated.delimiter:
        delimiter = stated_delimiter(stated.delimiter)
    elif by_itself:
        delimiter = by_itself[1]
    else:
        delimiter = _likeliest_delimiter(TextLines(file, encoding, start))
    lines = TextLines(file, encoding, start)
    try:
        records = csv.reader(lines, delimiter=delimiter, strict=True)
        header = next((x for x in records if any(cell.strip() for cell in x)), ())
    except csv.Error as error:
        raise ImportFileError(FileErrorCode.UNCLOSED_HEADER, file=stated.name) from error
    if not any(cell.strip(_NOT_IN_NAMES) for cell in header):
        raise ImportFileError(FileErrorCode.NO_HEADER, file=stated.name)
    return Table(_names(header), delimiter, encoding, lines.here())


def _likeliest_delimiter(lines: Iterable[str]) -> str:
    """Return the delimiter that makes the beginning of the file the most regular table.

    One that does not divide the header is none. Few rows say little: a delimiter that divides the
    header into over twice the columns of any other is it, whatever stands in the names and rows.
    """
    sample = "".join(islice(_short(lines), _SAMPLE_LINES))[:_SAMPLE_CHARACTERS]
    printable = "".join(c if c.isprintable() or c in "\t\r\n" else "?" for c in sample)
    columns = {each: _header_columns(printable, each) for each in DELIMITERS}
    first, second = sorted(DELIMITERS, key=lambda each: columns[each], reverse=True)[:2]
    if columns[first] > 2 * columns[second] or columns[second] <= 1:
        return first
    possible = [each for each in DELIMITERS if columns[each] > 1]
    dialect = Detector().detect(printable, delimiters=possible)
    return (dialect and dialect.delimiter) or first


def _header_columns(sample: str, delimiter: str) -> int:
    try:
        records = csv.reader(sample.splitlines(keepends=True), delimiter=delimiter)
        return len(next((x for x in records if any(cell.strip() for cell in x)), ()))
    except csv.Error:
        return 0


def _short(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines until one is too long to be one; the header is read before any judgement."""
    try:
        yield from lines
    except RecordTooLong:
        return


def _names(header: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the columns, without blanks around them and line breaks within."""
    names = tuple(" ".join(name.split()) for name in header)
    return tuple(map(restored, names)) if any(map(is_own, names)) else names


def _json_header(
    file: BufferedIOBase, encoding: Encoding, start: FilePosition, stated: FileFormat
) -> tuple[str, ...]:
    """Return the names of all objects: a later one may have a name that the first has not."""
    names: dict[str, None] = {}
    place: FilePosition | None = start
    while place is not None:
        lines = TextLines(file, encoding, place)
        place = None
        try:
            for text in lines:
                lines.begin_record()
                names |= dict.fromkeys(member_names(text))
                if len(names) > COLUMNS_MAX:
                    break
        except RecordTooLong:
            place = lines.here()
    if not names:
        raise ImportFileError(FileErrorCode.NO_HEADER, file=stated.name)
    return tuple(names)[:COLUMNS_MAX]
