"""Server-sent events: a response that goes on until the client leaves or the process stops.

starlette's StreamingResponse does not notice a client that stopped reading, and ends in a traceback
when the database is away.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, ExitStack
from typing import Final

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from gotovo.http.deadlines import WRITE_SECONDS_MAX, write_deadline
from gotovo.http.errors import Header
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE

EVENT_STREAM: Final = "text/event-stream"

_log = structlog.get_logger("gotovo.http")


class EventStream(Response):
    """Sends chunks until there are no more, the client leaves or stalls, or the database is away.

    A client that follows reconnects by itself and resumes where the stream broke off. `first` is
    sent before the first chunk is asked for. `slot` is held from now until the stream ends, so that
    streams are counted before they begin.
    """

    def __init__(
        self,
        chunks: AsyncGenerator[bytes, None],
        first: bytes = b"",
        headers: tuple[Header, ...] = (),
        slot: AbstractContextManager[None] | None = None,
    ) -> None:
        super().__init__()
        self._slot = ExitStack()
        if slot is not None:
            self._slot.enter_context(slot)
        self._chunks = chunks
        self._first = first
        self.raw_headers = [
            (b"content-type", EVENT_STREAM.encode()),
            (b"x-accel-buffering", b"no"),  # nginx would hold events back until there are many
            *headers,
        ]

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._slot:
            await self._stream(receive, send)

    async def _stream(self, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self._send(write_deadline(send, WRITE_SECONDS_MAX)))
        disconnecting = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait((sending, disconnecting), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            disconnecting.cancel()
            results = await asyncio.gather(sending, disconnecting, return_exceptions=True)
            await self._chunks.aclose()
        error = results[0]
        if isinstance(error, Exception) and not isinstance(error, OSError):
            raise error

    async def _send(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        chunk = self._first or await self._next()
        while chunk is not None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            chunk = await self._next()
        await send({"type": "http.response.body", "body": b""})

    async def _next(self) -> bytes | None:
        """Return the next chunk, None when there will be none."""
        try:
            return await anext(self._chunks, None)
        except DATABASE_UNREACHABLE:
            return None
        except Exception:  # noqa: BLE001  (the edge of the program: it is logged)
            _log.exception("a stream failed")
            return None


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
