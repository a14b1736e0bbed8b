"""A server of a few lines that notes what it is asked and answers as a test wants it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
REFUSED = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n3;x=y\r\nfin\r\n0\r\n\r\n"
)


class Asked:
    """What was asked, and on which port."""

    def __init__(self) -> None:
        self.port = 0
        self.keys: list[str] = []


@asynccontextmanager
async def answering(answer: Callable[[int], bytes], slow: int = 0) -> AsyncGenerator[Asked]:
    """Answer the n-th request with `answer(n)`; an empty answer closes the connection.

    The one numbered `slow` is answered a second late.
    """
    asked = Asked()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                told = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:-2])
                await reader.readexactly(int(told.get("Content-Length", "0")))
                asked.keys.append(told["Idempotency-Key"])
                reply = answer(len(asked.keys))
                if len(asked.keys) == slow:
                    await asyncio.sleep(1)
                if not reply:
                    break
                writer.write(reply)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    asked.port = server.sockets[0].getsockname()[1]
    try:
        yield asked
    finally:
        server.close()
