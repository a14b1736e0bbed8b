"""Sums of money as people write them."""

from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel.numbers import NumberPattern, get_currency_symbol, parse_pattern

from gotovo.words.language import Language, locale_of

_CURRENCIES_MAX = 512  # ISO 4217 has about 180 codes.
_SUMS_MAX = 8192  # Prices and totals repeat from page to page.
_NBSP = "\N{NO-BREAK SPACE}"

_TWO_DIGITS = 2
_NO_DIGITS = (
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
    "VUV", "XAF", "XOF", "XPF",
)  # fmt: skip
_MINOR_DIGITS: Final = {
    **dict.fromkeys(_NO_DIGITS, 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""ISO 4217's exceptions from two digits. CLDR's differ: it says how prices are usually written,
and would show an Iraqi sum a thousand times too large."""


@lru_cache(maxsize=_SUMS_MAX)
def format_money(amount: int, currency: str, language: Language) -> str:
    """Return an amount of minor units: `1 290 ₽`, with decimals only where there are any."""
    digits = _MINOR_DIGITS.get(currency, _TWO_DIGITS)
    is_whole = amount % 10**digits == 0
    number = _pattern(0 if is_whole else digits).apply(
        Decimal(amount).scaleb(-digits), locale_of(language)
    )
    return f"{number}{_NBSP}{_symbol(currency)}"


@lru_cache
def _pattern(digits: int) -> NumberPattern:
    return parse_pattern(f"#,##0.{'0' * digits}" if digits else "#,##0")


@lru_cache(maxsize=_CURRENCIES_MAX)
def _symbol(currency: str) -> str:
    """Return the sign that buyers here know, in every language: ₽, not RUB."""
    return get_currency_symbol(currency, locale="ru")
