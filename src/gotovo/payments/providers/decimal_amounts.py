"""Sums as providers write them: decimal numbers, with the digits of their currency."""

import re
from typing import Final

from gotovo.order.values.money import Money
from gotovo.order.values.settlement.currency import CURRENCIES, plain_amount

_NUMBER: Final = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,6}))?", re.ASCII)


def decimal_amount(money: Money) -> str:
    """Return a sum as a decimal number: `100.00` of roubles, `100` of yen."""
    return plain_amount(money.amount, money.currency)


def money_of(value: str, currency: str) -> Money:
    """Read a decimal number; raise ValueError for a sum that its currency has no coins for.

    Zeros beyond the digits of the currency are read: some write two of them for every currency.
    """
    digits = CURRENCIES.get(currency)
    match = _NUMBER.fullmatch(value)
    if digits is None or match is None:
        raise ValueError("no sum of a known currency")
    whole, fraction = match[1], match[2] or ""
    if fraction[digits:].strip("0"):
        raise ValueError("more digits than the currency has")
    return Money(int(whole + fraction[:digits].ljust(digits, "0")), currency)
