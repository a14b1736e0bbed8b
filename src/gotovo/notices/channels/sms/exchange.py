"""One request to a provider of SMS over HTTP, whose failure is one of the channel."""

from datetime import datetime

import httpx

from gotovo.notices.channels.port import ChannelUnavailable
from gotovo.outbound.exchange import SECONDS_MAX, ExchangeFailed, HttpResponse
from gotovo.outbound.exchange import exchange as http_exchange


async def exchange(
    client: httpx.AsyncClient,
    request: httpx.Request,
    seconds_max: float = SECONDS_MAX,
    now: datetime | None = None,
) -> HttpResponse:
    """Send a request and return the response below 500 that is no redirect.

    Raise ChannelUnavailable for anything else. `now` is what a date in Retry-After is compared
    with; without it the clock of the machine is.
    """
    try:
        return await http_exchange(client, request, seconds_max=seconds_max, now=now)
    except ExchangeFailed as error:
        raise ChannelUnavailable(
            str(error), retry_after=error.retry_after, maybe_taken=error.maybe_done
        ) from None
