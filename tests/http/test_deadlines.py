"""A body ends within its cap and its deadline, and a client that does not read is given up."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.types import Message

from gotovo.http import deadlines
from gotovo.http.deadlines import (
    HAS_ARRIVED,
    at_minimum_rate,
    body_deadline,
    read_body,
    read_file,
    write_deadline,
)
from gotovo.http.errors import BadRequest, BodyTimeout, BodyTooLarge
from tests.support.http.asgi import never, receiving


@pytest.mark.parametrize("declared", [b"", b"6", b"x"])
async def test_a_body_may_come_in_pieces(declared: bytes) -> None:
    assert await read_body({}, receiving(b"ab", b"cd", b"ef"), declared, 6, 1.0) == b"abcdef"


async def test_a_body_ends_at_its_declared_length_without_a_further_message() -> None:
    receive = receiving(b"abc", is_complete=False)
    assert await read_body({}, receive, b"3", 10, 1.0) == b"abc"
    assert await read_body({}, never, b"0", 10, 1.0) == b""


@pytest.mark.parametrize("declared", [b"", b"2", b"7"])
async def test_a_body_has_a_cap_whatever_it_declares(declared: bytes) -> None:
    with pytest.raises(BodyTooLarge):
        await read_body({}, receiving(b"abcdef", b"g"), declared, 6, 1.0)


async def test_a_body_that_breaks_off_is_a_bad_request() -> None:
    with pytest.raises(BadRequest):
        await read_body({}, receiving(b"ab", is_complete=False), b"3", 6, 1.0)


async def test_a_body_has_a_deadline() -> None:
    with pytest.raises(BodyTimeout):
        await read_body({}, never, b"3", 6, 0.01)
    with pytest.raises(BodyTimeout):
        async with body_deadline(0.01):
            await never()


async def test_a_body_that_was_there_before_has_its_cap() -> None:
    arrived = {HAS_ARRIVED: True}
    assert await read_body(arrived, receiving(b"abc"), b"3", 6, 1.0) == b"abc"
    with pytest.raises(BodyTooLarge):
        await read_body(arrived, receiving(b"abcdefg"), b"", 6, 1.0)


async def test_a_message_that_the_client_does_not_read_has_a_deadline() -> None:
    async def stalled(_message: Message) -> None:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await write_deadline(stalled, 0.01)({"type": "http.response.body", "body": b""})


async def test_an_upload_that_trickles_is_given_up_and_one_that_pauses_is_not() -> None:
    async def chunks(*sizes_and_pauses: tuple[int, float]) -> AsyncGenerator[bytes, None]:
        for size, seconds in sizes_and_pauses:
            await asyncio.sleep(seconds)
            yield b"a" * size

    ahead = chunks((1_000, 0), (10, 0.2), (10, 0.2))
    taken = [len(chunk) async for chunk in at_minimum_rate(ahead, 1_000, 0.05)]
    assert taken == [1_000, 10, 10]
    trickling = chunks(*((1, 0.02) for _ in range(100)))
    with pytest.raises(BodyTimeout):
        async for _ in at_minimum_rate(trickling, 1_000, 0.05):
            pass


async def test_a_file_of_many_pieces_is_whole() -> None:
    pieces = [bytes((n,)) * 50_000 for n in range(10)]
    for declared in (b"500000", b""):
        assert await read_file(receiving(*pieces), declared, 500_000) == b"".join(pieces)


async def test_a_file_is_refused_beyond_its_cap_whatever_it_declares() -> None:
    with pytest.raises(BodyTooLarge):
        await read_file(receiving(b"x"), b"11", 10)
    with pytest.raises(BodyTooLarge):
        await read_file(receiving(b"x" * 6, b"x" * 6), b"", 10)


async def test_a_file_that_breaks_off_is_no_file() -> None:
    left = [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return left.pop(0)

    with pytest.raises(BadRequest):
        await read_file(receive, b"500000", 500_000)


async def test_a_sender_of_a_file_that_stands_still_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deadlines.at_minimum_rate, "__defaults__", (16 * 1024, 0.0))
    with pytest.raises(BodyTimeout):
        await read_file(never, b"500000", 500_000)
