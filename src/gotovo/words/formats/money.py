"""Sums of money as people write them."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import NumberPattern, get_currency_symbol, parse_pattern

from gotovo.order.values.settlement.currency import minor_digits
from gotovo.words.language import Language, locale_of

_CURRENCIES_MAX = 512  # ISO 4217 has about 180 codes.
_SUMS_MAX = 8192  # Prices and totals repeat from page to page.
_NBSP = "\N{NO-BREAK SPACE}"


@lru_cache(maxsize=_SUMS_MAX)
def format_money(amount: int, currency: str, language: Language) -> str:
    """Return an amount of minor units: `1 290 ₽`, with decimals only where there are any."""
    digits = minor_digits(currency)
    is_whole = amount % 10**digits == 0
    number = _pattern(0 if is_whole else digits).apply(
        Decimal(amount).scaleb(-digits), locale_of(language)
    )
    number = number.replace("-", "\N{MINUS SIGN}")
    return f"{number}{_NBSP}{_symbol(currency)}"


@lru_cache
def _pattern(digits: int) -> NumberPattern:
    return parse_pattern(f"#,##0.{'0' * digits}" if digits else "#,##0")


@lru_cache(maxsize=_CURRENCIES_MAX)
def _symbol(currency: str) -> str:
    """Return the sign that buyers here know, in every language: ₽, not RUB."""
    return get_currency_symbol(currency, locale="ru")
