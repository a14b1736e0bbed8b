"""The bytes of a response before its body: status line, headers, and how the body is delimited."""

from collections.abc import Sequence
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

from gotovo.http.errors import Header

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK: Final = b"0\r\n\r\n"
CLOSE: Final = b"connection: close\r\n"
KEEP_ALIVE: Final = b"connection: keep-alive\r\n"
CHUNKED: Final = b"transfer-encoding: chunked\r\n"

_LINES: Final = {
    each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n".encode() for each in HTTPStatus
}
_FRAMING: Final = frozenset({b"connection", b"transfer-encoding", b"keep-alive"})


class DateHeader:
    """The line of the current second, made once a second."""

    def __init__(self) -> None:
        self._second = -1
        self._line = b""

    def line(self, now: float) -> bytes:
        """Return the line at an instant in seconds since 1970."""
        second = int(now)
        if second != self._second:
            self._second = second
            self._line = f"date: {formatdate(second, usegmt=True)}\r\n".encode()
        return self._line


class ResponseHead:
    """Status and headers of a response, as the application gives them.

    `is_last` is whether it asks for the end of the connection, and `length` what it declares of the
    body, −1 without it. Raises ValueError for a header that would be read as two.
    """

    def __init__(self, status: int, headers: Sequence[Header]) -> None:
        self.status = status
        self.is_last = False
        self.length = -1
        lines: list[bytes] = []
        for name, value in headers:
            if name in _FRAMING:
                self.is_last = self.is_last or (name == b"connection" and value == b"close")
                continue
            if name == b"content-length":
                self.length = int(value)
            lines.append(b"%b: %b\r\n" % (name, value))
        block = b"".join(lines)
        if block.count(b"\n") != len(lines) or block.count(b"\r") != len(lines):
            raise ValueError(headers)
        self._block = block

    @property
    def has_body(self) -> bool:
        """Whether a response of this status can have a body (RFC 9110, 6.4.1)."""
        return self.status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}

    def serialize(self, date: bytes, framing: bytes) -> bytes:
        """Return all of it; `framing` is what delimits the body and keeps the connection."""
        line = _LINES.get(self.status) or b"HTTP/1.1 %d \r\n" % self.status
        return b"%b%b%b%b\r\n" % (line, self._block, date, framing)


def refusal(status: HTTPStatus) -> bytes:
    """Return the response to what is no request; it has no body, and the connection ends."""
    return b"%b%bcontent-length: 0\r\n\r\n" % (_LINES[status], CLOSE)
