"""Rejected rows: written to a file with the reason, or listed for a dry run."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TextIO

from gotovo.exchange.imports.reader import ImportRow

_REASON = ("line", "field", "value", "expected")
_HEADER_BYTES_MAX = 256


def is_free(path: Path) -> bool:
    """Whether the path is free: no file, or one with rejected rows of an earlier run."""
    if not path.exists():
        return True
    with path.open("rb") as file:
        return file.readline(_HEADER_BYTES_MAX).startswith(",".join(_REASON).encode())


class RejectedRows(Protocol):
    """Receives rejected rows."""

    def truncate(self, length: int) -> None:
        """Truncate what an earlier run has written to the `length` bytes of its checkpoint."""
        ...

    def add(self, row: ImportRow) -> None:
        """Add a rejected row."""
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

    def add(self, row: ImportRow) -> None:
        """Add the row unless there are enough."""
        if len(self.rows) < self._most:
            self.rows.append(row)

    def sync(self) -> int:
        """Return 0."""
        return 0

    def close(self) -> None:
        """Do nothing."""


class RejectsFile:
    """A CSV file that appears with the first rejected row.

    The cells of a row are written as they were read; bytes that were no UTF-8 come out again
    unchanged.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """Write to `path` once there is something to write; `columns` are the file's own."""
        self._path = path
        self._header = (*_REASON, *columns)
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

    def add(self, row: ImportRow) -> None:
        """Write a rejected row."""
        if row.rejection is None:
            return
        if self._file is None:
            fresh = not self._path.exists()
            self._file = self._path.open(
                "a", encoding="utf-8", errors="surrogateescape", newline=""
            )
            if fresh:
                csv.writer(self._file, lineterminator="\n").writerow(self._header)
        why = row.rejection
        cells = (row.line, why.field, why.value, why.expected, *row.cells)
        csv.writer(self._file, lineterminator="\n").writerow(cells)

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
