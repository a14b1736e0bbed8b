"""One request to a provider over HTTP: bounded in time and size, and silent about what it says.

Addresses, headers and bodies hold phones, texts and passwords, so no message here names them, and
the library's own log lines are off.
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

from gotovo.notices.channels.port import ChannelUnavailable

SECONDS_MAX: Final = 15.0
"""For one request with everything: a page that sends a code waits for it."""

CONNECTIONS_MAX: Final = 32
"""Connections of one process at once; providers commonly allow some tens."""

RESPONSE_BYTES_MAX: Final = 65_536
"""A response is a few hundred bytes of JSON; the status page of Kannel has some kilobytes."""

RETRY_AFTER_MAX: Final = 3_600.0
"""Seconds of Retry-After that are believed."""

_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_UNAVAILABLE: Final = 503
"""Of the errors of servers the one that says that nothing was done (RFC 9110, 15.6.4); behind the
others, as a gateway that waited in vain, the message may have been taken."""

_REDIRECTS: Final = range(300, 400)


class ProviderResponse(Struct, frozen=True):
    """What a provider answered; names of headers are lower."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def open_client() -> httpx.AsyncClient:
    """Return a client for all requests of a process; it checks certificates, and has to be closed.

    Redirects are not followed: a message goes to the address of the settings, or nowhere. Proxies
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
    seconds_max: float = SECONDS_MAX,
    now: datetime | None = None,
) -> ProviderResponse:
    """Send a request and return the response below 500 that is no redirect.

    Raise ChannelUnavailable for anything else. `now` is what a date in Retry-After is compared
    with; without it the clock of the machine is.
    """
    where = request.url.host
    try:
        async with asyncio.timeout(seconds_max):
            response = await client.send(request, stream=True)
            try:
                body = await _body(response, where)
            finally:
                await response.aclose()
    except TimeoutError:
        raise ChannelUnavailable(f"{where}: no answer in time", maybe_taken=True) from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        is_open = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        raise ChannelUnavailable(f"{where}: {_kind(error)}", maybe_taken=is_open) from None
    status, headers = response.status_code, {k.lower(): v for k, v in response.headers.items()}
    if status == _TOO_MANY or status >= _SERVER_ERROR:
        wait = retry_after(headers.get("retry-after", ""), now or datetime.now(UTC))
        is_between = status >= _SERVER_ERROR and status != _UNAVAILABLE
        reason = f"{where}: HTTP {status}"
        raise ChannelUnavailable(reason, retry_after=wait, maybe_taken=is_between)
    if status in _REDIRECTS:
        raise ChannelUnavailable(f"{where}: HTTP {status}, and redirects are not followed")
    return ProviderResponse(status, headers, body)


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


async def _body(response: httpx.Response, where: str) -> bytes:
    """Read a body as it comes; a packed one is not unpacked, for it could become any size."""
    if response.headers.get("content-encoding", "identity") != "identity":
        reason = f"{where}: a packed response, which was not asked for"
        raise ChannelUnavailable(reason, maybe_taken=True)
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > RESPONSE_BYTES_MAX:
            reason = f"{where}: a response of more than {RESPONSE_BYTES_MAX} bytes"
            raise ChannelUnavailable(reason, maybe_taken=True)
    return bytes(body)


def _kind(error: Exception) -> str:
    """Return what went wrong by its type: the words of an error may hold the address."""
    return {
        "ConnectError": "no connection",
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "no answer in time",
    }.get(type(error).__name__, type(error).__name__)
