"""An HTTP server on the loopback interface that answers as a test says, also wrongly."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

BODY_MAX = 1 << 20


class PeerRequest(Struct, frozen=True):
    """A request as it came; names of headers are lower."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """Return the path without its query."""
        return urlsplit(self.target).path

    @property
    def fields(self) -> dict[str, str]:
        """Return the fields of the query and of a form."""
        text = f"{urlsplit(self.target).query}&{self.body.decode()}"
        return dict(parse_qsl(text, keep_blank_values=True))


Answer = Callable[[PeerRequest], Awaitable[bytes] | bytes]


class HttpPeer:
    """A server, what it has received, and how it answers."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[PeerRequest] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request and answer it."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (x.partition(":") for x in lines if x)}
            body = await reader.readexactly(min(int(headers.get("content-length", 0)), BODY_MAX))
            method, target, _ = first.split(" ")
            request = PeerRequest(method, target, headers, body)
            self.requests.append(request)
            answer = self.answer(request)
            writer.write(answer if isinstance(answer, bytes) else await answer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def http_peer(answer: Answer) -> AsyncGenerator[HttpPeer]:
    """Run a server until the end of the block."""
    peer = HttpPeer(answer)
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    peer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield peer
    finally:
        server.close()
        await server.wait_closed()


def response(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Return a response that ends the connection; `_` in a header's name is a hyphen."""
    named = {"content-length": str(len(body)), "connection": "close"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} Status\r\n{lines}\r\n".encode() + body


def json_response(status: int, body: Any, **headers: str) -> bytes:
    """Return a response in JSON."""
    return response(status, json.dumps(body).encode(), **headers)
