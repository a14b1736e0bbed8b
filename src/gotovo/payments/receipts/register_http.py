"""One request to a cash register over HTTP, whose answer is a JSON object."""

from collections.abc import Mapping
from typing import Any, Final

import httpx
import msgspec
from msgspec import Struct

from gotovo.outbound.exchange import ExchangeFailed
from gotovo.outbound.exchange import exchange as http_exchange
from gotovo.payments.receipts.port import RegisterUnavailable

RESPONSE_BYTES_MAX: Final = 1 << 23
"""A receipt of a hundred items, echoed, has sixty kilobytes, and a list has a hundred receipts."""


class RegisterResponse(Struct, frozen=True):
    """What a register answered: the status, and the JSON object of the body."""

    status: int
    body: Mapping[str, Any]


async def exchange(client: httpx.AsyncClient, request: httpx.Request) -> RegisterResponse:
    """Send a request; return the answer below 500, raise RegisterUnavailable for anything else."""
    try:
        answer = await http_exchange(client, request, bytes_max=RESPONSE_BYTES_MAX)
    except ExchangeFailed as error:
        raise RegisterUnavailable(str(error), retry_after=error.retry_after) from None
    try:
        return RegisterResponse(answer.status, _decoder.decode(answer.body))
    except (msgspec.DecodeError, UnicodeDecodeError):
        where = request.url.host
        reason = f"{where}: HTTP {answer.status} without a JSON object"
        raise RegisterUnavailable(reason) from None


def text(value: object, characters_max: int = 200) -> str:
    """Return a string of an answer, cut to what is kept; a number as its digits."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return "".join(c for c in str(value)[:characters_max] if c.isprintable())


_decoder = msgspec.json.Decoder(dict[str, Any])
