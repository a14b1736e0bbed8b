"""The lines of a file as text: counted, each with the byte it began at, none too long.

A line ends with LF, CRLF or CR. A file may have any of them, also inside quotes.
"""

from collections.abc import Iterator
from io import BufferedIOBase, BufferedReader, RawIOBase, TextIOWrapper

from msgspec import Struct
from typing_extensions import Buffer, override

from gotovo.exchange.imports.files.encoding import Encoding

RECORD_BYTES_MAX = 256 * 1024
"""Bytes of one row: a quote that is never closed must not swallow the whole file."""

_CHUNK_BYTES = 64 * 1024


class FilePosition(Struct, frozen=True):
    """Where a row begins: line (from 1) and byte."""

    line: int
    offset: int


class RecordTooLong(Exception):
    """A row has more than `RECORD_BYTES_MAX` bytes."""


class TextLines:
    """The lines from a position on."""

    def __init__(self, file: BufferedIOBase, encoding: Encoding, start: FilePosition) -> None:
        """Read from `start`, which is the beginning of a line."""
        file.seek(start.offset)
        self._encoding = encoding
        self._file = TextIOWrapper(
            BufferedReader(_Unowned(file), _CHUNK_BYTES), encoding.name, encoding.errors, newline=""
        )
        self._line = start.line
        self._offset = start.offset
        self._record_bytes = 0

    def __iter__(self) -> Iterator[str]:
        """Yield line by line; raise when those since `begin_record` are too long together."""
        while text := self._file.readline(RECORD_BYTES_MAX):
            self._count(text)
            if len(text) == RECORD_BYTES_MAX and not text.endswith(("\n", "\r")):
                self._skip_to_end_of_line()
                raise RecordTooLong
            self._line += 1
            if self._record_bytes > RECORD_BYTES_MAX:
                raise RecordTooLong
            yield text

    def begin_record(self) -> None:
        """Count the bytes of a new row from here."""
        self._record_bytes = 0

    def here(self) -> FilePosition:
        """Return the position of the next line."""
        return FilePosition(self._line, self._offset)

    def _count(self, text: str) -> None:
        length = self._encoding.length(text)
        self._offset += length
        self._record_bytes += length

    def _skip_to_end_of_line(self) -> None:
        while text := self._file.readline(RECORD_BYTES_MAX):
            self._count(text)
            if text.endswith(("\n", "\r")):
                break
        self._line += 1


class _Unowned(RawIOBase):
    """A file that stays open when its reader goes; seeking is the owner's as well."""

    def __init__(self, file: BufferedIOBase) -> None:
        self._file = file

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        return self._file.readinto(buffer)
