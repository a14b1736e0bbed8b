"""The operators' listener: /metrics and /readyz on an address of their own.

They tell how many orders there are and what is broken, which is nobody's business outside. With
`operations_listen` set they are served there, and the public listener doesn't know them. Without
it the public listener answers them to this machine alone: a request that a proxy has forwarded
comes from somewhere else.
"""

import asyncio
import ipaddress
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.types import ASGIApp, Receive, Scope, Send

from gotovo.config import Settings
from gotovo.http.edge.edge import refused
from gotovo.http.errors import NotServed
from gotovo.http.security_headers import answer_headers, with_headers

PATHS: Final = frozenset({"/metrics", "/readyz"})
"""What operators read; /healthz stays where the pages are, for load balancers."""

_CONNECTIONS_MAX: Final = 32
"""Two or three monitors ask here, each over a connection of its own."""

_HEADER_TIMEOUT_MS: Final = 5_000
_FORWARDING: Final = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via"})


def without_operations(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Return the public application: it knows no path of the operators, except to this machine."""

    def serve(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["path"] in PATHS and (settings.operations_listen or not _is_local(scope)):
            scope = refused(scope, NotServed())
        return app(scope, receive, send)

    return serve


@asynccontextmanager
async def open_operations(app: ASGIApp, settings: Settings) -> AsyncGenerator[None]:
    """Serve the operators' paths, and /healthz, on their own address where one is set."""
    if not settings.operations_listen:
        yield
        return
    host, port = settings.operations_address
    server = Server(
        _only_operations(app),
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backpressure=_CONNECTIONS_MAX,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIMEOUT_MS),
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.stop()
        await asyncio.gather(serving, return_exceptions=True)


def _only_operations(app: ASGIApp) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in PATHS and scope["path"] != "/healthz":
            scope = refused(scope, NotServed())
        await app(scope, receive, send)

    return with_headers(serve, answer_headers(secure=False))


def _is_local(scope: Scope) -> bool:
    """Tell whether a request was sent on this machine, and by no proxy for somebody else."""
    if any(name in _FORWARDING for name, _ in scope["headers"]):
        return False
    client = scope.get("client")
    try:
        address = ipaddress.ip_address(client[0] if client else "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
