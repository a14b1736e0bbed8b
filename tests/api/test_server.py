"""Over a real socket: what only a server and a slow or impatient client can show."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from gotovo.api import application
from gotovo.api.resources import events as events_module
from tests.support.api.network import PLACE, Api, Network, captured
from tests.support.api.serving import listening


@pytest.fixture
async def port(network: Network) -> AsyncIterator[int]:
    """Serve the network on a free port of the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(network.app, address="127.0.0.1", port=port, interface=Interfaces.ASGI)
    serving = asyncio.create_task(server.serve())
    await listening(port)
    yield port
    server.stop()
    await serving


@pytest.fixture
async def live(network: Network, port: int) -> AsyncIterator[Api]:
    """Give a client with real connections."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        yield Api(client, network)


async def test_events_are_followed_live_and_resumed_where_the_line_broke(live: Api) -> None:
    first = await live.place()
    headers = live.headers("follower", {"Accept": "text/event-stream"})

    async with live.client.stream("GET", "/api/v1/events", headers=headers) as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        lines = stream.aiter_lines()
        old = await _next_event(lines)
        second = await live.place()
        new = await _next_event(lines)
    await live.step(first["number"], "payment", **captured(first["number"]))
    headers["Last-Event-ID"] = new["cursor"]
    async with live.client.stream("GET", "/api/v1/events", headers=headers) as stream:
        resumed = await _next_event(stream.aiter_lines())

    assert (old["number"], new["number"]) == (first["number"], second["number"])
    assert (resumed["number"], resumed["type"]) == (first["number"], "order.paid")


async def test_a_stream_sends_only_the_types_that_were_asked_for(live: Api) -> None:
    order = await live.place()
    await live.step(order["number"], "payment", **captured(order["number"]))
    headers = live.headers("follower", {"Accept": "text/event-stream"})

    path = "/api/v1/events?types=order.paid"
    async with live.client.stream("GET", path, headers=headers) as stream:
        event = await _next_event(stream.aiter_lines())

    assert event["type"] == "order.paid"


async def test_a_silent_stream_shows_that_it_lives(
    live: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_module, "HEARTBEAT_SECONDS", 0.1)
    headers = live.headers("follower", {"Accept": "text/event-stream"})

    async with live.client.stream("GET", "/api/v1/events", headers=headers) as stream:
        lines = stream.aiter_lines()
        heard = [await anext(lines) for _ in range(6)]

    assert ": heartbeat" in heard


async def test_a_stream_that_nobody_reads_any_more_is_given_up(live: Api) -> None:
    headers = live.headers("follower", {"Accept": "text/event-stream"})
    async with live.client.stream("GET", "/api/v1/events", headers=headers) as stream:
        await anext(stream.aiter_lines())
        assert live.network.dependencies.metrics.streams._value.get() == 1

    for _ in range(100):
        if live.network.dependencies.metrics.streams._value.get() == 0:
            break
        await asyncio.sleep(0.05)
    assert live.network.dependencies.metrics.streams._value.get() == 0


async def test_a_stream_ends_when_the_program_is_asked_to_stop(live: Api) -> None:
    headers = live.headers("follower", {"Accept": "text/event-stream"})

    async with live.client.stream("GET", "/api/v1/events", headers=headers) as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        live.network.dependencies.changes.close()
        async with asyncio.timeout(10):
            rest = [line async for line in lines]

    assert not [line for line in rest if line.startswith("data:")]


async def test_a_stream_ends_when_the_database_is_gone(live: Api) -> None:
    headers = live.headers("follower", {"Accept": "text/event-stream"})

    async with live.client.stream("GET", "/api/v1/events", headers=headers) as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        await live.network.pool.close()
        live.network.dependencies.changes.wake()
        async with asyncio.timeout(10):
            rest = [line async for line in lines]

    assert not [line for line in rest if line.startswith("data:")]


async def test_without_the_database_a_request_is_told_to_come_again(live: Api) -> None:
    await live.network.pool.close()

    answer = await live.get("/orders")

    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert answer.headers["retry-after"] == "1"


async def test_a_body_that_dribbles_in_is_given_up(
    live: Api, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "BODY_SECONDS_MAX", 0.3)
    head = _head(live, "/api/v1/orders", "Content-Length: 1000")

    answer = await _raw(port, head + b'{"customer"')

    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"code":"slow_body"' in answer


async def test_a_chunked_body_is_stopped_at_the_limit(live: Api, port: int) -> None:
    head = _head(live, "/api/v1/orders", "Transfer-Encoding: chunked")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"

    answer = await _raw(port, head + chunk * 6 + b"0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 413")
    assert b'"code":"body_too_large"' in answer


async def test_a_declared_body_may_come_in_pieces(live: Api, port: int) -> None:
    body = json.dumps(PLACE).encode()
    head = _head(live, "/api/v1/orders", f"Content-Length: {len(body)}")

    answer = await _raw(port, head + body[:20], body[20:60], body[60:])

    assert answer.startswith(b"HTTP/1.1 201")


async def test_requests_behind_a_body_on_one_connection_are_answered_in_turn(
    live: Api, port: int
) -> None:
    body = json.dumps(PLACE).encode()
    place = _head(live, "/api/v1/orders", f"Content-Length: {len(body)}") + body
    empty = _head(live, "/api/v1/orders", "Content-Length: 0")
    last = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(place + empty + place + last)
    async with asyncio.timeout(10):
        answers = await reader.read()
    writer.close()

    statuses = [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"201", b"422", b"201", b"200"]


async def test_a_body_that_breaks_off_is_no_order(live: Api, port: int) -> None:
    body = json.dumps(PLACE).encode()
    for framing, sent in (
        (f"Content-Length: {len(body) + 1}", body),
        ("Transfer-Encoding: chunked", b"%x\r\n%b\r\n" % (len(body), body)),
    ):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_head(live, "/api/v1/orders", framing) + sent)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    await asyncio.sleep(0.3)

    assert (await live.get("/orders")).json()["items"] == []


async def test_who_waits_to_be_asked_for_the_body_is_asked(live: Api, port: int) -> None:
    body = json.dumps(PLACE).encode()
    framing = f"Content-Length: {len(body)}\r\nExpect: 100-continue"

    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_head(live, "/api/v1/orders", framing))
    async with asyncio.timeout(10):
        asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(body)
        answer = await reader.readuntil(b"\r\n\r\n")
    writer.close()

    assert asked.startswith(b"HTTP/1.1 100")
    assert answer.startswith(b"HTTP/1.1 201")


async def test_a_client_is_served_on_after_a_refused_body(live: Api) -> None:
    large = await live.post("/orders", b" " * 300_000, "storefront")
    assert large.headers["connection"] == "close"
    forbidden = await live.post("/orders", PLACE, "follower")
    placed = await live.post("/orders", PLACE, "storefront")

    assert [x.status_code for x in (large, forbidden, placed)] == [413, 403, 201]


async def test_many_connections_place_orders_with_numbers_of_their_own(live: Api) -> None:
    answers = await asyncio.gather(*(live.post("/orders", PLACE, "storefront") for _ in range(64)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 64


async def _next_event(lines: AsyncIterator[str]) -> dict[str, Any]:
    async with asyncio.timeout(10):
        async for line in lines:
            if line.startswith("data: "):
                return json.loads(line.removeprefix("data: "))
    raise AssertionError("the stream ended")


def _head(live: Api, path: str, framing: str) -> bytes:
    token = live.network.tokens["storefront"]
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {token}",
        "Idempotency-Key: raw",
        "Content-Type: application/json",
        framing,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


async def _raw(port: int, *pieces: bytes) -> bytes:
    """Send pieces one after the other and return what comes back within a while."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0.05)
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        answer = head + await reader.readexactly(length)
    writer.close()
    return answer
