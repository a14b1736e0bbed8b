"""A fake server that records requests and sends the responses of a test."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
REFUSED = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n3;x=y\r\nfin\r\n0\r\n\r\n"
)


class ReceivedRequests:
    """The idempotency keys of the requests, and the port of the server."""

    def __init__(self) -> None:
        self.port = 0
        self.keys: list[str] = []


@asynccontextmanager
async def fake_server(
    respond: Callable[[int], bytes], slow: int = 0
) -> AsyncGenerator[ReceivedRequests]:
    """Send `respond(n)` to the n-th request; an empty response closes the connection.

    The response to the request numbered `slow` is a second late.
    """
    received = ReceivedRequests()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:-2])
                await reader.readexactly(int(headers.get("Content-Length", "0")))
                received.keys.append(headers["Idempotency-Key"])
                reply = respond(len(received.keys))
                if len(received.keys) == slow:
                    await asyncio.sleep(1)
                if not reply:
                    break
                writer.write(reply)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    received.port = server.sockets[0].getsockname()[1]
    try:
        yield received
    finally:
        server.close()
