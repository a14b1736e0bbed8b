"""Strict parsing of a row: every value is understood or the row is rejected."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from msgspec import Struct

from gotovo.exchange.imports.amounts import (
    AmountFormat,
    DecimalMark,
    Decimals,
    InvalidAmount,
    minor_units,
)
from gotovo.exchange.imports.columns import folded
from gotovo.exchange.imports.files.encoding import is_decoded
from gotovo.exchange.imports.files.row import ImportRow, JsonNumber, Rejection
from gotovo.order.steps.placement import EXTERNAL_ID_CHARACTERS_MAX, UNITS_MAX
from gotovo.order.values.settlement.charge import ChargeKind
from gotovo.order.values.settlement.currency import CURRENCIES
from gotovo.points.validation import YEAR_MAX, YEAR_MIN
from gotovo.text import NothingVisible, UnfitText, single_line
from gotovo.words.imports.row_errors import RowError, RowErrorCode

TEXT_CHARACTERS_MAX = 200
"""Characters of a customer's id: twice the longest that shops are known to use."""

AMOUNTS = ("value", "paid", *ChargeKind)
"""The fields that are amounts of money."""

_CHARGES = frozenset(ChargeKind)
_TAKEN_OFF = frozenset({ChargeKind.DISCOUNT, ChargeKind.COUPON})
_SIGNED = frozenset({*_TAKEN_OFF, ChargeKind.ROUNDING})

_COUNT_DIGITS_MAX = 20
"""Digits of a count that are read at all, zeros before it included; `UNITS_MAX` is the limit."""

_INSTANT_EXAMPLE = "2018-07-24T20:41:00-03:00"


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
"""The words for a status that are recognized, in the form that `folded` gives them."""


class ImportedOrder(Struct, frozen=True):
    """One order as the other system has it: instants in UTC, sums in minor units of `currency`.

    `utc_offset` is that of `placed_at`; promised days are interpreted in it. A discount and a
    coupon are below zero, whichever sign they have in the file.
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
    currency: str = "RUB"
    value: int | None = None
    paid: int | None = None
    delivery_fee: int | None = None
    discount: int | None = None
    coupon: int | None = None
    rounding: int | None = None


class Reading(Struct, frozen=True):
    """How the rows of a file are read: columns by field, amounts, and the encoding.

    `currency` is of the rows that name none.
    """

    columns: Mapping[str, str]
    decimals: Decimals = Decimals()
    encoding: str = "utf-8"
    currency: str = "RUB"

    def decimals_of(self, row: ImportRow) -> dict[str, str]:
        """Return how the amounts of a row are read, by field, where that is decided."""
        marks = {name: self.mark(row, name) for name in AMOUNTS if name in self.columns}
        return {name: mark for name, mark in marks.items() if mark is not None}

    def mark(self, row: ImportRow, name: str) -> DecimalMark | None:
        """Return the mark of an amount: JSON has one, and a rejected row that of its first file."""
        if isinstance(row.values.get(self.columns[name]), JsonNumber):
            return DecimalMark.POINT
        return self._mark_before(row, name) or self.decimals.of(name)

    def amount_format(self, row: ImportRow, name: str, currency: str) -> AmountFormat:
        """Return how an amount of a row is written."""
        mark, is_stated = self.mark(row, name), self._is_stated(row, name)
        return AmountFormat(currency, mark, is_stated=is_stated, is_signed=name in _SIGNED)

    def _is_stated(self, row: ImportRow, name: str) -> bool:
        if isinstance(row.values.get(self.columns[name]), JsonNumber):
            return True
        return self.decimals.stated is not None and self._mark_before(row, name) is None

    def _mark_before(self, row: ImportRow, name: str) -> DecimalMark | None:
        before = row.own.decimals.get(name)
        return next((mark for mark in DecimalMark if mark == before), None)


class _InvalidValue(Exception):
    """A value is not valid for its field."""

    def __init__(self, code: RowErrorCode, **values: str) -> None:
        super().__init__(code)
        self.error = RowError(code, values)


def parse_order(row: ImportRow, reading: Reading) -> ImportedOrder | Rejection:
    """Return the order of a row, or the first field that can't be parsed."""
    read: dict[str, object] = {"currency": reading.currency}
    columns, values = reading.columns, row.values
    for name in sorted(columns, key="currency".__ne__):  # amounts have the digits of the currency
        column = columns[name]
        value = values.get(column, "")
        try:
            if value.strip():
                read[name] = _parsed(name, value, reading, row, str(read["currency"]))
            else:
                read[name] = _absent(name, reading)
        except (_InvalidValue, InvalidAmount) as unfit:
            return Rejection(column, value.strip(), unfit.error)
    placed_at = read["placed_at"]
    assert isinstance(placed_at, datetime)
    word = values.get(columns.get("status", ""), "").strip()
    offset = placed_at.utcoffset() or timedelta()
    fields = {**read, "customer": read.get("customer") or "", "status_word": word}
    in_utc = {k: v.astimezone(UTC) for k, v in fields.items() if isinstance(v, datetime)}
    values_in_utc: dict[str, Any] = {**fields, **in_utc}
    return ImportedOrder(utc_offset=offset, **values_in_utc)


def external_id_of(row: ImportRow, columns: Mapping[str, str]) -> str:
    """Return the order's id in the other system as `parse_order` would, without judging it."""
    written = row.values.get(columns["external_id"], "").strip()
    with suppress(UnfitText):
        return single_line(written)
    return written


def _parsed(name: str, value: str, reading: Reading, row: ImportRow, currency: str) -> object:
    if not is_decoded(value):
        raise _InvalidValue(
            RowErrorCode.DECODED_TEXT, encoding=reading.encoding, option="--encoding"
        )
    if name not in AMOUNTS:
        return _READERS[name](value.strip())
    amount = minor_units(value.strip(), reading.amount_format(row, name, currency))
    return -abs(amount) if name in _TAKEN_OFF else amount


def end_of_day(day: date, utc_offset: timedelta) -> datetime:
    """Return the instant (UTC) at which a day ends by a clock with this offset."""
    midnight = datetime.combine(day, datetime.min.time(), timezone(utc_offset))
    return (midnight + timedelta(days=1)).astimezone(UTC)


def _absent(name: str, reading: Reading) -> object:
    """Return what an empty cell means: no charge of this kind, the currency of the file."""
    if name == "external_id":
        raise _InvalidValue(RowErrorCode.TEXT)
    if name == "placed_at":
        raise _InvalidValue(RowErrorCode.INSTANT, example=_INSTANT_EXAMPLE)
    if name == "currency":
        return reading.currency
    return 0 if name in _CHARGES else None


def _external_id(value: str) -> str:
    return _text(value, EXTERNAL_ID_CHARACTERS_MAX)


def _text(value: str, characters_max: int = TEXT_CHARACTERS_MAX) -> str:
    try:
        text = single_line(value)
    except NothingVisible as error:
        raise _InvalidValue(RowErrorCode.VISIBLE_TEXT) from error
    except UnfitText as error:
        raise _InvalidValue(RowErrorCode.CLEAN_TEXT) from error
    if len(text) > characters_max:
        raise _InvalidValue(RowErrorCode.SHORTER_TEXT, most=str(characters_max))
    return text


def _currency(value: str) -> str:
    code = value.upper()
    if code not in CURRENCIES:
        raise _InvalidValue(RowErrorCode.CURRENCY, example="RUB")
    return code


def _instant(value: str) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is not None:
            _check_year(instant.astimezone(UTC))
            return instant
    except (ValueError, OverflowError):
        pass
    raise _InvalidValue(RowErrorCode.INSTANT, example=_INSTANT_EXAMPLE)


def _check_year(day: date) -> None:
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        raise _InvalidValue(RowErrorCode.YEAR, first=str(YEAR_MIN), last=str(YEAR_MAX))


def _day(value: str) -> date:
    try:
        day = date.fromisoformat(value[:10])
        if value[10:11] in {"", "T", " "}:
            _check_year(day)
            return day
    except ValueError:
        pass
    raise _InvalidValue(RowErrorCode.DAY, example="2018-08-13")


def _status(value: str) -> Status:
    status = STATUS_WORDS.get(folded(value))
    if status is None:
        raise _InvalidValue(RowErrorCode.STATUS, words=", ".join(STATUS_WORDS))
    return status


def _count(value: str) -> int:
    whole = value.removesuffix(".0")
    is_number = whole.isascii() and whole.isdigit() and len(whole) <= _COUNT_DIGITS_MAX
    if not is_number or not 1 <= int(whole) <= UNITS_MAX:
        raise _InvalidValue(RowErrorCode.COUNT, least="1", most=str(UNITS_MAX))
    return int(whole)


_READERS = {
    "external_id": _external_id,
    "currency": _currency,
    "customer": _text,
    "placed_at": _instant,
    "paid_at": _instant,
    "dispatched_at": _instant,
    "issued_at": _instant,
    "status": _status,
    "promised_for": _day,
    "items": _count,
}
