"""Long bodies are sent piece by piece, so that a client that does not read holds little memory.

Granian takes a body of one message whole and keeps it until the client has read it; of a body in
several messages it takes four ahead, and then `send` waits for the client. Whoever reads more
slowly than the minimum rate is given up. A client that reads nothing at all loses its connection to
the kernel first (`connections`).
"""

import asyncio
from collections.abc import Awaitable
from typing import Final

from starlette.types import Message, Send

WHOLE_BYTES_MAX: Final = 64 * 1024
"""A shorter body goes out as one message: nearly every page and response."""

PIECE_BYTES: Final = 8 * 1024
"""Granian holds five pieces of a connection at most, four of them in its queue."""

LARGE_PIECE_BYTES: Final = 64 * 1024
"""A page of a thousand events costs a fifth more processor time in small pieces than in these."""

LARGE_BODIES_MAX: Final = 32
"""Bodies that go out in large pieces at once: those that nobody reads hold ten megabytes in all."""

READ_SECONDS_MAX: Final = 30.0
"""What a client may lose in a tunnel, however short the body is."""

READ_BYTES_PER_SECOND_MIN: Final = 8 * 1024
"""Half of what GPRS has. At this rate the largest page of the feed takes a minute and a half."""


class SlowReader(TimeoutError):
    """The client reads more slowly than the minimum rate; its connection is given up."""


class BoundedSending:
    """Splits the long bodies of one process."""

    def __init__(self) -> None:
        self._large = 0

    def __call__(self, send: Send) -> Send:
        """Return a `send` that splits long bodies; it raises SlowReader."""

        def send_bounded(message: Message) -> Awaitable[None]:
            if len(message.get("body", b"")) <= WHOLE_BYTES_MAX:
                return send(message)
            return self._send(message, send)

        return send_bounded

    async def _send(self, message: Message, send: Send) -> None:
        if self._large >= LARGE_BODIES_MAX:
            await _send_pieces(message, send, PIECE_BYTES)
            return
        self._large += 1
        try:
            await _send_pieces(message, send, LARGE_PIECE_BYTES)
        finally:
            self._large -= 1


async def _send_pieces(message: Message, send: Send, piece_bytes: int) -> None:
    body = memoryview(message["body"])
    more_body = message.get("more_body", False)
    seconds = READ_SECONDS_MAX + len(body) / READ_BYTES_PER_SECOND_MIN
    try:
        async with asyncio.timeout(seconds):
            for begin in range(0, len(body), piece_bytes):
                end = begin + piece_bytes
                is_last = end >= len(body) and not more_body
                piece = bytes(body[begin:end])
                await send({**message, "body": piece, "more_body": not is_last})
    except TimeoutError as error:
        raise SlowReader(seconds) from error
