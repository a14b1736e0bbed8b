"""Answers without an end: how they are sent, and how many there may be."""

import asyncio
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final

import structlog

from gotovo.engine.ports import JournalUnreachable
from gotovo.store.postgres.unreachable import UNREACHABLE
from gotovo.web.answer import Header, Stream
from gotovo.web.asgi import Receive, Send

STREAMS_OF_CUSTOMER_MAX: Final = 16
"""Open pages of one buyer that are told of news, on all devices: more than anybody looks at."""

STREAMS_MAX: Final = 2_000
"""Streams of one process: each holds one of the connections that all others need, too. Whoever
finds no room has a page as of a while ago."""

_AWAY = (JournalUnreachable, *UNREACHABLE)
_log = structlog.get_logger("gotovo.web")


class OpenStreams:
    """Counts what is open, by customer."""

    def __init__(self) -> None:
        """Begin with none."""
        self._of_customer: Counter[str] = Counter()
        self._count = 0

    @property
    def are_full(self) -> bool:
        """Tell whether this process has as many as it can."""
        return self._count >= STREAMS_MAX

    def are_full_for(self, customer: str) -> bool:
        """Tell whether a customer has as many as it may."""
        return self._of_customer[customer] >= STREAMS_OF_CUSTOMER_MAX

    @contextmanager
    def one_more(self, customer: str) -> Generator[None]:
        """Count one for as long as it is open."""
        self._count += 1
        self._of_customer[customer] += 1
        try:
            yield
        finally:
            self._count -= 1
            self._of_customer[customer] -= 1
            if not self._of_customer[customer]:
                del self._of_customer[customer]


async def send_stream(
    stream: Stream, always: Sequence[Header], receive: Receive, send: Send
) -> None:
    """Send until the asker leaves, the database does, or we are asked to stop.

    `x-accel-buffering` is for nginx, which would hold news back until there are many.
    """
    headers = [
        (b"content-type", stream.media_type),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        *always,
    ]
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        chunk: bytes | None = stream.first
        while chunk is not None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            chunk = await _unless_gone(stream, gone)
        if not gone.done():
            await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        await stream.chunks.aclose()


async def _unless_gone(stream: Stream, gone: "asyncio.Task[None]") -> bytes | None:
    """Return the next chunk, None when there will be none or nobody to read it."""
    chunk = asyncio.ensure_future(_next(stream))
    await asyncio.wait((chunk, gone), return_when=asyncio.FIRST_COMPLETED)
    if gone.done():
        chunk.cancel()
        await asyncio.wait((chunk,))
        return None
    return chunk.result()


async def _next(stream: Stream) -> bytes | None:
    try:
        return await anext(stream.chunks, None)
    except _AWAY:
        return None
    except Exception:  # noqa: BLE001  (the edge of the program: it is logged)
        _log.exception("a stream failed")
        return None


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
