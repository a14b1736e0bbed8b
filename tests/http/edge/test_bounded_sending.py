"""Long bodies go out piece by piece, and whoever reads too slowly is given up."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Send

from gotovo.http.edge import bounded_sending
from gotovo.http.edge.bounded_sending import (
    LARGE_BODIES_MAX,
    LARGE_PIECE_BYTES,
    PIECE_BYTES,
    WHOLE_BYTES_MAX,
    BoundedSending,
    SlowReader,
)
from tests.support.http.asgi import Sent

LONG = b"a" * (WHOLE_BYTES_MAX + 1)


def body(content: bytes, *, more_body: bool = False) -> Message:
    """Return the message of a body."""
    return {"type": "http.response.body", "body": content, "more_body": more_body}


@given(length=st.integers(0, 3 * WHOLE_BYTES_MAX), more_body=st.booleans())
async def test_pieces_are_the_body_and_only_the_last_one_ends_it(
    length: int, *, more_body: bool
) -> None:
    sent, content = Sent(), bytes(i % 251 for i in range(length))
    await BoundedSending()(sent)(body(content, more_body=more_body))
    assert b"".join(sent.bodies) == content
    assert [m["more_body"] for m in sent.messages[:-1]] == [True] * (len(sent.messages) - 1)
    assert sent.messages[-1]["more_body"] is more_body
    assert all(len(piece) <= WHOLE_BYTES_MAX for piece in sent.bodies)


async def test_a_short_body_is_one_message_and_no_other_message_is_touched() -> None:
    sent, start = Sent(), {"type": "http.response.start", "status": 200, "headers": []}
    await BoundedSending()(sent)(start)
    await BoundedSending()(sent)(body(LONG[:-1]))
    assert sent.messages == [start, body(LONG[:-1])]


async def test_a_client_that_does_not_read_holds_a_few_pieces_and_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounded_sending, "READ_SECONDS_MAX", 0.01)
    monkeypatch.setattr(bounded_sending, "READ_BYTES_PER_SECOND_MIN", 1 << 40)
    sending, clients, long = BoundedSending(), LARGE_BODIES_MAX + 9, LONG * 6
    taken: list[list[bytes]] = [[] for _ in range(clients)]

    def stalled(client: int) -> Send:
        async def send(message: Message) -> None:
            if len(taken[client]) == 5:
                await asyncio.Event().wait()
            taken[client].append(message["body"])

        return send

    sent = (sending(stalled(client))(body(long)) for client in range(clients))
    results = await asyncio.gather(*sent, return_exceptions=True)
    assert {type(each) for each in results} == {SlowReader}
    held = [sum(map(len, each)) for each in taken]
    assert held[:LARGE_BODIES_MAX] == [5 * LARGE_PIECE_BYTES] * LARGE_BODIES_MAX
    assert held[LARGE_BODIES_MAX:] == [5 * PIECE_BYTES] * 9

    again = Sent()
    await sending(again)(body(long))
    assert max(map(len, again.bodies)) == LARGE_PIECE_BYTES
