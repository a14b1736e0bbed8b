"""Answers of HTTP/1.1 as they come in: cut out of the stream, and no more looked at than needed."""

from typing import NamedTuple

_END = b"\r\n\r\n"
_STATUS = slice(9, 12)  # behind "HTTP/1.1 "
_LENGTH = b"\r\ncontent-length:"
_CHUNKED = b"\r\ntransfer-encoding: chunked"
_WITHOUT_BODY = frozenset({204, 304})


class Answer(NamedTuple):
    """One answer; `head` is in lower case, from the status line to the blank line."""

    status: int
    head: bytes
    body: bytes


class Answers:
    """The answers of one connection, none of them to HEAD."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self._buffer = b""

    def feed(self, data: bytes) -> list[Answer]:
        """Return the answers that are whole with this data.

        Raises ValueError for one that does not say where it ends.
        """
        self._buffer = self._buffer + data if self._buffer else data
        whole: list[Answer] = []
        while self._buffer:
            found = _first(self._buffer)
            if found is None:
                break
            answer, end = found
            whole.append(answer)
            self._buffer = self._buffer[end:]
        return whole


def _first(buffer: bytes) -> tuple[Answer, int] | None:
    """Return the first answer and where it ends, nothing while some of it is missing."""
    blank = buffer.find(_END)
    if blank < 0:
        return None
    head = buffer[: blank + len(_END)].lower()
    status = int(head[_STATUS])
    begin = blank + len(_END)
    at = head.find(_LENGTH)
    if at >= 0:
        at += len(_LENGTH)
        end = begin + int(head[at : head.index(b"\r\n", at)])
        if len(buffer) < end:
            return None
        return Answer(status, head, buffer[begin:end]), end
    if _CHUNKED in head:
        return _chunked(status, head, buffer, begin)
    if status in _WITHOUT_BODY:
        return Answer(status, head, b""), begin
    message = f"an answer without a length: {head!r}"
    raise ValueError(message)


def _chunked(status: int, head: bytes, buffer: bytes, at: int) -> tuple[Answer, int] | None:
    """Join the chunks; trailers are not expected, and none of our servers sends them."""
    chunks: list[bytes] = []
    while True:
        line = buffer.find(b"\r\n", at)
        if line < 0:
            return None
        size = int(buffer[at:line].partition(b";")[0], 16)
        begin = line + 2
        end = begin + size + 2
        if len(buffer) < end:
            return None
        if size == 0:
            return Answer(status, head, b"".join(chunks)), end
        chunks.append(buffer[begin : begin + size])
        at = end
