"""HTTP itself: lengths that two servers would read differently, methods and types of answers."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from tests.conftest import own_database
from tests.support.cli.program import Program

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
AMBIGUOUS = {
    "two lengths": (b"Content-Length: 0\r\nContent-Length: %d\r\n", SMUGGLED),
    "two lengths in one line": (b"Content-Length: 0, %d\r\n", SMUGGLED),
    "a signed length": (b"Content-Length: +%d\r\n", SMUGGLED),
    "an unknown coding": (b"Transfer-Encoding: xchunked\r\n", SMUGGLED),
    "chunked is not the last coding": (b"Transfer-Encoding: chunked, gzip\r\n", SMUGGLED),
    "a chunk without a number": (b"Transfer-Encoding: chunked\r\n", b"z\r\n" + SMUGGLED),
    "a space before the colon": (b"Content-Length : %d\r\n", SMUGGLED),
    "a folded line": (b"X-A: b\r\n Content-Length: %d\r\n", SMUGGLED),
    "a line break in a value": (b"X-A: b\nContent-Length: %d\r\n", SMUGGLED),
}
REFUSED = (
    "/sign-in-code",  # not set up here
    "/nowhere",
    "/orders",  # has no such method
    "/api/v1/orders",  # without a key
    "/api/v1/nowhere",
)
"""Refused for the head alone, whatever the body says."""

PAGES = ("/", "/orders", "/nowhere", "/orders/1", "/manifest.webmanifest", "/service-worker.js")


@pytest.fixture(scope="module")
def program(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Program]:
    """Give a running program; nothing that is sent to it here changes anything."""
    for url in own_database(server_url, template):
        program = Program(tmp_path_factory.mktemp("protocol"), url)
        program.start()
        yield program
        assert program.stop() == 0, program.log()


async def test_an_ambiguous_request_is_never_read_as_two(program: Program) -> None:
    """Whatever the server in front took for the body is no request of its own here."""
    for name, (length, body) in AMBIGUOUS.items():
        header = length % len(body) if b"%d" in length else length
        head = b"POST /sign-out HTTP/1.1\r\nHost: a\r\n" + FORM + header + b"\r\n"
        answers = await _answers(program.port, head + body)
        assert answers.count(b"HTTP/1.1 ") <= 1, name
        assert b" 404 " not in answers, name
        assert answers == b"" or answers.startswith(b"HTTP/1.1 4"), (name, answers[:40])


async def test_with_a_coding_and_a_length_the_length_does_not_count(program: Program) -> None:
    both = b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"
    head = b"POST /sign-out HTTP/1.1\r\nHost: a\r\n" + FORM + both + b"\r\n"
    answers = await _answers(program.port, head + b"0\r\n\r\n" + SMUGGLED)
    assert answers.startswith(b"HTTP/1.1 4")
    assert answers.count(b"HTTP/1.1 ") == 1


async def test_a_request_is_not_traced_back_and_no_tunnel_is_opened(program: Program) -> None:
    async with httpx.AsyncClient(base_url=program.url) as client:
        for path in ("/", "/api/v1/orders", "/healthz"):
            for method in ("TRACE", "TRACK"):
                answer = await client.request(method, path, headers={"X-Told": "again"})
                assert answer.status_code in {405, 501}, (method, path)
                assert "again" not in answer.text
    tunnel = await _answers(program.port, b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n")
    assert not tunnel.startswith(b"HTTP/1.1 2"), tunnel


async def test_every_answer_says_what_it_is_and_texts_say_how_they_are_encoded(
    program: Program,
) -> None:
    async with httpx.AsyncClient(base_url=program.url) as client:
        document = (await client.get("/api/openapi.json")).json()
        paths = [*PAGES, "/healthz", "/api/openapi.json", *document["paths"]]
        for path in paths:
            answer = await client.get(path)
            kind = answer.headers.get("content-type", "")
            assert kind or not answer.content, path
            assert not kind.startswith("text/") or "charset=utf-8" in kind.lower(), (path, kind)
            assert answer.headers["x-content-type-options"] == "nosniff", path


@pytest.mark.parametrize("path", REFUSED)
async def test_the_connection_of_a_refused_request_serves_the_next(
    program: Program, path: str
) -> None:
    """The body may come after the head, as a busy client sends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", program.port)
    try:
        writer.write(b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n" % path.encode())
        with suppress(TimeoutError):  # the answer may wait for the body
            async with asyncio.timeout(0.3):
                await reader.readuntil(b"never")
        writer.write(b"phone=12" + b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        async with asyncio.timeout(10):
            answers = await reader.read()
            answers += await reader.read()
    finally:
        writer.close()
    assert answers.count(b"HTTP/1.1 ") == 2, answers
    assert b"HTTP/1.1 200 OK" in answers


async def test_a_response_says_when_the_rest_of_a_long_body_ends_the_connection(
    program: Program,
) -> None:
    long = b"Content-Length: 1000000\r\n"
    for framing in (long, b"Content-Length: 8\r\nExpect: 100-continue\r\n"):
        head = b"POST /api/v1/orders HTTP/1.1\r\nHost: a\r\n" + framing + b"\r\n"
        answers = await _answers(program.port, head)
        assert answers.startswith(b"HTTP/1.1 401"), answers
        assert b"connection: close" in answers.lower(), answers


async def _answers(port: int, sent: bytes) -> bytes:
    """Return everything that comes back on a connection of its own, which then sends no more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    first = b""
    try:
        with suppress(TimeoutError):  # it may wait for more, as of a body
            async with asyncio.timeout(2):
                first = await reader.read(2**16)
        writer.write_eof()
        async with asyncio.timeout(8):
            return first + await reader.read()
    finally:
        writer.close()
