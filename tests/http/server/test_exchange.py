"""How a response is delimited, and how neither side overruns the other."""

import asyncio

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.support.http.wire import SECONDS, body_of, respond, wire

HEADERS = b"Host: a\r\nConnection: close\r\n\r\n"


def answering(status: int, headers: list[tuple[bytes, bytes]], *pieces: bytes) -> ASGIApp:
    """Return an application that responds with these pieces of a body."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for index, piece in enumerate(pieces):
            more = index < len(pieces) - 1
            await send({"type": "http.response.body", "body": piece, "more_body": more})

    return app


LENGTH = [(b"content-length", b"4")]
DELIMITED = {
    "a whole body": (answering(200, [], b"abcd"), b"content-length: 4", b"abcd"),
    "a declared length": (answering(200, LENGTH, b"ab", b"cd"), b"content-length: 4", b"abcd"),
    "pieces": (
        answering(200, [], b"ab", b"", b"cd", b""),
        b"transfer-encoding: chunked",
        b"2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n",
    ),
    "no content": (answering(204, [], b""), b"HTTP/1.1 204 No Content", b""),
    "not modified": (answering(304, [(b"etag", b'"a"')], b""), b'etag: "a"', b""),
    "a status without a name": (answering(299, [], b"a"), b"HTTP/1.1 299 \r\n", b"a"),
}


@pytest.mark.parametrize(("app", "said", "body"), DELIMITED.values(), ids=DELIMITED)
async def test_a_client_knows_where_the_body_ends(app: ASGIApp, said: bytes, body: bytes) -> None:
    async with wire(app) as server:
        answer = await server.answers(b"GET / HTTP/1.1\r\n" + HEADERS)
    head, _, rest = answer.partition(b"\r\n\r\n")
    assert said in head + b"\r\n"
    assert rest == body
    assert head.count(b"date: ") == 1
    assert (b"content-length" in head) != (
        b"chunked" in head or b" 204 " in head or b" 304 " in head
    )


@pytest.mark.parametrize(("app", "said", "body"), DELIMITED.values(), ids=DELIMITED)
async def test_the_response_to_head_has_no_body(app: ASGIApp, said: bytes, body: bytes) -> None:
    del said, body
    async with wire(app) as server:
        answer = await server.answers(b"HEAD / HTTP/1.1\r\n" + HEADERS)
    assert answer.endswith(b"\r\n\r\n")
    assert answer.count(b"\r\n\r\n") == 1


async def test_to_an_old_client_pieces_end_with_the_connection() -> None:
    async with wire(answering(200, [], b"ab", b"cd")) as server:
        answer = await server.answers(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert answer.endswith(b"\r\n\r\nabcd")
    assert b"chunked" not in answer
    assert b"connection: close" in answer


async def test_a_body_of_another_length_than_declared_ends_the_connection() -> None:
    """What follows would be read as the rest of it, or the rest of it as what follows."""
    async with wire(answering(200, LENGTH, b"abcdef")) as server:
        client = await server.client(b"GET / HTTP/1.1\r\n\r\n" * 2)
        assert (await client.rest()).count(b"HTTP/1.1") == 1


async def test_a_response_can_end_the_connection() -> None:
    async with wire(answering(200, [(b"connection", b"close")], b"a")) as server:
        answer = await server.answers(b"GET / HTTP/1.1\r\n\r\n")
    assert answer.count(b"connection: close") == 1


async def test_who_asks_before_sending_the_body_is_told_to_continue() -> None:
    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        await respond(send, await body_of(receive))

    head = b"POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n" + HEADERS
    async with wire(echo) as server:
        client = await server.client(head)
        assert await client.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.send(b"abc")
        assert (await client.rest()).endswith(b"\r\n\r\nabc")
        at_once = await server.answers(head + b"abc")
    assert b"100 Continue" not in at_once


async def test_who_is_refused_before_is_not_told_to_continue() -> None:
    async with wire(answering(401, [], b"no")) as server:
        answer = await server.answers(
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
        )
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" not in answer or answer.endswith(b"no")


async def test_the_application_waits_for_a_client_that_does_not_read() -> None:
    sent = 0
    may_go_on = asyncio.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal sent
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not may_go_on.is_set():
            await send({"type": "http.response.body", "body": b"a" * 10_000, "more_body": True})
            sent += 1
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"end"})

    async with wire(endless) as server:
        client = await server.client(b"GET / HTTP/1.1\r\n" + HEADERS)
        await client.until(b"\r\n\r\n")
        before = -1
        async with asyncio.timeout(SECONDS):
            while sent != before:  # until it waits
                before = sent
                await asyncio.sleep(0.2)
        assert sent < 5_000  # the kernel's buffers and ours are all that is full
        may_go_on.set()
        assert (await client.rest()).endswith(b"3\r\nend\r\n0\r\n\r\n")


async def test_a_client_waits_for_an_application_that_does_not_read() -> None:
    received: list[Message] = []
    may_read = asyncio.Event()

    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        await may_read.wait()
        while not received or received[-1].get("more_body"):
            received.append(await receive())
        await respond(send, b"%d" % sum(len(each["body"]) for each in received))

    length = 8_000_000
    async with wire(late, unread_bytes=10_000) as server:
        client = await server.client(
            b"POST / HTTP/1.1\r\nContent-Length: %d\r\n%b" % (length, HEADERS)
        )
        client.send(b"a" * length)
        await asyncio.sleep(0.3)
        may_read.set()
        assert (await client.rest()).endswith(b"\r\n\r\n8000000")
    assert len(received) > 5, "it came in pieces, as it was read"
