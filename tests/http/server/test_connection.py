"""A connection: what a client sends becomes requests, and each gets its response, in order."""

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from gotovo.http.deadlines import HAS_ARRIVED
from tests.support.http.wire import body_of, echo, respond, wire

GET = b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"

READ = {
    "a body of a length": (
        b"POST /a?b=c HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz",
        b"POST /a?b=c xyz",
    ),
    "a body in chunks": (
        CHUNKED + b"1;e=f\r\nx\r\n2\r\nyz\r\n0\r\nT: 1\r\n\r\n",
        b"POST /? xyz",
    ),
    "no body": (b"GET / HTTP/1.1\r\n\r\n", b"GET /? "),
    "an absolute target": (b"GET http://a.example/b?c HTTP/1.1\r\n\r\n", b"GET /b?c "),
    "an absolute target without a path": (b"GET http://a.example HTTP/1.1\r\n\r\n", b"GET /? "),
    "a target of the whole server": (b"OPTIONS * HTTP/1.1\r\n\r\n", b"OPTIONS *? "),
    "percent-encoded letters": (b"GET /%D0%B0%20b HTTP/1.1\r\n\r\n", "GET /а b? ".encode()),
    "an empty line before": (b"\r\nGET / HTTP/1.1\r\n\r\n", b"GET /? "),
    "another protocol is asked for": (
        b"GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\nPRI",
        b"GET /? ",
    ),
}  # fmt: skip

REFUSED = {
    "two lengths": b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
    "a length and chunks": (
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "a coding that is none": b"POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
    "a coding before the last": (
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
    ),
    "a chunk without a number": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
    "a length with a sign": b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\nx",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "a folded line": b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
    "bare line feeds": b"GET / HTTP/1.1\nHost: a\n\n",
    "a NUL": b"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n",
    "a fragment": b"GET /#a HTTP/1.1\r\n\r\n",
    "letters that are not ASCII": "GET /а HTTP/1.1\r\n\r\n".encode(),
    "another version": b"GET / HTTP/2.0\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00",
    "a tunnel": b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
}


@pytest.mark.parametrize(("sent", "told"), READ.values(), ids=READ)
async def test_a_request_reaches_the_application_as_it_was_meant(sent: bytes, told: bytes) -> None:
    async with wire(echo) as server:
        client = await server.client(sent)
        client.end()
        head, _, body = (await client.rest()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body == told


@pytest.mark.parametrize(("sent", "told"), READ.values(), ids=READ)
async def test_byte_by_byte_it_is_the_same_request(sent: bytes, told: bytes) -> None:
    async with wire(echo) as server:
        client = await server.client()
        for byte in sent:
            client.send(bytes((byte,)))
            await asyncio.sleep(0)
        client.end()
        assert (await client.rest()).endswith(b"\r\n\r\n" + told)


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        ((b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz",), b"True"),
        ((b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nxy", b"z"), b"False"),
        ((b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n", b"xyz"), b"False"),
        ((CHUNKED + b"1\r\nx\r\n", b"0\r\n\r\n"), b"False"),
    ],
)
async def test_the_application_knows_whether_the_whole_body_was_there_before_it_began(
    pieces: tuple[bytes, ...], told: bytes
) -> None:
    """A body that was needs no deadline, and any other one does."""

    async def tell(scope: Scope, receive: Receive, send: Send) -> None:
        has_arrived = scope[HAS_ARRIVED]
        while (await receive())["more_body"]:
            pass
        await respond(send, str(has_arrived).encode())

    async with wire(tell) as server:
        client = await server.client()
        for piece in pieces:
            client.send(piece)
            await asyncio.sleep(0.01)
        client.end()
        assert (await client.rest()).endswith(b"\r\n\r\n" + told)


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
async def test_what_can_be_read_in_two_ways_is_refused_and_ends_the_connection(sent: bytes) -> None:
    served: list[str] = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        served.append(scope["path"])
        await echo(scope, receive, send)

    async with wire(note) as server:
        answers = await server.answers(sent + LAST)
    assert answers[:12] in {b"HTTP/1.1 400", b"HTTP/1.1 501"}, answers
    assert answers.count(b"HTTP/1.1") == 1
    assert b"connection: close\r\n" in answers
    assert served == []


async def test_an_unknown_method_is_not_implemented() -> None:
    async with wire(echo) as server:
        answers = await server.answers(b"TRACK / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answers.startswith(b"HTTP/1.1 501 Not Implemented\r\n")


async def test_requests_that_came_together_get_their_responses_in_order() -> None:
    async def slower_first(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(0 if scope["path"] == "/last" else 10 - int(scope["path"][1:])):
            await asyncio.sleep(0)
        await echo(scope, receive, send)

    async with wire(slower_first) as server:
        answers = await server.answers(b"".join(GET % each for each in range(9)) + LAST)
    paths = [each.partition(b"?")[0] for each in answers.split(b"GET ")[1:]]
    assert paths == [*(b"/%d" % each for each in range(9)), b"/last"]


async def test_what_came_before_a_broken_request_is_served() -> None:
    async with wire(echo) as server:
        answers = await server.answers(GET % 1 + GET % 2 + REFUSED["bare line feeds"])
    statuses = [each[:3] for each in answers.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"200", b"400"]


async def test_a_body_that_turns_out_broken_is_refused_once() -> None:
    """The application is told that the client left, and what it says then goes nowhere."""
    async with wire(echo) as server:
        client = await server.client(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
        )
        await asyncio.sleep(0.05)
        client.send(b"z\r\n" + LAST)
        answers = await client.rest()
    assert answers.startswith(b"HTTP/1.1 400 ")
    assert answers.count(b"HTTP/1.1") == 1


async def test_so_many_requests_wait_on_a_connection_and_the_rest_is_not_read() -> None:
    async with wire(echo, pipelined=3) as server:
        answers = await server.answers(b"".join(GET % each for each in range(20)))
    assert answers.count(b"HTTP/1.1 200 OK") == 4
    assert answers.count(b"connection: close") == 1


async def test_nothing_is_read_after_the_last_request() -> None:
    async with wire(echo) as server:
        answers = await server.answers(LAST + GET % 1 + b"anything")
    assert answers.count(b"HTTP/1.1") == 1
    assert b"/last" in answers


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", b"connection: close\r\n"),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", b"connection: keep-alive\r\n"),
    ],
)
async def test_an_old_client_is_told_whether_the_connection_stays(sent: bytes, said: bytes) -> None:
    async with wire(echo) as server:
        client = await server.client(sent)
        assert said in await client.until(b"\r\n\r\n")


async def test_a_head_that_is_too_long_is_refused() -> None:
    async with wire(echo, head_bytes=1_000) as server:
        client = await server.client(b"GET / HTTP/1.1\r\nA: ")
        await asyncio.sleep(0.05)
        client.send(b"a" * 1_001)
        assert (await client.rest()).startswith(b"HTTP/1.1 431 ")


async def test_a_head_in_one_piece_is_not_too_long_for_what_comes_after_it() -> None:
    async with wire(echo, head_bytes=1_000) as server:
        body = b"a" * 5_000
        answers = await server.answers(
            b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 5000\r\n\r\n" + body
        )
    assert answers.endswith(body)


async def test_who_sends_no_more_gets_the_response_still() -> None:
    async with wire(echo) as server:
        client = await server.client(GET % 1 + GET % 2)
        client.end()
        assert (await client.rest()).count(b"HTTP/1.1 200 OK") == 2


async def test_a_stream_learns_that_its_client_has_left() -> None:
    left = asyncio.Event()

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        assert await body_of(receive) == b""
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        assert (await receive())["type"] == "http.disconnect"
        left.set()

    async with wire(stream) as server:
        client = await server.client(GET % 1)
        await client.until(b"first")
        client.close()
        async with asyncio.timeout(10):
            await left.wait()


async def test_a_response_reaches_a_client_that_is_still_sending() -> None:
    """A reset of the connection would take the response with it."""

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await respond(send, b"too much", status=413)

    async with wire(refuse) as server:
        client = await server.client(b"POST / HTTP/1.1\r\nContent-Length: 50000000\r\n\r\n")
        for _ in range(200):
            client.send(b"a" * 10_000)
            await asyncio.sleep(0)
        assert (await client.rest()).endswith(b"too much")


@pytest.mark.parametrize(
    ("sent", "limits"),
    [
        (b"", {"head_seconds": 0.1}),
        (b"GET / HTTP/1.1\r\nA:", {"head_seconds": 0.1}),
        (GET % 1, {"idle_seconds": 0.1}),
    ],
)
async def test_who_says_nothing_for_too_long_is_let_go(
    sent: bytes, limits: dict[str, float]
) -> None:
    async with wire(echo, **limits) as server:
        client = await server.client(sent)
        assert (await client.rest()).count(b"HTTP/1.1 200 OK") == (1 if sent == GET % 1 else 0)


async def test_empty_lines_are_nothing_said() -> None:
    async with wire(echo, head_seconds=0.2) as server:
        client = await server.client()

        async def drip() -> None:
            while True:
                client.send(b"\r\n")
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        try:
            assert await client.rest() == b""
        except ConnectionError:
            pass
        finally:
            dripping.cancel()


async def test_an_application_that_fails_is_an_error_of_ours() -> None:
    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError(scope["path"], receive, send)

    async with wire(fails) as server:
        answers = await server.answers(GET % 1)
    assert answers.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")


async def test_a_piece_of_a_response_is_not_taken_for_the_whole() -> None:
    async def breaks_off(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"piece", "more_body": True})

    async with wire(breaks_off) as server:
        client = await server.client(GET % 1)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await client.until(b"0\r\n\r\n")
