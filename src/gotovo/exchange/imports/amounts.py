"""Amounts as people write them, and which of comma and point begins the decimals.

`12,50` and `1,234.50` can be read in one way. `1,000` can't: it is one thousand or one. The other
amounts of its column decide, or `--decimal`; otherwise it is rejected with both readings.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from gotovo.order.steps.placement import PRICE_MAX
from gotovo.order.values.settlement.currency import minor_digits, plain_amount
from gotovo.words.imports.row_errors import RowError, RowErrorCode


class DecimalMark(StrEnum):
    """The character that the decimals begin with."""

    POINT = "point"
    COMMA = "comma"


MARKS: Mapping[DecimalMark, str] = {DecimalMark.POINT: ".", DecimalMark.COMMA: ","}


class Decimals(Struct, frozen=True):
    """How ambiguous amounts are read: as stated for the file, else as found, by field."""

    stated: DecimalMark | None = None
    found: Mapping[str, DecimalMark] = {}

    def of(self, name: str) -> DecimalMark | None:
        """Return the mark of a field, None where nothing decides."""
        return self.stated or self.found.get(name)


_SIGNS: Mapping[str, int] = {"-": -1, "\N{MINUS SIGN}": -1, "+": 1}

_INTEGER_DIGITS_MAX = 13
"""Digits before the decimals that are read at all; `PRICE_MAX` is the limit."""

_AMBIGUOUS_DIGITS = 3
"""As many digits as a group of thousands has."""

_BLANKS = "\u0020\u00a0\u202f\u2009'\u2019"
"""What groups of thousands may be divided by besides a comma or a point."""

_PLAIN = r"[0-9]+"
_GROUPED = r"[1-9][0-9]{{0,2}}(?P<mark>[{marks}])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*"
_PATTERNS = {
    decimal: re.compile(
        rf"(?P<whole>{_PLAIN}|{_GROUPED.format(marks=group + _BLANKS)})"
        rf"(?:{re.escape(mark)}(?P<fraction>[0-9]+))?"
    )
    for decimal, mark, group in ((DecimalMark.POINT, ".", ","), (DecimalMark.COMMA, ",", "."))
}


class AmountFormat(Struct, frozen=True):
    """How the amounts of a field are written: their currency, and the mark, where one is known.

    A mark that is stated for the whole file leaves no other reading. A signed amount may be below
    zero.
    """

    currency: str
    decimal: DecimalMark | None = None
    is_stated: bool = False
    is_signed: bool = False

    @property
    def digits(self) -> int:
        """How many decimals an amount may have."""
        return minor_digits(self.currency)


class _Reading(Struct, frozen=True):
    """One reading of an amount: its digits before and after the mark."""

    whole: str
    fraction: str

    def text(self, digits: int) -> str:
        """Return the amount with a point and all its decimals."""
        fraction = self.fraction.ljust(digits, "0")
        return f"{self.whole}.{fraction}" if fraction else self.whole


class InvalidAmount(Exception):
    """The text is no amount, or more than one."""

    def __init__(self, code: RowErrorCode, **values: str) -> None:
        """Keep the error."""
        super().__init__(code)
        self.error = RowError(code, values)


def minor_units(text: str, form: AmountFormat) -> int:
    """Return the amount in minor units; raise InvalidAmount.

    The mark decides between two readings, whatever number of decimals the currency has.
    """
    sign = _SIGNS.get(text[:1], 0)
    if not sign:
        return _unsigned(text, form)
    amount = sign * _unsigned(text[1:].lstrip(), form)
    if not form.is_signed:
        raise _out_of_range(form)
    return amount


def evidence(text: str) -> DecimalMark | None:
    """Return what an amount says about its column: the mark, if it can be read with one alone."""
    readings = _readings(text[1:].lstrip() if text[:1] in _SIGNS else text)
    return next(iter(readings)) if len(readings) == 1 else None


def _unsigned(text: str, form: AmountFormat) -> int:
    readings = _readings(text)
    if form.is_stated:
        readings = {each: reading for each, reading in readings.items() if each is form.decimal}
    if not readings:
        raise _too_exact(form, form.decimal if form.is_stated else None)
    if len(set(readings.values())) == 1:
        reading = next(iter(readings.values()))
        return _minor_units(reading, form, form.decimal if form.is_stated else None)
    if form.decimal is None:
        point = readings[DecimalMark.POINT].text(form.digits)
        comma = readings[DecimalMark.COMMA].text(form.digits)
        raise InvalidAmount(
            RowErrorCode.AMBIGUOUS_AMOUNT,
            with_point=point,
            with_comma=comma,
            point_option=f"--decimal {DecimalMark.POINT}",
            comma_option=f"--decimal {DecimalMark.COMMA}",
            example=_example(readings, form.digits),
        )
    return _minor_units(readings[form.decimal], form, form.decimal)


def _readings(text: str) -> dict[DecimalMark, _Reading]:
    """Return how the text can be read, by the mark of its decimals."""
    found: dict[DecimalMark, _Reading] = {}
    for decimal, pattern in _PATTERNS.items():
        match = pattern.fullmatch(text)
        if match is not None:
            whole = "".join(c for c in match["whole"] if c.isdigit())
            found[decimal] = _Reading(
                whole.lstrip("0") or "0", (match["fraction"] or "").rstrip("0")
            )
    return found


def _example(readings: Mapping[DecimalMark, _Reading], digits: int) -> str:
    """Return a spelling of the amount that can't be mistaken: never with three decimals."""
    possible = next(x for x in readings.values() if len(x.fraction) <= digits)
    return possible.text(digits + 1 if digits == _AMBIGUOUS_DIGITS else digits)


def _minor_units(reading: _Reading, form: AmountFormat, decimal: DecimalMark | None) -> int:
    if len(reading.fraction) > form.digits:
        raise _too_exact(form, decimal)
    if len(reading.whole) > _INTEGER_DIGITS_MAX:
        raise _out_of_range(form)
    amount = int(reading.whole + reading.fraction.ljust(form.digits, "0"))
    if amount > PRICE_MAX:
        raise _out_of_range(form)
    return amount


def _too_exact(form: AmountFormat, decimal: DecimalMark | None) -> InvalidAmount:
    if not form.digits:
        code = RowErrorCode.WHOLE_AMOUNT
        return InvalidAmount(code, currency=form.currency, example="1234")
    mark = MARKS[decimal or DecimalMark.POINT]
    example = f"1234{mark}{'5'.ljust(form.digits, '0')}"
    return InvalidAmount(
        RowErrorCode.AMOUNT, currency=form.currency, digits=str(form.digits), example=example
    )


def _out_of_range(form: AmountFormat) -> InvalidAmount:
    most = plain_amount(PRICE_MAX, form.currency)
    least = f"-{most}" if form.is_signed else "0"
    return InvalidAmount(RowErrorCode.SMALLER_AMOUNT, least=least, most=most)
