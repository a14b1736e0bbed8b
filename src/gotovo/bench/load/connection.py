"""Connections of our own load generator: one request at a time, and the whole response to it."""

import asyncio
import resource

from typing_extensions import override

from gotovo.bench.load.response_parser import LoadResponse, ResponseParser

CONNECTING_AT_ONCE = 128
"""Well below a server's backlog, so that no connection is refused because of the load alone."""


OTHER_FILES = 256
"""Files that a process has open besides the connections of a load."""


class ConnectionLost(ConnectionError):
    """The connection ended before the response did, or the response was not HTTP."""


class LoadConnection(asyncio.Protocol):
    """One keep-alive connection to the loopback; `connect` makes it.

    `received_bytes` counts everything that came in, headers included.
    """

    def __init__(self) -> None:
        self.received_bytes = 0
        self._parser = ResponseParser()
        self._response: asyncio.Future[LoadResponse] | None = None
        self._transport: asyncio.WriteTransport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # pyright: ignore[reportAttributeAccessIssue]

    def send(self, request: bytes) -> "asyncio.Future[LoadResponse]":
        """Send a request and return the future of its response, which may raise ConnectionLost."""
        self._response = asyncio.get_running_loop().create_future()
        if self._transport is None:
            self._response.set_exception(ConnectionLost())
        else:
            self._transport.write(request)
        return self._response

    @override
    def data_received(self, data: bytes) -> None:
        self.received_bytes += len(data)
        try:
            responses = self._parser.feed(data)
        except ValueError:
            self.close()
            return
        for response in responses:
            if self._response is not None and not self._response.done():
                self._response.set_result(response)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._response is not None and not self._response.done():
            self._response.set_exception(ConnectionLost())

    def close(self) -> None:
        """Close at once; a request without its response is lost."""
        if self._transport is not None:
            self._transport.abort()


async def connect(port: int, own_address: str = "") -> LoadConnection:
    """Return a new connection to a port of the loopback; it may be from another address of it."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(
        LoadConnection, "127.0.0.1", port, local_addr=(own_address, 0) if own_address else None
    )
    return connection


async def connect_all(port: int, count: int) -> list[LoadConnection]:
    """Return `count` connections, made some at a time."""
    allow_connections(count)
    connections: list[LoadConnection] = []
    while len(connections) < count:
        some = min(CONNECTING_AT_ONCE, count - len(connections))
        connections += await asyncio.gather(*(connect(port) for _ in range(some)))
    return connections


def allow_connections(count: int) -> None:
    """Raise the limit of open files of this process and its children, up to the hard limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(count + OTHER_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
