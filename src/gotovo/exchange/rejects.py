"""The rows that were not taken, with the reason, beside what they said."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol, TextIO

from gotovo.exchange.rows import Row

_REASON = ("line", "field", "value", "expected")


class RejectedRows(Protocol):
    """Where rejected rows go."""

    def keep_before(self, line: int) -> int:
        """Keep what an earlier run left of lines before this one; return how many rows."""
        ...

    def add(self, row: Row) -> None:
        """Take one rejected row."""
        ...

    def sync(self) -> None:
        """Bring everything to the disk, so that a checkpoint never runs ahead of it."""
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

    def keep_before(self, line: int) -> int:
        """Have nothing from before."""
        del line
        return 0

    def add(self, row: Row) -> None:
        """Keep the row if there is room."""
        if len(self.rows) < self._most:
            self.rows.append(row)

    def sync(self) -> None:
        """Have nothing on the disk."""

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

    def keep_before(self, line: int) -> int:
        """Keep what an earlier run wrote of lines before this one; return how many rows.

        A run that was killed may have written rows behind its last checkpoint: they come again.
        """
        if not self._path.exists():
            return 0
        with self._path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            rows = list(csv.reader(file))
        kept = [r for r in rows[1:] if r and r[0].isdigit() and int(r[0]) < line]
        if not rows or tuple(rows[0]) != self._header or not kept:
            self._path.unlink()
            return 0
        beside = self._path.with_name(self._path.name + ".part")
        with _open(beside, "w") as file:
            csv.writer(file, lineterminator="\n").writerows([rows[0], *kept])
        beside.replace(self._path)
        return len(kept)

    def add(self, row: Row) -> None:
        """Write down one rejected row."""
        if row.rejection is None:
            return
        if self._file is None:
            fresh = not self._path.exists()
            self._file = _open(self._path, "a")
            if fresh:
                csv.writer(self._file, lineterminator="\n").writerow(self._header)
        why = row.rejection
        cells = (row.line, why.field, why.value, why.expected, *row.cells)
        csv.writer(self._file, lineterminator="\n").writerow(cells)

    def sync(self) -> None:
        """Bring everything to the disk, so that a checkpoint never runs ahead of it."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """End the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _open(path: Path, mode: Literal["a", "w"]) -> TextIO:
    return path.open(mode, encoding="utf-8", errors="surrogateescape", newline="")
