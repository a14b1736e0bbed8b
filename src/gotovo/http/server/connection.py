"""One client's connection: bytes become requests, one after the other, and responses bytes.

The parser is llhttp, strict. What it can't read is refused and ends the connection: two servers
must never read one request in two ways.

Deadlines are looked at by the server, for all connections at once: a timer for each request would
cost more than parsing it.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import unquote

import httptools
import structlog
from starlette.types import ASGIApp, Scope
from typing_extensions import override

from gotovo.http.deadlines import HAS_ARRIVED
from gotovo.http.errors import Header
from gotovo.http.server.exchange import Exchange
from gotovo.http.server.limits import ConnectionLimits
from gotovo.http.server.response_head import refusal

_VERSIONS: Final = frozenset({"1.0", "1.1"})
_ASGI: Final = {"version": "3.0", "spec_version": "2.3"}
_EXPECT: Final = (b"expect", b"100-continue")

_log = structlog.get_logger("gotovo.http")

OnClosed = Callable[["Connection"], None]


class Connection(asyncio.Protocol):
    """A connection of a client: `on_closed` is told when it is over.

    Requests that arrived together wait for the response before theirs.
    """

    def __init__(self, app: ASGIApp, limits: ConnectionLimits, on_closed: OnClosed) -> None:
        self._app = app
        self._limits = limits
        self._on_closed = on_closed
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        self._addresses: dict[str, Any] = {}
        self._url = b""
        self._headers: list[Header] = []
        self._in_head = False
        self._head_bytes = 0
        self._receiving: Exchange | None = None
        self._waiting: deque[Exchange] = deque()
        self._serving: Exchange | None = None
        self._task: asyncio.Task[None] | None = None
        self._behind: asyncio.Future[None] | None = None
        self._refusal: HTTPStatus | None = None
        self._ignores = False  # whatever else the client sends
        self._is_all_said = False  # by the client, in its own words
        self._is_stopping = False
        self._deadline = self._loop.time() + limits.head_seconds
        self._idle_since: float | None = None

    @property
    def task(self) -> "asyncio.Task[None] | None":
        """The task that serves a request, if there is one."""
        return self._task

    def expire(self, now: float, *, is_crowded: bool) -> None:
        """Close a connection that says nothing for too long; a crowded server waits less."""
        if self._serving is not None:
            return  # the application has deadlines of its own
        deadline = self._deadline
        if is_crowded and self._idle_since is not None:
            deadline = min(deadline, self._idle_since + self._limits.crowded_idle_seconds)
        if now >= deadline:
            self._transport.abort()

    def stop(self) -> None:
        """Serve what is being served, and close."""
        self._is_stopping = True
        self._ignores = True
        self._waiting.clear()
        if self._serving is None:
            self._transport.close()
        else:
            self._serving.is_last = True

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(self._limits.unsent_bytes)
        self._addresses = {
            "client": _address(transport.get_extra_info("peername")),
            "server": _address(transport.get_extra_info("sockname")),
        }

    @override
    def data_received(self, data: bytes) -> None:
        if self._ignores:
            return
        if self._in_head:
            self._head_bytes += len(data)
        elif self._serving is None:
            self._idle_since = None
            seconds = self._loop.time() + self._limits.head_seconds
            self._deadline = min(self._deadline, seconds)  # no empty line prolongs it
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._last_begun().is_last = True  # served as if it had not asked for another protocol
            self._ignores = True
        except httptools.HttpParserInvalidMethodError:
            self._refuse(HTTPStatus.NOT_IMPLEMENTED)
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST)
        if self._in_head and self._head_bytes > self._limits.head_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        self._serve_next()

    @override
    def eof_received(self) -> bool:
        """Keep the connection as long as there is something to answer."""
        self._ignores = self._is_all_said = True
        if self._serving is None:
            return False
        self._last_begun().is_last = True
        for exchange in (self._serving, *self._waiting):
            exchange.leave()
        return True

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._ignores = True
        self._waiting.clear()
        if self._serving is not None:
            self._serving.lose()
        self.resume_writing()
        self._on_closed(self)

    @override
    def pause_writing(self) -> None:
        self._behind = self._loop.create_future()

    @override
    def resume_writing(self) -> None:
        if self._behind is not None:
            self._behind.set_result(None)
            self._behind = None

    def on_message_begin(self) -> None:
        """Begin with a head."""
        self._in_head = True
        self._head_bytes = 0
        self._url = b""
        self._headers = []

    def on_url(self, url: bytes) -> None:
        """Add a piece of the target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header, except of a trailer; raise ValueError for a coding that is not known."""
        if self._in_head:
            name = name.lower()
            if name == b"transfer-encoding" and value.lower() != b"chunked":
                raise ValueError(value)
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Begin with a request, whose body may still be on its way; raise ValueError."""
        self._in_head = False
        if self._ignores:
            return
        exchange = Exchange(
            self._scope(),
            self,
            self._limits,
            is_last=not self._parser.should_keep_alive(),
            asks=any(each == _EXPECT for each in self._headers),
        )
        self._receiving = exchange
        self._waiting.append(exchange)
        if len(self._waiting) > self._limits.pipelined:
            exchange.is_last = True

    def on_body(self, body: bytes) -> None:
        """Add a piece of the body."""
        if self._receiving is not None:
            self._receiving.add(body)

    def on_message_complete(self) -> None:
        """End the body."""
        if self._receiving is not None:
            self._receiving.complete()
            self._ignores = self._receiving.is_last
            self._is_all_said = not self._parser.should_keep_alive()
            self._receiving = None

    def write(self, content: bytes) -> None:
        """Send bytes, or keep them until the client takes them."""
        self._transport.write(content)

    async def writable(self) -> None:
        """Wait until the client has taken most of what was written, or has left."""
        if self._behind is not None:
            await asyncio.shield(self._behind)

    @property
    def is_behind(self) -> bool:
        """Whether there is something to wait for."""
        return self._behind is not None

    def pause(self) -> None:
        """Read no more of the client."""
        self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def _scope(self) -> Scope:
        path, query = _target(self._url)
        version = self._parser.get_http_version()
        if version not in _VERSIONS:
            raise ValueError(version)
        return {
            "type": "http",
            "asgi": _ASGI,
            "http_version": version,
            "method": self._parser.get_method().decode("ascii"),
            "scheme": "http",
            "path": unquote(path) if "%" in path else path,
            "raw_path": path.encode("ascii"),
            "query_string": query,
            "root_path": "",
            "headers": self._headers,
            **self._addresses,
        }

    def _last_begun(self) -> Exchange:
        """Return the latest request whose head is complete, while there is one."""
        latest = self._waiting[-1] if self._waiting else self._serving
        assert latest is not None, "there is none"
        return latest

    def _refuse(self, status: HTTPStatus) -> None:
        """Serve what came before, say why the rest is not, and close.

        After the last request of a connection there is nothing to refuse.
        """
        if self._ignores:
            return
        self._ignores = True
        self._in_head = False
        self._refusal = status
        if self._receiving is self._serving and self._receiving is not None:
            self._receiving.lose()
        elif self._receiving is not None:
            self._waiting.remove(self._receiving)
        self._receiving = None
        if self._serving is None and not self._waiting:
            self._end()

    def _serve_next(self) -> None:
        if self._serving is None and self._waiting:
            self._serving = exchange = self._waiting.popleft()
            self._task = self._loop.create_task(self._serve(exchange))

    async def _serve(self, exchange: Exchange) -> None:
        exchange.scope[HAS_ARRIVED] = exchange.is_received
        try:
            await self._app(exchange.scope, exchange.receive, exchange.send)
        except Exception:  # noqa: BLE001  (the edge of the program: it is logged)
            _log.exception("a response failed")
        self._serving = self._task = None
        if exchange.has_begun and not exchange.is_answered:
            self._transport.abort()  # the client must not take the piece for the whole
        elif not exchange.has_begun:
            self._refusal = self._refusal or HTTPStatus.INTERNAL_SERVER_ERROR
            self._end()
        elif exchange.is_last or not exchange.is_received:
            self._end()
        elif self._waiting:
            self._serve_next()
        elif self._ignores:
            self._end()
        elif self._in_head:
            self._deadline = self._loop.time() + self._limits.head_seconds
        else:
            self._idle_since = self._loop.time()
            self._deadline = self._idle_since + self._limits.idle_seconds

    def _end(self) -> None:
        """Close, once the client has got everything.

        If it is still sending, the kernel would answer with a reset, and the client might lose the
        response: it is read for a moment, and thrown away.
        """
        self._ignores = True
        self._waiting.clear()
        if self._transport.is_closing():
            return
        if self._refusal is not None:
            self.write(refusal(self._refusal))
        if self._is_all_said or self._is_stopping:
            self._transport.close()
            return
        self._deadline = self._loop.time() + self._limits.linger_seconds
        self.resume()
        self._transport.write_eof()


def _target(url: bytes) -> tuple[str, bytes]:
    """Return path and query of a request's target; raise ValueError when it has a fragment.

    A proxy may send the absolute form (RFC 9112, 3.2.2), and OPTIONS asks about "*".
    """
    if b"#" in url:
        raise ValueError(url)
    if url.startswith(b"/") or url == b"*":
        path, _, query = url.partition(b"?")
    else:
        parsed = httptools.parse_url(url)
        path, query = parsed.path or b"/", parsed.query or b""
    return path.decode("ascii"), query


def _address(told: Any) -> tuple[str, int] | None:
    """Return address and port as the kernel tells them; a socket without an address has none."""
    return (told[0], told[1]) if isinstance(told, tuple) else None
