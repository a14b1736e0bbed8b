"""One attempt: every way in which a receiver can behave has a name, and none of them raises."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gotovo.outbound.guarded_sender import Attempt, GuardedSender
from tests.support.notices.mail_server import certificate
from tests.support.webhooks.receiver import Answer, Receiver, always
from tests.support.webhooks.shop import LOOPBACK

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BODY = b'{"data":{"number":"1"}}'
HEADERS = [(b"content-type", b"application/json"), (b"webhook-id", b"evt_a")]


@pytest.fixture
async def sender() -> AsyncIterator[GuardedSender]:
    """Give a sender that may reach this machine."""
    sender = GuardedSender(LOOPBACK, timeout_seconds=0.3)
    yield sender
    await sender.close()


async def send(sender: GuardedSender, url: str) -> Attempt:
    """Send a message."""
    return await sender.send(url, HEADERS, BODY, NOW)


@pytest.mark.parametrize(
    ("answer", "attempt"),
    [
        (always(200), Attempt(200, "")),
        (always(204), Attempt(204, "")),
        (always(302), Attempt(302, "redirect")),
        (always(400), Attempt(400, "status")),
        (always(410), Attempt(410, "status")),
        (always(500), Attempt(500, "status")),
        (always((429, "60")), Attempt(429, "status", timedelta(minutes=1))),
        (always((503, "60")), Attempt(503, "status", timedelta(minutes=1))),
        (always((500, "60")), Attempt(500, "status")),
        (always("silence"), Attempt(None, "timeout")),
    ],
)
async def test_what_a_receiver_does_has_a_name(
    sender: GuardedSender, receiver: Receiver, answer: Answer, attempt: Attempt
) -> None:
    receiver.answer = answer
    assert await send(sender, receiver.url) == attempt
    assert receiver.requests == 1, "nothing is followed and nothing repeated"


async def test_a_reset_and_a_closed_port_have_a_name(
    sender: GuardedSender, receiver: Receiver
) -> None:
    receiver.answer = always("reset")
    reset = await send(sender, receiver.url)
    await receiver.close()
    closed = await send(sender, receiver.url)

    assert (reset.status, closed.status) == (None, None)
    assert reset.error in {"connection", "protocol"}
    assert closed.error == "connection"


async def test_headers_and_body_arrive_as_they_are_sent(
    sender: GuardedSender, receiver: Receiver
) -> None:
    await send(sender, receiver.url)

    (got,) = receiver.received
    assert got.body == BODY
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == "evt_a"


async def test_an_address_inside_is_refused_before_anything_is_sent(receiver: Receiver) -> None:
    sender = GuardedSender(timeout_seconds=1)
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
        for scheme in ("http", "https"):
            attempt = await send(sender, f"{scheme}://{host}:{receiver.port}/")
            assert (attempt.status, attempt.error) in {(None, "address"), (None, "name")}
    assert receiver.requests == 0
    await sender.close()


async def test_a_name_is_resolved_once_and_that_address_is_connected_to(
    receiver: Receiver,
) -> None:
    """A name that leads elsewhere a moment later (DNS rebinding) gains nothing."""
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    sender = GuardedSender(LOOPBACK, timeout_seconds=1, resolve=resolve)
    assert (await send(sender, f"http://crm.example:{receiver.port}/")).is_success
    assert asked == ["crm.example"]
    assert receiver.received[0].headers["host"] == f"crm.example:{receiver.port}"
    await sender.close()


async def test_a_name_without_an_address_has_a_name() -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return []

    nowhere = GuardedSender(LOOPBACK, timeout_seconds=1, resolve=resolve)
    assert await send(nowhere, "https://nowhere.example/") == Attempt(None, "name")
    await nowhere.close()


async def test_http_goes_to_named_networks_alone() -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["93.184.215.14"]

    sender = GuardedSender(LOOPBACK, timeout_seconds=1, resolve=resolve)
    assert await send(sender, "http://shop.example/") == Attempt(None, "address")
    await sender.close()


async def test_a_certificate_that_nobody_trusts_is_refused(tmp_path: Path) -> None:
    server, trusting = certificate(tmp_path)
    receiver = Receiver()
    await receiver.open(server)
    url = receiver.url.replace("http:", "https:")
    for trusted, wanted in ((trusting, Attempt(204, "")), (None, Attempt(None, "tls"))):
        sender = GuardedSender(LOOPBACK, timeout_seconds=3, trusted=trusted)
        assert await send(sender, url) == wanted
        await sender.close()
    await receiver.close()


async def test_a_body_without_end_does_not_hold_the_sender_up(sender: GuardedSender) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        try:
            while not writer.is_closing():
                writer.write(b"400\r\n" + b"x" * 0x400 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await send(sender, f"http://127.0.0.1:{port}/") == Attempt(200, "")
    server.close()


@pytest.mark.parametrize(
    "raw", [b"nonsense\r\n\r\n", b"HTTP/1.1 999999 X\r\n\r\n", b"HTTP/1.1 200", b"\x00" * 64]
)
async def test_what_is_not_http_has_a_name(sender: GuardedSender, raw: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    attempt = await send(sender, f"http://127.0.0.1:{port}/")
    assert (attempt.status, attempt.error) == (None, "protocol")
    server.close()


def test_the_machines_own_authorities_are_trusted_too() -> None:
    sender = GuardedSender()
    assert sender._trusted is None
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED
