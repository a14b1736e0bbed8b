"""Idle clients hold connections and do nothing with them: silent streams, slow readers.

The sockets lie in this process without a loop; the kernel alone holds what is sent to them.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from functools import partial

from gotovo.bench.run.figure import BenchError

ANSWER_SECONDS = 30.0

BUFFER_BYTES = 4_096
"""What the kernel takes for a slow reader: a phone in a tunnel takes no more."""

_STATUS = b"HTTP/1.1 200"


@asynccontextmanager
async def idle_clients(
    port: int, request: bytes, count: int, *, reads: bool
) -> AsyncGenerator[None]:
    """Send the request over so many connections, and hold them.

    When the idle_clients is complete, every answer has begun; who does not read has only seen that.
    """
    with ExitStack() as stack:
        for _ in range(count):
            each = stack.enter_context(socket.socket())
            if not reads:
                each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            await asyncio.to_thread(partial(_begin, each, port, request, reads=reads))
        yield


def _begin(each: socket.socket, port: int, request: bytes, *, reads: bool) -> None:
    each.settimeout(ANSWER_SECONDS)
    each.connect(("127.0.0.1", port))
    each.sendall(request)
    began = each.recv(len(_STATUS), 0 if reads else socket.MSG_PEEK)
    if began != _STATUS:
        message = f"an answer did not begin well: {began!r}"
        raise BenchError(message)
