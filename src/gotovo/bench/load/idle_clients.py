"""Idle clients: connections on which nothing happens, such as silent streams and slow readers.

Their sockets belong to this process but to no event loop; only the kernel buffers what is sent.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from functools import partial

from gotovo.bench.run.measure import BenchError

RESPONSE_SECONDS = 30.0

BUFFER_BYTES = 4_096
"""What the kernel buffers for a slow reader: as little as a phone in a tunnel takes."""

_STATUS = b"HTTP/1.1 200"


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
