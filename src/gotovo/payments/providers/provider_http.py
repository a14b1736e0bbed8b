"""Requests to a provider: one that can't be reached or read is ProviderUnavailable."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Annotated, Final, TypeVar

import httpx
import msgspec
from msgspec import Meta, Struct

from gotovo.outbound.exchange import ExchangeFailed, HttpResponse, exchange
from gotovo.payments.providers.port import (
    ProviderPayment,
    ProviderRefund,
    ProviderUnavailable,
    ProviderUnreadable,
    UnreadableEntry,
)

SECONDS_MAX: Final = 30.0
"""For one request: YooKassa gives up after thirty seconds itself, and Stripe's library after
eighty. A request that ends too early is asked again, with the same key."""

BYTES_MAX: Final = 4 * 1024 * 1024
"""Of a response: a page of a hundred payments has some 300 kB, with long metadata a megabyte."""

REASON_MAX: Final = 200
"""Characters of why an entry can't be read: the words are partly the provider's."""

T = TypeVar("T")
Found = TypeVar("Found")
FoundT = TypeVar("FoundT", ProviderPayment, ProviderRefund)


class _Named(Struct, frozen=True):
    """What every entry of a list has."""

    id: Annotated[str, Meta(pattern=r"^[0-9A-Za-z_-]{1,255}\Z")]


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
    except msgspec.ValidationError:
        raise ProviderUnreadable(f"{where}: an answer that can't be read") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProviderUnavailable(f"{where}: an answer that can't be read") from None


def read_entry(
    entry: msgspec.Raw, kind: type[T], read: Callable[[T], Found]
) -> Found | UnreadableEntry:
    """Read one entry of a list by itself; one of another shape does not spoil the others."""
    try:
        return read(msgspec.json.decode(entry, type=kind))
    except (ValueError, RecursionError) as error:
        reason = "".join(x if x.isprintable() else "?" for x in str(error))
        return UnreadableEntry(entry_id(entry), reason[:REASON_MAX])


def entry_id(entry: msgspec.Raw) -> str:
    """Return the id of an entry, empty where it has none that can be read."""
    try:
        return msgspec.json.decode(entry, type=_Named).id
    except (ValueError, RecursionError):
        return ""


def read_list(
    entries: Iterable[msgspec.Raw],
    kind: type[T],
    read: Callable[[T], FoundT],
    period: tuple[datetime, datetime],
    seen: set[str],
) -> Iterator[FoundT | UnreadableEntry]:
    """Yield the entries of a page that are of a period and were not `seen` yet.

    One that can't be read may be of any time, and of any id where it has none.
    """
    since, until = period
    for entry in entries:
        name, found = entry_id(entry), read_entry(entry, kind, read)
        is_of_period = isinstance(found, UnreadableEntry) or since <= found.created_at < until
        if is_of_period and not (name and name in seen):
            seen.add(name)
            yield found
