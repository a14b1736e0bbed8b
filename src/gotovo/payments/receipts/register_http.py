"""One request to a cash register over HTTP: bounded in time and size, silent about what it says.

Bodies hold phones and addresses, headers hold keys: no message here names them.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final

import httpx
import msgspec
from msgspec import Struct

from gotovo.payments.receipts.port import RegisterUnavailable

SECONDS_MAX: Final = 15.0
"""For one request with everything; a receipt is taken in less than a second."""

RESPONSE_BYTES_MAX: Final = 1 << 20
"""A receipt of a hundred items, echoed, has some sixty kilobytes; a list of them, a megabyte."""

RETRY_AFTER_MAX: Final = 3_600.0

_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_REDIRECTS: Final = range(300, 400)


class RegisterResponse(Struct, frozen=True):
    """What a register answered: the status, and the JSON object of the body."""

    status: int
    body: Mapping[str, Any]


def open_register_client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Return a client for all requests of a process; it has to be closed.

    It checks certificates, follows no redirect and takes nothing from the environment.
    """
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # They log addresses and headers.
    return httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        timeout=SECONDS_MAX,
        headers={"accept-encoding": "identity", "user-agent": "gotovo"},
        transport=transport,
    )


async def exchange(
    client: httpx.AsyncClient, request: httpx.Request, seconds_max: float = SECONDS_MAX
) -> RegisterResponse:
    """Send a request; return the answer below 500, raise RegisterUnavailable for anything else."""
    where = request.url.host
    try:
        async with asyncio.timeout(seconds_max):
            response = await client.send(request, stream=True)
            try:
                content = await _content(response, where)
            finally:
                await response.aclose()
    except TimeoutError:
        raise RegisterUnavailable(f"{where}: no answer in time") from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        raise RegisterUnavailable(f"{where}: {type(error).__name__}") from None
    status = response.status_code
    if status == _TOO_MANY or status >= _SERVER_ERROR:
        wait = _seconds(response.headers.get("retry-after", ""))
        raise RegisterUnavailable(f"{where}: HTTP {status}", retry_after=wait)
    if status in _REDIRECTS:
        raise RegisterUnavailable(f"{where}: HTTP {status}, and redirects are not followed")
    try:
        return RegisterResponse(status, _decoder.decode(content))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise RegisterUnavailable(f"{where}: HTTP {status} without a JSON object") from None


def text(value: object, characters_max: int = 200) -> str:
    """Return a string of an answer, cut to what is kept; a number as its digits."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    shown = "".join(c for c in str(value) if c.isprintable())
    return shown[:characters_max]


async def _content(response: httpx.Response, where: str) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > RESPONSE_BYTES_MAX:
            raise RegisterUnavailable(f"{where}: an answer of more than {RESPONSE_BYTES_MAX} bytes")
    return bytes(content)


def _seconds(value: str) -> float | None:
    is_number = value.isascii() and value.isdigit()
    return min(float(value), RETRY_AFTER_MAX) if is_number else None


_decoder = msgspec.json.Decoder(dict[str, Any])
