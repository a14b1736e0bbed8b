"""A crowd that holds connections and does nothing with them: streams in silence, slow readers.

The sockets lie in this process without a loop; the kernel alone holds what is sent to them.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from functools import partial

from gotovo.bench.figure import BenchError

ANSWER_SECONDS = 30.0

BUFFER_BYTES = 4_096
"""What the kernel takes for a slow reader: a phone in a tunnel takes no more."""

_STATUS = b"HTTP/1.1 200"


@asynccontextmanager
async def crowd(port: int, request: bytes, count: int, *, reads: bool) -> AsyncGenerator[None]:
    """Send the request over so many connections, and hold them.

    Who `reads` has read the beginning of the answer when the crowd is complete; the others never
    read anything.
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
    if reads:
        began = each.recv(BUFFER_BYTES)
        if not began.startswith(_STATUS):
            message = f"a stream did not begin: {began[:100]!r}"
            raise BenchError(message)
