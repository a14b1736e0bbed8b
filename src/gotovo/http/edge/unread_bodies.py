"""A body that the application has not read is read here, before the response begins.

A server closes a connection on which a request was left half read. It does not say so in the
response, and the client's next request on that connection fails. So a short body is read and
thrown away, and of a connection with a longer one the response says that it ends.
"""

import asyncio
from typing import Final

from starlette.types import Message, Receive

UNREAD_BYTES_MAX: Final = 16 * 1024
"""A longer body is not waited for: a new connection costs less."""

UNREAD_SECONDS_MAX: Final = 1.0
"""The head has arrived, so the rest of a short body is on its way."""

_CHUNKED_LENGTH: Final = -1


class RequestBody:
    """The body of one request: `receive` is for the application, which may leave the rest."""

    def __init__(self, receive: Receive, declared: int, *, waits: bool = False) -> None:
        """Take the length by the head, −1 without one, and whether the client waits to be asked."""
        self._receive = receive
        self._declared = declared
        self._waits = waits
        self._length = 0
        self._is_read = False

    async def receive(self) -> Message:
        """Return the next message of the request."""
        message = await self._receive()
        self._length += len(message.get("body", b""))
        self._is_read = self._length == self._declared or not message.get("more_body", False)
        return message

    @property
    def is_read(self) -> bool:
        """Whether nothing is left of it, or the client has left."""
        return self._is_read

    async def discard(self) -> bool:
        """Read what is left of a short body; return False when the connection has to end."""
        if self._waits or self._declared > UNREAD_BYTES_MAX:
            return False
        try:
            async with asyncio.timeout(UNREAD_SECONDS_MAX):
                while not self._is_read and self._length <= UNREAD_BYTES_MAX:
                    await self.receive()
        except TimeoutError:
            return False
        return self._is_read


def body_of(headers: dict[bytes, bytes], receive: Receive) -> RequestBody | None:
    """Return the body that a request announces, if it does."""
    declared = headers.get(b"content-length", b"")
    if declared == b"0" or not (declared or b"transfer-encoding" in headers):
        return None
    length = int(declared) if declared.isdigit() else _CHUNKED_LENGTH
    return RequestBody(receive, length, waits=b"expect" in headers)
