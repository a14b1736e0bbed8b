"""Amounts as people write them, and which of comma and point begins the decimals.

`12,50` and `1,234.50` can be read in one way. `1,000` can't: it is one thousand or one. The other
amounts of its column decide, or `--decimal`; otherwise it is rejected with both readings.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

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


AMOUNT_MAX = 10**12
"""Minor units: ten thousand million roubles is a typing mistake, not an order."""

_DIGITS = 2
"""Digits of the currencies that are imported, roubles and reais."""

_INTEGER_DIGITS_MAX = 13
"""Digits before the decimals that are read at all; `AMOUNT_MAX` is the limit."""

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


class _Reading(Struct, frozen=True):
    """One reading of an amount: its digits before and after the mark."""

    whole: str
    fraction: str

    @property
    def text(self) -> str:
        """The amount with a point and all its decimals."""
        return f"{self.whole}.{self.fraction.ljust(_DIGITS, '0')}"


class InvalidAmount(Exception):
    """The text is no amount, or more than one."""

    def __init__(self, code: RowErrorCode, **values: str) -> None:
        """Keep the error."""
        super().__init__(code)
        self.error = RowError(code, values)


def minor_units(text: str, decimal: DecimalMark | None, *, is_stated: bool = False) -> int:
    """Return the amount in minor units; raise InvalidAmount.

    `decimal` decides between two readings. One that is stated for the whole file (`is_stated`)
    leaves no other reading at all.
    """
    readings = _readings(text)
    if is_stated:
        readings = {each: reading for each, reading in readings.items() if each is decimal}
    if not readings:
        raise _too_exact(decimal if is_stated else None)
    if len(set(readings.values())) == 1:
        return _minor_units(next(iter(readings.values())), decimal if is_stated else None)
    if decimal is None:
        point, comma = readings[DecimalMark.POINT].text, readings[DecimalMark.COMMA].text
        raise InvalidAmount(
            RowErrorCode.AMBIGUOUS_AMOUNT,
            with_point=point,
            with_comma=comma,
            point_option=f"--decimal {DecimalMark.POINT}",
            comma_option=f"--decimal {DecimalMark.COMMA}",
            example=point,
        )
    return _minor_units(readings[decimal], decimal)


def evidence(text: str) -> DecimalMark | None:
    """Return what an amount says about its column: the mark, if it can be read with one alone."""
    readings = _readings(text)
    return next(iter(readings)) if len(readings) == 1 else None


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


def _minor_units(reading: _Reading, decimal: DecimalMark | None) -> int:
    if len(reading.fraction) > _DIGITS:
        raise _too_exact(decimal)
    if len(reading.whole) > _INTEGER_DIGITS_MAX:
        raise _too_large()
    amount = int(reading.whole + reading.fraction.ljust(_DIGITS, "0"))
    if amount > AMOUNT_MAX:
        raise _too_large()
    return amount


def _too_exact(decimal: DecimalMark | None) -> InvalidAmount:
    example = "1234,50" if decimal is DecimalMark.COMMA else "1234.50"
    return InvalidAmount(RowErrorCode.AMOUNT, digits=str(_DIGITS), example=example)


def _too_large() -> InvalidAmount:
    return InvalidAmount(RowErrorCode.SMALLER_AMOUNT, most=str(AMOUNT_MAX // 10**_DIGITS))
