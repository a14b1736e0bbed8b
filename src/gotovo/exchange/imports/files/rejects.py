"""Rejected rows: written to a file with the reason, or listed for a dry run.

The file can be corrected and imported like any other. It is UTF-8 with a byte order mark and has
the delimiter of the file it came from, so that the same spreadsheet opens both.
"""

import csv
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TextIO

from gotovo.exchange.imports.files.encoding import is_decoded
from gotovo.exchange.imports.files.own_columns import (
    LINE,
    OWN_COLUMNS,
    decimals_text,
    neutralized,
)
from gotovo.exchange.imports.files.row import ImportRow, Rejection
from gotovo.exchange.imports.files.table import DELIMITERS, Table

_HEADER_BYTES_MAX = 256
_BOM = "\ufeff"
_OWNER_ONLY = 0o600
_VALUE_CHARACTERS_MAX = 200
_ESCAPED_BYTES = range(0xDC80, 0xDD00)

Explain = Callable[[Rejection], str]
"""Returns what was expected, in the reader's language."""


def is_free(path: Path) -> bool:
    """Whether the path is free: no file, or one with rejected rows of an earlier run."""
    if not os.path.lexists(path):
        return True
    if not path.is_file() or path.is_symlink():
        return False
    with path.open("rb") as file:
        head = file.readline(_HEADER_BYTES_MAX).decode("utf-8-sig", "replace")
    return head.lstrip('"').startswith(LINE)


def shown_value(rejection: Rejection) -> str:
    """Return the beginning of the value, enough to recognize it."""
    value = rejection.value
    return value if len(value) <= _VALUE_CHARACTERS_MAX else f"{value[:_VALUE_CHARACTERS_MAX]}…"


class RejectedRows(Protocol):
    """Receives rejected rows."""

    def truncate(self, length: int) -> None:
        """Truncate what an earlier run has written to the `length` bytes of its checkpoint."""
        ...

    def add(self, row: ImportRow, decimals: Mapping[str, str]) -> None:
        """Add a rejected row, and how its amounts are read, by field."""
        ...

    def sync(self) -> int:
        """Flush everything to disk before the checkpoint; return the length in bytes."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


class FirstRejects:
    """The first rejected rows in memory, for a dry run to print."""

    def __init__(self, most: int) -> None:
        self.rows: list[ImportRow] = []
        self._most = most

    def truncate(self, length: int) -> None:
        """Do nothing."""

    def add(self, row: ImportRow, decimals: Mapping[str, str]) -> None:
        """Add the row unless there are enough."""
        del decimals
        if len(self.rows) < self._most:
            self.rows.append(row)

    def sync(self) -> int:
        """Return 0."""
        return 0

    def close(self) -> None:
        """Do nothing."""


class RejectsFile:
    """A CSV file that appears with the first rejected row and that only its owner can read.

    Cells hold what was read, neutralized where a spreadsheet would run them; bytes that were no
    text come out again unchanged.
    """

    def __init__(self, path: Path, table: Table, explain: Explain, shown: FirstRejects) -> None:
        """Write to `path` once there is something to write; `shown` gets the first rows too."""
        self._path = path
        self._columns = table.columns
        self._delimiter = table.delimiter if table.delimiter in DELIMITERS else ","
        self._explain = explain
        self._shown = shown
        self._file: TextIO | None = None

    def truncate(self, length: int) -> None:
        """Truncate the file of an unfinished run; delete that of a finished one.

        A killed run may have written rows after its last checkpoint; they are read again.
        """
        if not self._path.exists():
            return
        if length:
            with self._path.open("r+b") as file:
                file.truncate(min(length, file.seek(0, os.SEEK_END)))
        else:
            self._path.unlink()

    def add(self, row: ImportRow, decimals: Mapping[str, str]) -> None:
        """Write a rejected row."""
        if row.rejection is None:
            return
        if self._file is None:
            self._file = self._opened()
        self._shown.add(row, decimals)
        why = row.rejection
        cells = row.cells or [row.values.get(column, "") for column in self._columns]
        missing = [""] * (len(self._columns) - len(cells))
        own = (
            str(row.line),
            why.column,
            shown_value(why),
            self._explain(why),
            decimals_text(decimals),
            row.raw,
        )
        self._write(self._file, (*own, *cells, *missing))

    def sync(self) -> int:
        """Flush everything to disk and return the length in bytes."""
        if self._file is None:
            return self._path.stat().st_size if self._path.exists() else 0
        self._file.flush()
        os.fsync(self._file.fileno())
        return os.fstat(self._file.fileno()).st_size

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> TextIO:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        descriptor = os.open(self._path, flags, _OWNER_ONLY)
        os.fchmod(descriptor, _OWNER_ONLY)
        file = os.fdopen(descriptor, "a", encoding="utf-8", errors="surrogateescape", newline="")
        if not os.fstat(descriptor).st_size:
            file.write(_BOM)
            self._write(file, (*OWN_COLUMNS, *self._columns))
        return file

    def _write(self, file: TextIO, cells: tuple[str, ...]) -> None:
        writer = csv.writer(file, delimiter=self._delimiter, lineterminator="\r\n")
        writer.writerow([_writable(neutralized(cell)) for cell in cells])


def _writable(cell: str) -> str:
    """Replace halves of surrogate pairs, which no encoding has; escaped bytes are kept."""
    if is_decoded(cell):
        return cell
    return "".join(
        "\N{REPLACEMENT CHARACTER}"
        if "\ud800" <= c <= "\udfff" and ord(c) not in _ESCAPED_BYTES
        else c
        for c in cell
    )
