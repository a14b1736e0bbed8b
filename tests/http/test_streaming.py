"""A stream ends with its client, with the database, or with its chunks, and always cleans up."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.types import Message

from gotovo.engine.ports import JournalUnreachable
from gotovo.http import streaming
from gotovo.http.streaming import EventStream
from tests.support.http.asgi import Sent, never, receiving, scope_of


class Chunks:
    """Chunks that tell whether their generator was closed; they end in an error or in silence."""

    def __init__(self, *chunks: bytes, error: Exception | None = None, ends: bool = True) -> None:
        self.is_closed = False
        self._chunks, self._error, self._ends = chunks, error, ends

    async def __call__(self) -> AsyncGenerator[bytes, None]:
        try:
            for chunk in self._chunks:
                yield chunk
            if self._error is not None:
                raise self._error
            if not self._ends:
                await asyncio.Event().wait()
        finally:
            self.is_closed = True


async def test_chunks_are_sent_until_there_are_no_more() -> None:
    chunks, sent = Chunks(b"b", b"c"), Sent()
    await EventStream(chunks(), b"a")(scope_of(), never, sent)
    assert sent.bodies == [b"a", b"b", b"c", b""]
    assert sent.headers[0] == (b"content-type", b"text/event-stream")
    assert chunks.is_closed


async def test_a_client_that_leaves_ends_the_stream() -> None:
    chunks, sent = Chunks(b"a", ends=False), Sent()
    async with asyncio.timeout(5):
        await EventStream(chunks())(scope_of(), receiving(b""), sent)
    assert chunks.is_closed


@pytest.mark.parametrize("error", [JournalUnreachable(), ConnectionResetError(), ValueError()])
async def test_an_error_ends_the_stream_as_if_it_were_complete(error: Exception) -> None:
    chunks, sent = Chunks(b"a", error=error), Sent()
    await EventStream(chunks())(scope_of(), never, sent)
    assert sent.bodies == [b"a", b""]
    assert chunks.is_closed


async def test_a_client_that_stops_reading_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "WRITE_SECONDS_MAX", 0.01)
    chunks = Chunks(b"a", b"b", ends=False)

    async def stalled(message: Message) -> None:
        if message.get("body") == b"b":
            await asyncio.Event().wait()

    async with asyncio.timeout(5):
        await EventStream(chunks())(scope_of(), never, stalled)
    assert chunks.is_closed


async def test_a_server_that_stops_ends_the_stream() -> None:
    chunks = Chunks(b"a", ends=False)
    serving = asyncio.create_task(EventStream(chunks())(scope_of(), never, Sent()))
    await asyncio.sleep(0.01)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert chunks.is_closed
