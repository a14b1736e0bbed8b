"""What our server takes for requests, h11 takes for the same ones: nobody reads between the two.

Ours may refuse more. It may never take something for a request, or for another one, that h11 would
refuse or read otherwise, except for what is listed as harmless.
"""

import asyncio
import os
import re
from typing import Any

import h11
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from gotovo.http.edge.edge import Edge, is_refused
from gotovo.http.errors import InvalidHost
from tests.support.http.wire import body_of, respond, wire

FULL = os.environ.get("GOTOVO_TEST_FULL") == "1"

Read = list[tuple[str, bytes, bytes]]
"""Method, target and body of each request."""

LINES = st.sampled_from([
    b"GET / HTTP/1.1", b"POST /a HTTP/1.1", b"POST /b?c HTTP/1.0", b"GET /%00 HTTP/1.1",
    b"get / HTTP/1.1", b"GET /d  HTTP/1.1", b"GET /e HTTP/1.1 ", b"GET /f HTTP/1.2",
    b"GET\t/g HTTP/1.1", b" GET /h HTTP/1.1",
])  # fmt: skip
HEADERS = st.sampled_from([
    b"Host: b", b"Content-Length: 3", b"Content-Length: 5", b"content-length:3",
    b"Content-Length: 03", b"Content-Length: 3,3", b"Content-Length: 3, 5", b"Content-Length: 0x3",
    b"Content-Length: -1", b"Content-Length:\t3", b"Content-Length: 3 ", b"Content-Length: ",
    b"Content-Length : 3", b"Transfer-Encoding: chunked", b"transfer-encoding:chunked",
    b"Transfer-Encoding: Chunked", b"Transfer-Encoding: chunked, chunked",
    b"Transfer-Encoding: identity", b"Transfer-Encoding: \x0bchunked",
    b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding : chunked", b"Transfer_Encoding: chunked", b" Content-Length: 3",
    b"X: a\r\n b", b"X: a\nContent-Length: 3", b"X: a\rContent-Length: 3", b"X:\x00", b"X: \xff",
    b"X", b":", b"X Y: a", b"Connection: close", b"Connection: keep-alive", b"Expect: 100-continue",
])  # fmt: skip
BODIES = st.sampled_from([
    b"", b"abc", b"abcde", b"3\r\nabc\r\n0\r\n\r\n", b"3\r\nabc\r\n0\r\nT: 1\r\n\r\n",
    b"3;x=y\r\nabc\r\n0\r\n\r\n", b"3 \r\nabc\r\n0\r\n\r\n", b"0x3\r\nabc\r\n0\r\n\r\n",
    b"+3\r\nabc\r\n0\r\n\r\n", b"3\nabc\n0\n\n", b"3\r\nabcd\r\n0\r\n\r\n", b"-1\r\n",
    b"FFFFFFFFFFFFFFFFF\r\nabc", b"0\r\n\r\n", b"00\r\n\r\n", b"3\r\nabc0\r\n\r\n",
])  # fmt: skip


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """Return a request, more or less, as a client that means no good would send it."""
    lines = [draw(LINES), b"Host: a", *draw(st.lists(HEADERS, max_size=4))]
    end = draw(st.sampled_from([b"\r\n"] * 6 + [b"\n", b"\r"]))
    message = end.join(lines) + end * 2 + draw(BODIES)
    if draw(st.integers(0, 7)):
        return message
    at = draw(st.integers(0, len(message)))
    return message[:at] + draw(st.binary(max_size=3)) + message[at + draw(st.integers(0, 2)) :]


def read_by_h11(sent: bytes) -> Read:
    """Return the complete requests that h11 finds before it refuses, or knows that none follows.

    Empty lines between requests are skipped, as RFC 9112, 2.2 has it.
    """
    found: Read = []
    is_last = False
    while sent and not is_last:
        connection = h11.Connection(h11.SERVER)
        connection.receive_data(sent.lstrip(b"\r\n"))
        request, body = _message(connection)
        if request is None:
            break
        found.append((request.method.decode(), request.target, body))
        sent, _ = connection.trailing_data
        is_last = connection.their_state is not h11.DONE
    return found


def _message(connection: h11.Connection) -> tuple[h11.Request | None, bytes]:
    """Return a request with its body, None where there is no complete one."""
    request, body = None, b""
    while True:
        try:
            event: Any = connection.next_event()
        except h11.RemoteProtocolError:
            return None, b""
        if isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            return request, body
        else:
            return None, b""


async def read_by_us(sent: bytes) -> Read:
    """Return the complete requests that reach an application of our server, behind the edge."""
    found: Read = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        if is_refused(scope):
            await respond(send, b"", *InvalidHost.headers, status=400)
            return
        body = await body_of(receive)
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        if not body.endswith(b"!"):
            found.append((scope["method"], scope["raw_path"] + query, body))
        await respond(send, b"")

    async with wire(Edge(note, 1_000)) as server:
        client = await server.client(sent)
        client.end()
        try:
            await client.rest()
        except ConnectionError:  # it was closed while something was still on its way
            await asyncio.sleep(0)
    return found


def one_space(sent: bytes) -> bytes:
    """Return the bytes with one space between the words of a first line, as RFC 9112, 3 allows."""
    return re.sub(rb"^([A-Z]+) +(\S+) +(HTTP/)", rb"\1 \2 \3", sent, flags=re.MULTILINE)


def harmless(request: tuple[str, bytes, bytes]) -> tuple[str, bytes, bytes]:
    """Return a request without what the two may tell differently."""
    method, target, body = request
    return method, re.sub(rb"\?$", b"", target), body


@given(st.lists(messages(), min_size=1, max_size=3))
@settings(
    max_examples=20_000 if FULL else 100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(
    [
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
    ]
)
def test_whatever_we_take_for_a_request_h11_takes_for_the_same(sent: list[bytes]) -> None:
    whole = b"".join(sent)
    ours = [harmless(each) for each in asyncio.run(read_by_us(whole))]
    theirs = [harmless(each) for each in read_by_h11(one_space(whole))]
    assert ours == theirs[: len(ours)], whole


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_the_size_of_the_pieces_does_not_matter(size: int) -> None:
    sent = (
        b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        b"GET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    )
    found: Read = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        found.append((scope["method"], scope["raw_path"], await body_of(receive)))
        await respond(send, b"")

    async with wire(note) as server:
        client = await server.client()
        for begin in range(0, len(sent), size):
            client.send(sent[begin : begin + size])
            await asyncio.sleep(0.001)
        await client.rest()
    assert found == read_by_h11(sent)
