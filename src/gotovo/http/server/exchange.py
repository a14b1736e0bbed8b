"""One request and its response: `receive` and `send` as ASGI defines them."""

import asyncio
import time
from typing import Final, Protocol

from starlette.types import Message, Scope

from gotovo.http.server.limits import ConnectionLimits
from gotovo.http.server.response_head import (
    CHUNKED,
    CLOSE,
    CONTINUE,
    KEEP_ALIVE,
    LAST_CHUNK,
    DateHeader,
    ResponseHead,
)

_DISCONNECT: Final[Message] = {"type": "http.disconnect"}
_date = DateHeader()


class Client(Protocol):
    """The connection as an exchange sees it."""

    def write(self, content: bytes) -> None:
        """Send bytes, or keep them until the client takes them."""
        ...

    async def writable(self) -> None:
        """Wait until the client has taken most of what was written, or has left."""
        ...

    @property
    def is_behind(self) -> bool:
        """Whether there is something to wait for."""
        ...

    def pause(self) -> None:
        """Read no more of the client."""
        ...

    def resume(self) -> None:
        """Read on."""
        ...


class Exchange:
    """A request whose head is complete, its body as it arrives, and the response to it.

    `is_last` is whether the connection ends with it, `is_received` whether its whole body has
    arrived, and `is_answered` whether the response is complete.
    """

    __slots__ = (
        "_asks",
        "_chunks",
        "_client",
        "_has_left",
        "_head",
        "_is_delivered",
        "_is_gone",
        "_is_paused",
        "_limits",
        "_sent",
        "_unread",
        "_waiter",
        "_writes",
        "is_answered",
        "is_last",
        "is_received",
        "scope",
    )

    def __init__(
        self, scope: Scope, client: Client, limits: ConnectionLimits, *, is_last: bool, asks: bool
    ) -> None:
        """Begin; `asks` is whether the client sends its body once it is told to continue."""
        self.scope = scope
        self.is_last = is_last
        self.is_received = False
        self.is_answered = False
        self._client = client
        self._limits = limits
        self._asks = asks
        self._chunks: list[bytes] = []
        self._unread = 0
        self._is_delivered = False
        self._is_paused = False
        self._has_left = False
        self._is_gone = False
        self._waiter: asyncio.Future[None] | None = None
        self._head: ResponseHead | None = None
        self._sent = -1
        self._writes = _plain

    @property
    def has_begun(self) -> bool:
        """Whether something of the response has been written."""
        return self._sent >= 0

    def add(self, content: bytes) -> None:
        """Add a piece of the body; the client waits when too much of it is unread."""
        self._chunks.append(content)
        self._unread += len(content)
        if self._unread > self._limits.unread_bytes and not self._is_paused:
            self._is_paused = True
            self._client.pause()
        self._wake()

    def complete(self) -> None:
        """End the body."""
        self.is_received = True
        self._wake()

    def leave(self) -> None:
        """Note that the client sends no more, and waits at most for the response."""
        self._has_left = True
        self._wake()

    def lose(self) -> None:
        """Note that the client is gone, or can't be understood: nothing more is written to it."""
        self._is_gone = True
        self.leave()

    async def receive(self) -> Message:
        """Return what has arrived of the body since the last call; wait if that is nothing.

        After the end of the body it returns once the client has left.
        """
        while not self._has_news() and not self._has_left:
            if self._asks:
                self._asks = False
                self._client.write(CONTINUE)
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        if not self._has_news():
            return _DISCONNECT
        content = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        self._unread = 0
        self._is_delivered = self.is_received
        if self._is_paused:
            self._is_paused = False
            self._client.resume()
        return {"type": "http.request", "body": content, "more_body": not self.is_received}

    async def send(self, message: Message) -> None:
        """Write a part of the response: its head goes out with the first of its body."""
        if self._is_gone:
            return
        if message["type"] == "http.response.start":
            self._head = ResponseHead(message["status"], message["headers"])
            return
        assert self._head is not None, message["type"]
        content: bytes = message.get("body", b"")
        more: bool = message.get("more_body", False)
        if self._sent < 0:
            self._sent = 0
            head = self._begin(self._head, len(content), more=more)
            self._client.write(head + self._writes(content, more))
        elif written := self._writes(content, more):
            self._client.write(written)
        self._sent += len(content)
        if not more:
            self._end(self._head)
        elif self._client.is_behind:
            await self._client.writable()

    def _has_news(self) -> bool:
        return bool(self._chunks) or (self.is_received and not self._is_delivered)

    def _begin(self, head: ResponseHead, length: int, *, more: bool) -> bytes:
        """Choose how the body is delimited, and return the head; `length` is of its first piece."""
        self._asks = False
        is_old = self.scope["http_version"] == "1.0"
        framing = b""
        if self.scope["method"] == "HEAD" or not head.has_body:
            self._writes = _nothing
        elif head.length < 0 and not more:
            framing = b"content-length: %d\r\n" % length
        elif head.length < 0 and is_old:
            self.is_last = True
        elif head.length < 0:
            framing = CHUNKED
            self._writes = _chunked
        self.is_last = self.is_last or head.is_last
        if self.is_last:
            framing += CLOSE
        elif is_old:
            framing += KEEP_ALIVE
        return head.serialize(_date.line(time.time()), framing)

    def _end(self, head: ResponseHead) -> None:
        """Note that the response is complete; one of another length ends the connection."""
        self.is_answered = True
        if head.length >= 0 and self._writes is _plain and self._sent != head.length:
            self.is_last = True

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _plain(content: bytes, more: bool) -> bytes:  # noqa: FBT001  (a piece as `send` gets it)
    del more
    return content


def _chunked(content: bytes, more: bool) -> bytes:  # noqa: FBT001
    piece = b"%x\r\n%b\r\n" % (len(content), content) if content else b""
    return piece if more else piece + LAST_CHUNK


def _nothing(content: bytes, more: bool) -> bytes:  # noqa: FBT001
    """Write nothing, as for HEAD."""
    del content, more
    return b""
