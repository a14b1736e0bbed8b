"""Strict parsing of a row: every value is understood or the row is rejected."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from msgspec import Struct

from gotovo.exchange.imports.reader import Rejection

TEXT_CHARACTERS_MAX = 200
"""Characters of an id: twice the longest that shops are known to use."""

ITEMS_MAX = 1_000_000
AMOUNT_MAX = 10**12
"""Minor units: ten thousand million roubles is a typing mistake, not an order."""

_AMOUNT = re.compile(r"([0-9]{1,13})(?:[.,]([0-9]{1,2})0*)?")


class Status(StrEnum):
    """The status of the order in the other system."""

    CREATED = "created"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    UNAVAILABLE = "unavailable"


STATUS_WORDS: Mapping[str, Status] = {
    **{str(status): status for status in Status},
    "placed": Status.CREATED,
    "awaiting_payment": Status.CREATED,
    "approved": Status.PROCESSING,
    "paid": Status.PROCESSING,
    "invoiced": Status.PROCESSING,
    "dispatched": Status.SHIPPED,
    "in_transit": Status.SHIPPED,
    "issued": Status.DELIVERED,
    "completed": Status.DELIVERED,
    "canceled": Status.CANCELLED,
    "out_of_stock": Status.UNAVAILABLE,
}
"""The words for a status that are recognized, in lower case."""


class ImportedOrder(Struct, frozen=True):
    """One order as the other system has it: instants in UTC, sums in minor units.

    `utc_offset` is the one `placed_at` was written with: a promised day results by that clock.
    """

    external_id: str
    customer: str
    placed_at: datetime
    utc_offset: timedelta
    status: Status | None = None
    status_word: str = ""
    paid_at: datetime | None = None
    dispatched_at: datetime | None = None
    issued_at: datetime | None = None
    promised_for: date | None = None
    items: int | None = None
    value: int | None = None
    paid: int | None = None


class _InvalidValue(Exception):
    """A value is not valid for its field."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def parse_order(values: Mapping[str, str], columns: Mapping[str, str]) -> ImportedOrder | Rejection:
    """Return the order of a row, or the first field that can't be parsed."""
    read: dict[str, object] = {}
    for name, column in columns.items():
        value = values.get(column, "").strip()
        try:
            read[name] = _READERS[name](value) if value else _absent(name)
        except _InvalidValue as unfit:
            return Rejection(column, _printable(value), unfit.expected)
    placed_at = read["placed_at"]
    assert isinstance(placed_at, datetime)
    word = values.get(columns.get("status", ""), "").strip()
    offset = placed_at.utcoffset() or timedelta()
    fields = {**read, "customer": read.get("customer") or "", "status_word": word}
    in_utc = {k: v.astimezone(UTC) for k, v in fields.items() if isinstance(v, datetime)}
    values_in_utc: dict[str, Any] = {**fields, **in_utc}
    return ImportedOrder(utc_offset=offset, **values_in_utc)


def end_of_day(day: date, utc_offset: timedelta) -> datetime:
    """Return the instant (UTC) at which a day ends by a clock with this offset."""
    midnight = datetime.combine(day, datetime.min.time(), timezone(utc_offset))
    return (midnight + timedelta(days=1)).astimezone(UTC)


def _absent(name: str) -> None:
    if name == "external_id":
        raise _InvalidValue("a text")
    if name == "placed_at":
        raise _InvalidValue("an instant")


def _text(value: str) -> str:
    if len(value) > TEXT_CHARACTERS_MAX:
        raise _InvalidValue(f"at most {TEXT_CHARACTERS_MAX} characters")
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in value):
        raise _InvalidValue("UTF-8 text without control characters")
    return value


def _instant(value: str) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is not None:
            instant.astimezone(UTC)
            return instant
    except (ValueError, OverflowError):
        pass
    raise _InvalidValue("an instant with its UTC offset, like 2018-07-24T20:41:00-03:00")


def _day(value: str) -> date:
    try:
        day = date.fromisoformat(value[:10])
        if value[10:11] in {"", "T", " "} and day.year < date.max.year:
            return day
    except ValueError:
        pass
    raise _InvalidValue("a date, like 2018-08-13")


def _status(value: str) -> Status:
    status = STATUS_WORDS.get(value.casefold())
    if status is None:
        raise _InvalidValue(", ".join(STATUS_WORDS))
    return status


def _count(value: str) -> int:
    whole = value.removesuffix(".0")
    if not (whole.isascii() and whole.isdigit()) or len(whole) > len(str(ITEMS_MAX)):
        raise _InvalidValue(f"0..{ITEMS_MAX}")
    return int(whole)


def _amount(value: str) -> int:
    found = _AMOUNT.fullmatch(value.replace("\u00a0", "").replace(" ", ""))
    if found is None:
        raise _InvalidValue("an amount with at most two decimals, like 141.46")
    amount = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
    if amount > AMOUNT_MAX:
        raise _InvalidValue(f"0..{AMOUNT_MAX // 100}")
    return amount


def _printable(value: str) -> str:
    return value[:TEXT_CHARACTERS_MAX]


_READERS = {
    "external_id": _text,
    "customer": _text,
    "placed_at": _instant,
    "paid_at": _instant,
    "dispatched_at": _instant,
    "issued_at": _instant,
    "status": _status,
    "promised_for": _day,
    "items": _count,
    "value": _amount,
    "paid": _amount,
}
