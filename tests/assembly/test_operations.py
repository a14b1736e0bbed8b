"""What operators read is answered to this machine or on an address of its own, never outside."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gotovo.assembly.operations import open_operations, without_operations
from gotovo.bench.fixture.environment import free_port
from gotovo.config import Settings
from gotovo.http.edge.edge import is_refused
from gotovo.settings_sources import load_settings
from tests.support.api.serving import listening


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 404 to what is refused."""
    await Response(scope["path"], 404 if is_refused(scope) else 200)(scope, receive, send)


def settings_with(**given: str) -> Settings:
    """Return the settings that an environment gives."""
    return load_settings({"HOME": "/nowhere", **{f"GOTOVO_{k.upper()}": given[k] for k in given}})


async def status_outside(settings: Settings, path: str, client: str, **headers: str) -> int:
    """Return the status of a request to the public listener."""
    public = without_operations(app, settings)
    transport = httpx.ASGITransport(app=public, client=(client, 50_000))
    sent = {name.replace("_", "-"): headers[name] for name in headers}
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as http:
        return (await http.get(path, headers=sent)).status_code


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
async def test_the_public_listener_answers_operators_on_this_machine_alone(path: str) -> None:
    alone = settings_with()
    for local in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        assert await status_outside(alone, path, local) == 200
    for outside in ("192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"):
        assert await status_outside(alone, path, outside) == 404
    assert await status_outside(alone, path, "127.0.0.1", x_forwarded_for="192.0.2.1") == 404
    assert await status_outside(alone, path, "127.0.0.1", forwarded="for=192.0.2.1") == 404


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
async def test_with_a_listener_of_their_own_the_public_one_does_not_know_them(path: str) -> None:
    settings = settings_with(operations_listen="127.0.0.1:9464")
    assert await status_outside(settings, path, "127.0.0.1") == 404
    assert await status_outside(settings, "/healthz", "192.0.2.1") == 200


@asynccontextmanager
async def operators() -> AsyncGenerator[httpx.AsyncClient]:
    """Give a client of the operators' listener."""
    port = free_port()
    settings = settings_with(operations_listen=f"127.0.0.1:{port}")
    async with open_operations(app, settings):
        await listening(port)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            yield http


async def test_the_listener_of_operators_serves_nothing_else() -> None:
    async with operators() as http:
        for path in ("/metrics", "/readyz", "/healthz"):
            answer = await http.get(path)
            assert answer.status_code == 200
            assert answer.headers.get_list("server") == ["gotovo"], "as the public listener says"
        for path in ("/", "/api/v1/orders", "/metrics/", "/orders"):
            assert (await http.get(path)).status_code == 404


async def test_it_is_no_setting_of_a_small_installation() -> None:
    async with open_operations(app, settings_with()):
        pass
