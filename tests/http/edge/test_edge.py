"""Every request passes the edge: it has one host, and its address has not too many under way."""

import asyncio

import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gotovo.http.edge import bounded_sending
from gotovo.http.edge.bounded_sending import WHOLE_BYTES_MAX
from gotovo.http.edge.edge import Edge, is_refused, raise_error
from gotovo.http.errors import InvalidHost, RequestError, TooManyRequests
from tests.support.http.asgi import Sent, never, scope_of


def scope_from(address: str, *hosts: bytes, version: str = "1.1") -> Scope:
    """Return the scope of a request from an address with these headers `Host`."""
    headers = [(b"host", host) for host in hosts]
    client = (address, "50000")
    return {**scope_of(), "client": client, "http_version": version, "headers": headers}


class Answering:
    """An application that says why a request was refused, or waits until it is told to answer."""

    def __init__(self, content: bytes = b"served") -> None:
        self.may_answer = asyncio.Event()
        self.content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            raise_error(scope)
        except RequestError as error:
            assert is_refused(scope)
            await Response(type(error).__name__, error.status)(scope, receive, send)
            return
        await self.may_answer.wait()
        await Response(self.content)(scope, receive, send)


@pytest.mark.parametrize(
    ("version", "hosts", "is_served"),
    [
        ("1.1", (b"shop.example",), True),
        ("1.1", (), False),
        ("1.1", (b"",), False),
        ("1.1", (b"shop.example", b"evil.example"), False),
        ("1.1", (b"shop.example", b"shop.example"), False),
        ("1", (b"",), True),
        ("1", (), True),
        ("1.0", (b"shop.example", b"evil.example"), False),
    ],
)
async def test_a_request_names_exactly_one_host(
    version: str, hosts: tuple[bytes, ...], *, is_served: bool
) -> None:
    app, sent = Answering(), Sent()
    app.may_answer.set()
    await Edge(app, 1)(scope_from("192.0.2.1", *hosts, version=version), never, sent)
    assert sent.bodies == [b"served" if is_served else InvalidHost.__name__.encode()]


async def test_an_address_has_so_many_requests_under_way_and_another_is_not_touched() -> None:
    app, first = Answering(), Sent()
    edge = Edge(app, 1)
    waiting = asyncio.create_task(edge(scope_from("192.0.2.1", b"a"), never, first))
    await asyncio.sleep(0)
    second, other, afterwards = Sent(), Sent(), Sent()
    await edge(scope_from("192.0.2.1", b"a"), never, second)
    assert second.bodies == [TooManyRequests.__name__.encode()]
    app.may_answer.set()
    await edge(scope_from("192.0.2.2", b"a"), never, other)
    await waiting
    await edge(scope_from("192.0.2.1", b"a"), never, afterwards)
    assert first.bodies == other.bodies == afterwards.bodies == [b"served"]


async def test_a_host_counts_once_whichever_of_its_ipv6_addresses_it_uses() -> None:
    app = Answering()
    edge = Edge(app, 1)
    waiting = asyncio.create_task(edge(scope_from("2001:db8::1", b"a"), never, Sent()))
    await asyncio.sleep(0)
    second = Sent()
    await edge(scope_from("2001:db8::2", b"a"), never, second)
    assert second.bodies == [TooManyRequests.__name__.encode()]
    app.may_answer.set()
    await waiting


async def test_every_answer_has_the_headers_of_the_edge() -> None:
    app, headers = Answering(), ((b"server", b"gotovo"),)
    app.may_answer.set()
    for hosts in ((b"a",), ()):
        sent = Sent()
        await Edge(app, 1, headers)(scope_from("192.0.2.1", *hosts), never, sent)
        assert sent.headers.count(headers[0]) == 1


async def test_a_client_that_does_not_read_is_left_without_the_rest_and_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounded_sending, "READ_SECONDS_MAX", 0.01)
    monkeypatch.setattr(bounded_sending, "READ_BYTES_PER_SECOND_MIN", 1 << 40)
    app = Answering(b"a" * (WHOLE_BYTES_MAX + 1))
    app.may_answer.set()
    edge = Edge(app, 1)

    async def stalled(message: object) -> None:
        if "body" in str(message):
            await asyncio.Event().wait()

    await edge(scope_from("192.0.2.1", b"a"), never, stalled)
    app.content, sent = b"served", Sent()
    await edge(scope_from("192.0.2.1", b"a"), never, sent)
    assert sent.bodies == [b"served"], "the address is free again"


@pytest.mark.parametrize("sent", [b"asked-1", b""])
async def test_every_answer_names_its_request_once(sent: bytes) -> None:
    sender = Sent()
    app = Answering()
    app.may_answer.set()
    scope = scope_from("203.0.113.7", b"shop.example")
    scope["headers"] += [(b"x-request-id", sent)] if sent else []
    await Edge(app, 10)(scope, never, sender)
    (named,) = [value for name, value in sender.messages[0]["headers"] if name == b"x-request-id"]
    assert named == sent or (not sent and len(named) == 16)
