"""Sends one message over HTTP and says what became of it; never raises for what a receiver does.

Connections are kept for the next message. Each is made to an address that the guard has checked,
while TLS and `Host` keep the name. Redirects are not followed: they could lead anywhere. Neither
addresses nor secrets of receivers are in what is returned here, since that is stored and shown.
"""

import asyncio
import ssl
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final, cast

import httpcore
from msgspec import Struct
from typing_extensions import override

from gotovo.outbound.retry_after import retry_after
from gotovo.outbound.ssrf_guard import (
    ForbiddenAddress,
    Network,
    Resolve,
    SsrfGuard,
    UnknownName,
)

TIMEOUT_SECONDS: Final = 15.0
"""For one attempt with everything; the specification advises 15 to 30 seconds."""

IDLE_CONNECTIONS_MAX: Final = 20
"""Connections of one process that wait for the next message."""

IDLE_SECONDS: Final = 3.0
"""Servers commonly close a connection that was idle for five; a message sent then would fail."""

BODY_BYTES_MAX: Final = 16 * 1024
BODY_SECONDS_MAX: Final = 1.0
"""What of a body is read, for the sake of the connection; the body itself means nothing."""

_SUCCESS: Final = range(200, 300)
_REDIRECT: Final = range(300, 400)
_WITH_WAIT: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


_CAUSES: Final[Sequence[tuple[type[Exception], str]]] = (
    (TimeoutError, "timeout"),
    (httpcore.TimeoutException, "timeout"),
    (UnknownName, "name"),
    (ForbiddenAddress, "address"),
    (ssl.SSLError, "tls"),
    (httpcore.NetworkError, "connection"),
    (OSError, "connection"),
    (httpcore.ProtocolError, "protocol"),
    (ValueError, "protocol"),
)
"""What an attempt can fail of, the first that fits."""

ERRORS: Final = frozenset({"status", "redirect"}) | {name for _, name in _CAUSES}
"""Why an attempt can fail."""


class Attempt(Struct, frozen=True):
    """What became of one attempt: the receiver's status, or why there is none.

    `error` is empty for a success, else one of: status, redirect, timeout, name, address, tls,
    connection, protocol. `wait` is what the receiver asked for.
    """

    status: int | None
    error: str
    wait: timedelta | None = None

    @property
    def is_success(self) -> bool:
        """Whether the receiver has taken the message."""
        return not self.error

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants no more messages (410)."""
        return self.status == HTTPStatus.GONE


class GuardedSender:
    """Sends messages for one process; `close` ends its connections."""

    def __init__(
        self,
        allowed: Iterable[Network] = (),
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        resolve: Resolve | None = None,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        """Allow these private networks; plain HTTP goes to them alone."""
        networks = tuple(allowed)
        self.timeout_seconds = timeout_seconds
        self._guard = SsrfGuard(networks, resolve)
        self._private_guard = SsrfGuard(networks, resolve, is_public_allowed=False)
        self._trusted = trusted

    async def send(
        self, url: str, headers: Sequence[tuple[bytes, bytes]], body: bytes, now: datetime
    ) -> Attempt:
        """Send a message; return once it is known what became of it, or the time is over.

        The headers name what the body is, and who sends it.
        """
        try:
            async with asyncio.timeout(self.timeout_seconds):
                return await self._sent(url, headers, body, now)
        except Exception as error:  # noqa: BLE001  (whatever a receiver does, others go on)
            return Attempt(None, _error_of(error))

    async def close(self) -> None:
        """End all connections."""
        for name in ("_https", "_http"):
            if name in self.__dict__:
                await self.__dict__[name].aclose()

    @cached_property
    def _https(self) -> httpcore.AsyncConnectionPool:
        """The connections by TLS; reading the authorities takes a moment, so the first one does."""
        return _pool(self._guard, self._trusted or trusted_authorities())

    @cached_property
    def _http(self) -> httpcore.AsyncConnectionPool:
        """The connections without TLS, within private networks."""
        return _pool(self._private_guard, None)

    async def _sent(
        self, url: str, headers: Sequence[tuple[bytes, bytes]], body: bytes, now: datetime
    ) -> Attempt:
        pool = self._https if url.startswith("https:") else self._http
        parts = httpcore.URL(url)
        host = (b"host", _host_of(parts))
        length = (b"content-length", str(len(body)).encode())
        every = [host, (b"accept", b"*/*"), *headers, length]
        async with pool.stream("POST", parts, headers=every, content=body) as response:
            attempt = _attempt_of(response.status, response.headers, now)
            await _skip_body(response)
        return attempt


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to addresses that the guard has passed, one after another."""

    def __init__(self, guard: SsrfGuard) -> None:
        self._guard = guard
        self._backend = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._guard.addresses(host, port)
        for address in addresses[:-1]:
            try:
                return await self._backend.connect_tcp(address, port, timeout)
            except httpcore.ConnectError:
                continue
        return await self._backend.connect_tcp(addresses[-1], port, timeout)

    @override
    async def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> Any:
        raise ForbiddenAddress(path)

    @override
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def trusted_authorities() -> ssl.SSLContext:
    """Return those of certifi and of the machine, which may have the network's own."""
    context = httpcore.default_ssl_context()
    context.load_default_certs()
    return context


def _pool(guard: SsrfGuard, trusted: ssl.SSLContext | None) -> httpcore.AsyncConnectionPool:
    """Return connections without a limit of their own: whoever sends limits the messages."""
    return httpcore.AsyncConnectionPool(
        ssl_context=trusted,
        max_connections=None,
        max_keepalive_connections=IDLE_CONNECTIONS_MAX,
        keepalive_expiry=IDLE_SECONDS,
        network_backend=_CheckedBackend(guard),
    )


async def _skip_body(response: httpcore.Response) -> None:
    """Read a body to its end if that comes soon: what the receiver said is known already."""
    size = 0
    with suppress(TimeoutError, httpcore.NetworkError, httpcore.ProtocolError):
        async with asyncio.timeout(BODY_SECONDS_MAX):
            async for chunk in response.aiter_stream():
                size += len(chunk)
                if size > BODY_BYTES_MAX:
                    return


def _attempt_of(status: int, headers: Iterable[tuple[bytes, bytes]], now: datetime) -> Attempt:
    if status in _SUCCESS:
        return Attempt(status, "")
    wait = None
    if status in _WITH_WAIT:
        told = next((value for name, value in headers if name.lower() == b"retry-after"), b"")
        wait = retry_after(told.decode("latin-1").strip(), now)
    return Attempt(status, "redirect" if status in _REDIRECT else "status", wait)


def _host_of(url: httpcore.URL) -> bytes:
    is_default = url.port in {None, {b"https": 443, b"http": 80}[url.scheme]}
    host = b"[%b]" % url.host if b":" in url.host else url.host
    return host if is_default else b"%b:%d" % (host, url.port)


def _error_of(error: Exception) -> str:
    """Return the name of an error; that of TLS is the cause of one of the connection."""
    if isinstance(error.__cause__ or error.__context__, ssl.SSLError):
        return "tls"
    return next((name for kind, name in _CAUSES if isinstance(error, kind)), "protocol")
