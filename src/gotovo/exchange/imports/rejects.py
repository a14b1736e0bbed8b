"""The rows that were not taken, with the reason, beside what they said."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TextIO

from gotovo.exchange.imports.reader import Row

_REASON = ("line", "field", "value", "expected")
_HEADER_BYTES_MAX = 256


def is_free(path: Path) -> bool:
    """Tell whether rejected rows may go there: nothing is there, or an earlier run's rows are."""
    if not path.exists():
        return True
    with path.open("rb") as file:
        return file.readline(_HEADER_BYTES_MAX).startswith(",".join(_REASON).encode())


class RejectedRows(Protocol):
    """Where rejected rows go."""

    def cut(self, length: int) -> None:
        """Keep what an earlier run had written by its checkpoint, so many bytes, and no more."""
        ...

    def add(self, row: Row) -> None:
        """Take one rejected row."""
        ...

    def sync(self) -> int:
        """Bring everything to the disk, ahead of the checkpoint; return how many bytes it is."""
        ...

    def close(self) -> None:
        """Take no more."""
        ...


class FirstRejects:
    """The first rejected rows, for a dry run to show: nothing is written anywhere."""

    def __init__(self, most: int) -> None:
        """Keep this many."""
        self.rows: list[Row] = []
        self._most = most

    def cut(self, length: int) -> None:
        """Have nothing from before."""

    def add(self, row: Row) -> None:
        """Keep the row if there is room."""
        if len(self.rows) < self._most:
            self.rows.append(row)

    def sync(self) -> int:
        """Have nothing on the disk."""
        return 0

    def close(self) -> None:
        """Have nothing to close."""


class Rejects:
    """A CSV file that appears with the first rejected row.

    The cells of a row are written as they were read; bytes that were no UTF-8 come out again
    unchanged.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """Write to `path` once there is something to write; `columns` are the file's own."""
        self._path = path
        self._header = (*_REASON, *columns)
        self._file: TextIO | None = None

    def cut(self, length: int) -> None:
        """Keep so many bytes of an earlier run, and nothing at all of one that was finished.

        A run that was killed may have written rows behind its last checkpoint: they come again.
        """
        if not self._path.exists():
            return
        if length:
            with self._path.open("r+b") as file:
                file.truncate(min(length, file.seek(0, os.SEEK_END)))
        else:
            self._path.unlink()

    def add(self, row: Row) -> None:
        """Write down one rejected row."""
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
        """Bring everything to the disk and return how many bytes it is."""
        if self._file is None:
            return self._path.stat().st_size if self._path.exists() else 0
        self._file.flush()
        os.fsync(self._file.fileno())
        return os.fstat(self._file.fileno()).st_size

    def close(self) -> None:
        """End the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
