"""Accepts connections on a listening socket, and closes those that say nothing for too long."""

import asyncio
from contextlib import suppress
from socket import socket
from typing import Final

import structlog
from starlette.types import ASGIApp

from gotovo.http.server.connection import Connection
from gotovo.http.server.limits import LIMITS, ConnectionLimits

_SWEEP_SECONDS: Final = 0.5
"""How late a deadline may be kept."""

_FAILED_SECONDS: Final = 0.1
"""The pause after a connection that could not be accepted, as without a file descriptor left."""

_FIRST_REQUEST_SECONDS: Final = 0.2
"""On stopping, for the request of a client that has just connected: it would get no response."""

_FLUSH_SECONDS: Final = 1.0
"""How long the last bytes of the last responses may take."""

_log = structlog.get_logger("gotovo.http")


class HttpServer:
    """Serves an application on a socket until it is stopped."""

    def __init__(self, app: ASGIApp, listener: socket, limits: ConnectionLimits = LIMITS) -> None:
        """Accept nothing yet; the socket stays open, it is the caller's."""
        self._app = app
        self._listener = listener
        self._limits = limits
        self._connections: set[Connection] = set()
        self._has_room = asyncio.Event()
        self._is_empty = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to accept."""
        self._listener.setblocking(False)  # noqa: FBT003  (the socket's own signature)
        self._has_room.set()
        self._tasks = [asyncio.create_task(self._accept()), asyncio.create_task(self._sweep())]

    async def stop(self) -> None:
        """Accept no more, finish the requests under way, and close every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._connections:
            await asyncio.sleep(_FIRST_REQUEST_SECONDS)
        connections = tuple(self._connections)
        serving = [each.task for each in connections if each.task is not None]
        for connection in connections:
            connection.stop()
        if serving:
            await asyncio.wait(serving)
        with suppress(TimeoutError):
            async with asyncio.timeout(_FLUSH_SECONDS):
                while self._connections:
                    self._is_empty.clear()
                    await self._is_empty.wait()
        for connection in tuple(self._connections):
            connection.abort()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._has_room.wait()
            try:
                client, _ = await loop.sock_accept(self._listener)
                await asyncio.shield(loop.connect_accepted_socket(self._connection, client))
            except OSError as error:
                _log.warning("a connection could not be accepted", error=str(error))
                await asyncio.sleep(_FAILED_SECONDS)

    def _connection(self) -> Connection:
        connection = Connection(self._app, self._limits, self._closed)
        self._connections.add(connection)
        if len(self._connections) >= self._limits.connections:
            self._has_room.clear()
        return connection

    def _closed(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._has_room.set()
        if not self._connections:
            self._is_empty.set()

    async def _sweep(self) -> None:
        """Close what is past its deadline; all at once, as a timer each would cost more."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            now = loop.time()
            is_crowded = len(self._connections) > self._limits.connections * 3 // 4
            for connection in tuple(self._connections):
                connection.expire(now, is_crowded=is_crowded)
