"""A server of ours with an application of the test, and a client that speaks bytes."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from msgspec import structs
from starlette.types import ASGIApp, Receive, Scope, Send

from gotovo.http.server.limits import LIMITS, ConnectionLimits
from gotovo.http.server.server import HttpServer

SECONDS = 20
"""How long anything may take here; nothing measures time."""


class Client:
    """One connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, content: bytes) -> None:
        """Send bytes."""
        self._writer.write(content)

    def end(self) -> None:
        """Send no more, and listen still; the server may have closed already."""
        with suppress(OSError):
            self._writer.write_eof()

    def close(self) -> None:
        """Leave."""
        self._writer.close()

    async def until(self, end: bytes) -> bytes:
        """Return what comes, up to and including these bytes."""
        async with asyncio.timeout(SECONDS):
            return await self._reader.readuntil(end)

    async def rest(self) -> bytes:
        """Return everything that comes until the server closes."""
        async with asyncio.timeout(SECONDS):
            return await self._reader.read()


class Wire:
    """The server and its clients; `port` is on the loopback."""

    def __init__(self, server: HttpServer, port: int) -> None:
        self.server = server
        self.port = port
        self._clients: list[Client] = []

    async def client(self, sent: bytes = b"") -> Client:
        """Return a new connection, on which these bytes have been sent."""
        client = Client(*await asyncio.open_connection("127.0.0.1", self.port))
        self._clients.append(client)
        client.send(sent)
        return client

    async def answers(self, sent: bytes) -> bytes:
        """Return everything that comes back on a connection of its own."""
        client = await self.client(sent)
        return await client.rest()

    def close(self) -> None:
        """Close what is left of the connections."""
        for client in self._clients:
            client.close()


@asynccontextmanager
async def wire(app: ASGIApp, **limits: Any) -> AsyncGenerator[Wire]:
    """Serve an application with these limits, the others as they are."""
    chosen: ConnectionLimits = structs.replace(LIMITS, **limits)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = HttpServer(app, listener, chosen)
        server.start()
        served = Wire(server, listener.getsockname()[1])
        try:
            yield served
        finally:
            served.close()
            await server.stop()


async def body_of(receive: Receive) -> bytes:
    """Return the whole body of a request; one that breaks off ends with `!`."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return body + b"!"
        body += message["body"]
        if not message["more_body"]:
            return body


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Respond with method, path, query and body."""
    body = await body_of(receive)
    told = b"%s %s?%s %s" % (
        scope["method"].encode(), scope["path"].encode(), scope["query_string"], body,
    )  # fmt: skip
    await respond(send, told)


async def respond(
    send: Send, body: bytes, *headers: tuple[bytes, bytes], status: int = 200
) -> None:
    """Send a whole response."""
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
