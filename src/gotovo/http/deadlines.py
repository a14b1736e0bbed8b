"""Deadlines for reading a body and for writing a stream; the server has neither.

Long responses have theirs in `edge.bounded_sending`. A stream waits in `send` while its client
reads nothing, and would hold its slot until the process ends.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from starlette.types import Message, Receive, Scope, Send

from gotovo.http.caps import capped
from gotovo.http.errors import BadRequest, BodyTimeout, BodyTooLarge

HAS_ARRIVED: Final = "gotovo.has_arrived"
"""Set in the scope of a request whose whole body was there before it was served: there is nothing
to wait for, and a deadline costs as much as all else that a body does."""

BODY_SECONDS_MAX: Final = 5.0
"""The whole of a small body."""

UPLOAD_SECONDS_MAX: Final = 120.0
"""Forty megabytes at three megabits a second, which a bad mobile network has."""

UPLOAD_BYTES_PER_SECOND_MIN: Final = 16 * 1024
"""A tenth of what a bad mobile network sends; slower, five pictures would never be complete."""

UPLOAD_GRACE_SECONDS: Final = 10.0
"""How long an upload may stand still at its beginning, or later if it was fast before."""

WRITE_SECONDS_MAX: Final = 30.0
"""One message of a stream, once megabytes of earlier ones fill the buffers of the connection."""


@asynccontextmanager
async def body_deadline(seconds_max: float) -> AsyncGenerator[None]:
    """Raise BodyTimeout when reading takes longer."""
    try:
        async with asyncio.timeout(seconds_max):
            yield
    except TimeoutError as error:
        raise BodyTimeout(seconds_max) from error


async def at_minimum_rate(
    chunks: AsyncGenerator[bytes, None],
    bytes_per_second_min: float = UPLOAD_BYTES_PER_SECOND_MIN,
    grace_seconds: float = UPLOAD_GRACE_SECONDS,
) -> AsyncGenerator[bytes, None]:
    """Yield the chunks of a body; raise BodyTimeout once it falls behind the minimum rate.

    The rate is that of the whole body so far, so it may pause as long as it was ahead.
    """
    began_at = asyncio.get_running_loop().time()
    length = 0
    while True:
        seconds = grace_seconds + length / bytes_per_second_min
        try:
            async with asyncio.timeout_at(began_at + seconds):
                chunk = await anext(chunks, None)
        except TimeoutError as error:
            raise BodyTimeout(seconds) from error
        if chunk is None:
            return
        length += len(chunk)
        yield chunk


def write_deadline(send: Send, seconds_max: float) -> Send:
    """Return a `send` that raises TimeoutError when the client does not read."""

    async def send_in_time(message: Message) -> None:
        async with asyncio.timeout(seconds_max):
            await send(message)

    return send_in_time


async def read_body(
    scope: Scope, receive: Receive, declared: bytes, bytes_max: int, seconds_max: float
) -> bytes:
    """Return the whole body within its cap and deadline; `declared` is its Content-Length.

    Raises BodyTooLarge, BodyTimeout, or BadRequest when the client left.
    """
    length = int(declared) if declared.isdigit() else -1
    if length > bytes_max:
        raise BodyTooLarge(bytes_max)
    if length == 0:
        return b""
    if scope.get(HAS_ARRIVED):
        return await _read(receive, length, bytes_max)
    try:
        async with asyncio.timeout(seconds_max):
            return await _read(receive, length, bytes_max)
    except TimeoutError as error:
        raise BodyTimeout(seconds_max) from error


async def read_file(receive: Receive, declared: bytes, bytes_max: int) -> bytes:
    """Return a body that is a file, over a line as slow as that of a bad mobile network.

    `declared` is its Content-Length.

    Raises BodyTooLarge, BodyTimeout, or BadRequest when the client left.
    """
    length = int(declared) if declared.isdigit() else -1
    if length > bytes_max:
        raise BodyTooLarge(bytes_max)
    if length == 0:
        return b""
    whole = bytearray()
    async with body_deadline(UPLOAD_SECONDS_MAX):
        async for chunk in at_minimum_rate(capped(_chunks(receive, length), bytes_max)):
            whole += chunk
    return bytes(whole)


async def _read(receive: Receive, declared: int, bytes_max: int) -> bytes:
    """Read until the end, or until the declared length is there.

    The server ends a body at its declared length but says so in a further message only. Each
    message passes through two threads of the server, and to wait for that one costs a fifth of
    what the server itself spends on a request.
    """
    chunks: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest
        chunk: bytes = message.get("body", b"")
        chunks.append(chunk)
        length += len(chunk)
        if length > bytes_max:
            raise BodyTooLarge(bytes_max)
        if length == declared or not message.get("more_body", False):
            return chunk if length == len(chunk) else b"".join(chunks)


async def _chunks(receive: Receive, length: int) -> AsyncGenerator[bytes, None]:
    """Yield what arrives until the end, or until the declared length is there."""
    arrived = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest
        chunk: bytes = message.get("body", b"")
        arrived += len(chunk)
        yield chunk
        if arrived == length or not message.get("more_body", False):
            return
