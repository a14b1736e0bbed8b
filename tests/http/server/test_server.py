"""The server: so many connections at once, and a stop that breaks nothing off."""

import asyncio

from starlette.types import Receive, Scope, Send

from tests.support.http.wire import SECONDS, echo, respond, wire

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def test_a_stop_finishes_the_requests_under_way_and_closes_the_rest() -> None:
    began, may_answer = asyncio.Event(), asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        began.set()
        await may_answer.wait()
        await respond(send, b"served")

    async with wire(slow) as server:
        idle = await server.client()
        busy = await server.client(GET * 2)
        await began.wait()
        stopping = asyncio.create_task(server.server.stop())
        assert await idle.rest() == b""
        may_answer.set()
        answers = await busy.rest()
        await stopping
    assert answers.count(b"HTTP/1.1 200 OK") == 1, "the second was not begun"
    assert b"connection: close" in answers
    assert answers.endswith(b"served")


async def test_a_stop_does_not_wait_for_a_client_that_does_not_read() -> None:
    async def long(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await respond(send, b"a" * 20_000_000)

    async with wire(long) as server:
        client = await server.client(GET)
        await client.until(b"\r\n\r\n")
        async with asyncio.timeout(SECONDS):
            await server.server.stop()


async def test_further_connections_wait_until_there_is_room() -> None:
    async with wire(echo, connections=2) as server:
        first, second = await server.client(GET), await server.client(GET)
        await first.until(b"GET /? ")
        await second.until(b"GET /? ")
        third = await server.client(GET)
        waiting = asyncio.create_task(third.until(b"GET /? "))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        first.close()
        assert await waiting


async def test_with_little_room_left_the_idle_ones_are_let_go() -> None:
    async with wire(echo, connections=4, crowded_idle_seconds=0.1) as server:
        idle = [await server.client(GET) for _ in range(4)]
        for client in idle:
            await client.until(b"GET /? ")
        late = await server.client(GET)
        assert await late.until(b"GET /? ")
