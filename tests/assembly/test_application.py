"""Whose request it is: a proxy that is trusted says so, and nobody else is believed."""

import httpx
import pytest
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from gotovo.assembly.application import behind_proxies
from gotovo.settings_sources import load_settings

TRUSTED = "127.0.0.1, 10.1.0.0/16, fd00::/8"


async def says_who_asks(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the address that limits are counted by."""
    client = Request(scope, receive).client
    assert client is not None
    client_address = client.host.encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": client_address})


async def address_for(trusted: str, connected: str, *forwarded: str) -> str:
    """Return the address that a client is taken to have when it connects with these headers."""
    settings = load_settings({"HOME": "/nowhere", "GOTOVO_TRUSTED_PROXIES": trusted})
    app = behind_proxies(says_who_asks, settings)
    transport = httpx.ASGITransport(app=app, client=(connected, 50_000))
    headers = [("x-forwarded-for", each) for each in forwarded]
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo.test") as client:
        return (await client.get("/", headers=headers)).text


@pytest.mark.parametrize(
    ("connected", "forwarded", "client_address"),
    [
        ("127.0.0.1", ("203.0.113.7",), "203.0.113.7"),
        ("::ffff:127.0.0.1", ("203.0.113.7",), "203.0.113.7"),
        ("::ffff:10.1.2.3", ("203.0.113.7",), "203.0.113.7"),
        ("fd00::1", ("2001:db8::7",), "2001:db8::7"),
        ("127.0.0.1", ("8.8.8.8, 203.0.113.7",), "203.0.113.7"),
        ("127.0.0.1", ("203.0.113.7, 10.1.2.3",), "203.0.113.7"),
        ("127.0.0.1", ("8.8.8.8", "203.0.113.7"), "203.0.113.7"),
        ("127.0.0.1", (), "127.0.0.1"),
        ("203.0.113.7", ("8.8.8.8",), "203.0.113.7"),
        ("10.2.0.1", ("8.8.8.8",), "10.2.0.1"),
    ],
)
async def test_only_a_trusted_proxy_is_believed_and_only_its_own_word(
    connected: str, forwarded: tuple[str, ...], client_address: str
) -> None:
    assert await address_for(TRUSTED, connected, *forwarded) == client_address


async def test_without_proxies_nobody_is_believed() -> None:
    assert await address_for("", "127.0.0.1", "8.8.8.8") == "127.0.0.1"
