"""What the application leaves of a body is read before the response, if it is short and comes."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from starlette.types import Message

from gotovo.http.edge import unread_bodies
from gotovo.http.edge.unread_bodies import UNREAD_BYTES_MAX, RequestBody, body_of


class Arriving:
    """A body that arrives in these pieces, and nothing after them."""

    def __init__(self, pieces: Iterable[bytes], *, ends: bool) -> None:
        self._messages: list[Message] = [
            {"type": "http.request", "body": piece, "more_body": True} for piece in pieces
        ]
        if ends:
            self._messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def __call__(self) -> Message:
        if not self._messages:
            await asyncio.Event().wait()
        return self._messages.pop(0)

    @property
    def left(self) -> int:
        """The messages that nobody has read."""
        return len(self._messages)


def body(*headers: tuple[bytes, bytes], pieces: Iterable[bytes] = (), ends: bool = False) -> Any:
    """Return the body of a request with these headers, and what arrives of it."""
    arriving = Arriving(pieces, ends=ends)
    return body_of(dict(headers), arriving), arriving


def length(count: int) -> tuple[bytes, bytes]:
    """Return the header of a body of so many bytes."""
    return b"content-length", str(count).encode()


CHUNKED = (b"transfer-encoding", b"chunked")


def test_a_request_without_a_body_has_none() -> None:
    for headers in ((), (length(0),), ((b"host", b"a"),)):
        assert body(*headers)[0] is None


async def test_a_body_is_read_at_its_declared_length() -> None:
    request, arriving = body(length(4), pieces=(b"ab", b"cd"))
    assert not request.is_read
    await request.receive()
    assert not request.is_read
    await request.receive()
    assert request.is_read
    assert arriving.left == 0


@pytest.mark.parametrize(
    ("headers", "pieces", "ends"),
    [
        ((length(4),), (b"ab", b"cd"), False),
        ((CHUNKED,), (b"ab", b"cd"), True),
        ((length(UNREAD_BYTES_MAX),), (b"a" * UNREAD_BYTES_MAX,), False),
    ],
)
async def test_a_short_body_is_discarded_and_the_connection_goes_on(
    headers: tuple[tuple[bytes, bytes], ...], pieces: tuple[bytes, ...], *, ends: bool
) -> None:
    request, arriving = body(*headers, pieces=pieces, ends=ends)
    assert await request.discard()
    assert request.is_read
    assert arriving.left == 0


async def test_of_a_long_body_nothing_is_read() -> None:
    for headers in ((length(UNREAD_BYTES_MAX + 1),), (length(4), (b"expect", b"100-continue"))):
        request, arriving = body(*headers, pieces=(b"abcd",))
        assert not await request.discard()
        assert arriving.left == 1


async def test_a_body_of_unknown_length_is_read_no_further_than_a_short_one() -> None:
    piece = b"a" * (UNREAD_BYTES_MAX // 2 + 1)
    request, arriving = body(CHUNKED, pieces=(piece,) * 4)
    assert not await request.discard()
    assert arriving.left == 2


async def test_a_body_that_does_not_come_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unread_bodies, "UNREAD_SECONDS_MAX", 0.01)
    request, _ = body(length(4), pieces=(b"ab",))
    assert not await request.discard()


async def test_a_client_that_left_is_not_waited_for() -> None:
    async def gone() -> Message:
        return {"type": "http.disconnect"}

    assert await RequestBody(gone, 4).discard()
