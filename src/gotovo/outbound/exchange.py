"""One request to a provider over HTTP: bounded in time and size, and silent about what it says.

Addresses, headers and bodies hold phones, sums and secrets, so no message here names them, and the
library's own log lines are off.
"""

import asyncio
import logging
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx
from msgspec import Struct

SECONDS_MAX: Final = 15.0
"""For one request with everything: somebody may wait for it on a page."""

CONNECTIONS_MAX: Final = 32
"""Connections of one process at once; providers commonly allow some tens."""

RESPONSE_BYTES_MAX: Final = 65_536
"""A response is usually a few hundred bytes."""

RETRY_AFTER_MAX: Final = 3_600.0
"""Seconds of Retry-After that are believed."""

_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_UNAVAILABLE: Final = 503
"""Of the errors of servers the one that says that nothing was done (RFC 9110, 15.6.4); behind the
others, as a gateway that waited in vain, the request may have been done."""

_REDIRECTS: Final = range(300, 400)


class ExchangeFailed(Exception):
    """There is no response that can be read; the message names nothing but the host and the cause.

    `retry_after` is the wait that the server asks for, in seconds. With `maybe_done` the request
    may have been done all the same.
    """

    def __init__(
        self, reason: str, *, retry_after: float | None = None, maybe_done: bool = False
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.maybe_done = maybe_done


class HttpResponse(Struct, frozen=True):
    """What a server answered; names of headers are lower."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def open_client() -> httpx.AsyncClient:
    """Return a client for all requests of a process; it checks certificates, and has to be closed.

    Redirects are not followed: a request goes to the address of the settings, or nowhere. Proxies
    and credentials are not taken from the environment.
    """
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # They log addresses and headers.
    return httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        timeout=SECONDS_MAX,
        limits=httpx.Limits(max_connections=CONNECTIONS_MAX),
        headers={"accept-encoding": "identity", "user-agent": "gotovo"},
    )


async def exchange(
    client: httpx.AsyncClient,
    request: httpx.Request,
    *,
    seconds_max: float = SECONDS_MAX,
    bytes_max: int = RESPONSE_BYTES_MAX,
    now: datetime | None = None,
) -> HttpResponse:
    """Send a request and return the response below 500 that is neither a redirect nor 429.

    Raise ExchangeFailed for anything else. `now` is what a date in Retry-After is compared with;
    without it the clock of the machine is.
    """
    where = request.url.host
    try:
        async with asyncio.timeout(seconds_max):
            response = await client.send(request, stream=True)
            try:
                body = await _body(response, where, bytes_max)
            finally:
                await response.aclose()
    except TimeoutError:
        raise ExchangeFailed(f"{where}: no answer in time", maybe_done=True) from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        is_open = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        raise ExchangeFailed(f"{where}: {_kind(error)}", maybe_done=is_open) from None
    status, headers = response.status_code, {k.lower(): v for k, v in response.headers.items()}
    if status == _TOO_MANY or status >= _SERVER_ERROR:
        wait = retry_after(headers.get("retry-after", ""), now or datetime.now(UTC))
        is_between = status >= _SERVER_ERROR and status != _UNAVAILABLE
        raise ExchangeFailed(f"{where}: HTTP {status}", retry_after=wait, maybe_done=is_between)
    if status in _REDIRECTS:
        raise ExchangeFailed(f"{where}: HTTP {status}, and redirects are not followed")
    return HttpResponse(status, headers, body)


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110, 10.2.3), None where it says none."""
    if value.isascii() and value.strip().isdigit():
        return min(float(value.strip()), RETRY_AFTER_MAX)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - now).total_seconds()
    return min(max(math.ceil(seconds), 0.0), RETRY_AFTER_MAX)


async def _body(response: httpx.Response, where: str, bytes_max: int) -> bytes:
    """Read a body as it comes; a packed one is not unpacked, for it could become any size."""
    if response.headers.get("content-encoding", "identity") != "identity":
        reason = f"{where}: a packed response, which was not asked for"
        raise ExchangeFailed(reason, maybe_done=True)
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > bytes_max:
            reason = f"{where}: a response of more than {bytes_max} bytes"
            raise ExchangeFailed(reason, maybe_done=True)
    return bytes(body)


def _kind(error: Exception) -> str:
    """Return what went wrong by its type: the words of an error may hold the address."""
    return {
        "ConnectError": "no connection",
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "no answer in time",
    }.get(type(error).__name__, type(error).__name__)
