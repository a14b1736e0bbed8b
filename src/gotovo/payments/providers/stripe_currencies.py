"""Sums as Stripe counts them: https://docs.stripe.com/currencies.

Its smallest units are those of ISO 4217 with a few exceptions. Some currencies that no longer have
cents keep two digits in its requests, so that old programs go on working; the ariary has none.
"""

from collections.abc import Mapping
from typing import Final

from gotovo.order.values.money import Money
from gotovo.order.values.settlement.currency import CURRENCIES

PAYABLE: Final = frozenset(
    (  # noqa: SIM905  (a line of text for each letter or two)
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BWP BYN BZD "
        "CAD CDF CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD "
        "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT "
        "LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK "
        "NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE "
        "SOS SRD SZL THB TJS TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST XAF XCD XCG "
        "XOF XPF YER ZAR ZMW"
    ).split()
)
"""Currencies that cards can be charged in; an account may have fewer, and then refuses."""

_DIGITS: Final[Mapping[str, int]] = {"ISK": 2, "UGX": 2, "MGA": 0}
"""Decimal digits where Stripe counts otherwise than ISO 4217."""

_THREE_DIGITS: Final = 3
_LAST_IS_ZERO: Final = 10
"""Of a currency with three digits the last one has to be 0."""


class NotPayable(ValueError):
    """Stripe has no way to write a sum; the message says why."""


def stripe_amount(money: Money) -> int:
    """Return a sum in Stripe's smallest units; raise NotPayable for one that it does not take."""
    if money.currency not in CURRENCIES:
        raise NotPayable(f"{money.currency} is no currency in force")
    extra = _digits(money.currency) - CURRENCIES[money.currency]
    if extra < 0 and money.amount % 10**-extra:
        raise NotPayable(f"Stripe takes no fractions of {money.currency}")
    amount = money.amount * 10**extra if extra >= 0 else money.amount // 10**-extra
    if _digits(money.currency) == _THREE_DIGITS and amount % _LAST_IS_ZERO:
        raise NotPayable(f"Stripe takes sums of {money.currency} with a last digit of 0 alone")
    return amount


def money_of_stripe(amount: int, currency: str) -> Money:
    """Read a sum; raise ValueError for one that its currency has no coins for."""
    code = currency.upper()
    if code not in CURRENCIES:
        raise ValueError("no sum of a known currency")
    extra = _digits(code) - CURRENCIES[code]
    if extra > 0 and amount % 10**extra:
        raise ValueError("more digits than the currency has")
    return Money(amount // 10**extra if extra >= 0 else amount * 10**-extra, code)


def _digits(currency: str) -> int:
    return _DIGITS.get(currency, CURRENCIES[currency])
