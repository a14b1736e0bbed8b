"""Requests to a provider: one that can't be reached or read is ProviderUnavailable."""

from typing import Final, TypeVar

import httpx
import msgspec

from gotovo.outbound.exchange import ExchangeFailed, HttpResponse, exchange
from gotovo.payments.providers.port import ProviderUnavailable

SECONDS_MAX: Final = 30.0
"""For one request: YooKassa gives up after thirty seconds itself, and Stripe's library after
eighty. A request that ends too early is asked again, with the same key."""

BYTES_MAX: Final = 4 * 1024 * 1024
"""Of a response: a page of a hundred payments has some 300 kB, with long metadata a megabyte."""

T = TypeVar("T")


async def provider_response(
    client: httpx.AsyncClient, request: httpx.Request, seconds_max: float = SECONDS_MAX
) -> HttpResponse:
    """Send a request and return the response below 500 that is neither a redirect nor 429."""
    try:
        return await exchange(client, request, seconds_max=seconds_max, bytes_max=BYTES_MAX)
    except ExchangeFailed as error:
        raise ProviderUnavailable(str(error), retry_after=error.retry_after) from None


def read_answer(body: bytes, kind: type[T], where: str) -> T:
    """Read the JSON of an answer; one of another shape was not the provider's."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProviderUnavailable(f"{where}: an answer that can't be read") from None
