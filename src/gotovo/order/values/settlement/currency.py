"""Currencies: the codes in force by ISO 4217, each with its number of decimal digits (rule 4.8).

The table is the one that the maintenance agency of ISO 4217 publishes. The digits of CLDR, which
Babel has, differ for some twenty currencies in use: they say how prices are usually written, and
with them an Iraqi sum would be a thousand times too large.
"""

from collections.abc import Mapping
from typing import Final

from iso4217 import Currency

_DIGITS_USUAL: Final = 2

CURRENCIES: Final[Mapping[str, int]] = {
    each.code: each.exponent for each in Currency if each.exponent is not None
}
"""Decimal digits by code. Gold, test codes and baskets of currencies have none and are absent."""

EXPECTED_CURRENCY: Final = "an ISO 4217 code, like RUB"


def plain_amount(amount: int, currency: str) -> str:
    """Return an amount of minor units as a number with a point: `12.50`, or `1250` of yen."""
    digits = minor_digits(currency)
    sign = "-" if amount < 0 else ""
    whole, fraction = divmod(abs(amount), 10**digits)
    return f"{sign}{whole}.{fraction:0{digits}}" if digits else f"{sign}{whole}"


def minor_digits(currency: str) -> int:
    """Return how many decimal digits an amount has; an archive may hold a code long withdrawn."""
    return CURRENCIES.get(currency, _DIGITS_USUAL)
