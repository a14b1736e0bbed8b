"""A connection of our own generator: one request at a time, and the whole answer to it."""

import asyncio
import resource

from typing_extensions import override

from gotovo.bench.load.response_parser import Answer, Answers

CONNECTING_AT_ONCE = 128
"""Well below a server's backlog: a connection refused would be the load's own doing."""


OTHER_FILES = 256
"""Files that a process has open besides the connections of a load."""


class ConnectionLost(ConnectionError):
    """The connection ended before the answer did."""


class Connection(asyncio.Protocol):
    """One keep-alive connection to the loopback."""

    def __init__(self) -> None:
        """Be made by `connect`."""
        self._answers = Answers()
        self._waiting: asyncio.Future[Answer] | None = None
        self._transport: asyncio.WriteTransport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # pyright: ignore[reportAttributeAccessIssue]

    def ask(self, request: bytes) -> "asyncio.Future[Answer]":
        """Send a request and return its answer to come, which may be ConnectionLost."""
        self._waiting = asyncio.get_running_loop().create_future()
        if self._transport is None:
            self._waiting.set_exception(ConnectionLost())
        else:
            self._transport.write(request)
        return self._waiting

    @override
    def data_received(self, data: bytes) -> None:
        for answer in self._answers.feed(data):
            if self._waiting is not None and not self._waiting.done():
                self._waiting.set_result(answer)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionLost())

    def close(self) -> None:
        """Leave at once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()


async def connect(port: int) -> Connection:
    """Return a new connection to a port of the loopback."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
    return connection


def allow_connections(count: int) -> None:
    """Let this process, and those it starts, have so many sockets, as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(count + OTHER_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def connect_all(port: int, count: int) -> list[Connection]:
    """Return so many connections, made some at a time."""
    allow_connections(count)
    connections: list[Connection] = []
    while len(connections) < count:
        some = min(CONNECTING_AT_ONCE, count - len(connections))
        connections += await asyncio.gather(*(connect(port) for _ in range(some)))
    return connections
