"""Idle clients: connections on which nothing happens, such as silent streams and slow readers.

Their sockets belong to this process but to no event loop; only the kernel buffers what is sent.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from functools import partial

from gotovo.bench.load.connection import CONNECTING_AT_ONCE
from gotovo.bench.run.measure import BenchError

RESPONSE_SECONDS = 30.0

BUFFER_BYTES = 4_096
"""What the kernel buffers for a slow reader: as little as a phone in a tunnel takes."""

_STATUS = b"HTTP/1.1 200"


@asynccontextmanager
async def silent_readers(port: int, request: bytes, count: int) -> AsyncGenerator[None]:
    """Send the request over `count` connections and read nothing, whatever becomes of them.

    The server is free to refuse or to end them; nobody waits for a response to begin.
    """
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.socket()) for _ in range(count)]
        for begin in range(0, count, CONNECTING_AT_ONCE):
            some = clients[begin : begin + CONNECTING_AT_ONCE]
            await asyncio.to_thread(_ask_and_leave, some, port, request)
        yield


def _ask_and_leave(clients: Sequence[socket.socket], port: int, request: bytes) -> None:
    for client in clients:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        client.settimeout(RESPONSE_SECONDS)
        with suppress(OSError):
            client.connect(("127.0.0.1", port))
            client.sendall(request)


@asynccontextmanager
async def idle_clients(
    port: int, request: bytes, count: int, *, reads: bool
) -> AsyncGenerator[None]:
    """Send the request over `count` connections and hold them.

    On entering, every response has begun. Clients that do not read have only peeked at it.
    """
    with ExitStack() as stack:
        for _ in range(count):
            client = stack.enter_context(socket.socket())
            if not reads:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            await asyncio.to_thread(partial(_begin, client, port, request, reads=reads))
        yield


def _begin(client: socket.socket, port: int, request: bytes, *, reads: bool) -> None:
    client.settimeout(RESPONSE_SECONDS)
    client.connect(("127.0.0.1", port))
    client.sendall(request)
    began = client.recv(len(_STATUS), 0 if reads else socket.MSG_PEEK)
    if began != _STATUS:
        message = f"the response to an idle client began with {began!r}"
        raise BenchError(message)
