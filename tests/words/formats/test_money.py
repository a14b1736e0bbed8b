"""Sums show minor units where there are any, by the currency's own number of digits."""

import pytest

from gotovo.order.values.settlement.currency import CURRENCIES
from gotovo.words.formats.money import format_money
from gotovo.words.language import Language


@pytest.mark.parametrize(
    ("amount", "currency", "language", "text"),
    [
        (129_000, "RUB", "ru", "1 290 ₽"),
        (45_050, "RUB", "ru", "450,50 ₽"),
        (45_050, "RUB", "en", "450.50 ₽"),
        (129_050, "RUB", "en", "1,290.50 ₽"),
        (-45_050, "RUB", "ru", "\N{MINUS SIGN}450,50 ₽"),
        (-5, "RUB", "ru", "\N{MINUS SIGN}0,05 ₽"),
        (0, "RUB", "ru", "0 ₽"),
        (500, "JPY", "en", "500 ¥"),
        (1_500, "KWD", "en", "1.500 KWD"),
        (1_500_000, "IQD", "en", "1,500 IQD"),
        (1_500, "XOF", "en", "1,500 F\u202fCFA"),
        (1_234_567, "OMR", "ru", "1 234,567 OMR"),
    ],
)
def test_a_sum_shows_minor_units_only_where_there_are_any(
    amount: int, currency: str, language: Language, text: str
) -> None:
    assert format_money(amount, currency, language).replace("\xa0", " ") == text


def test_a_sum_never_breaks_across_lines() -> None:
    assert " " not in format_money(129_000_00, "RUB", "ru")


@pytest.mark.parametrize("currency", CURRENCIES)
def test_every_currency_is_written_with_its_own_digits(currency: str) -> None:
    digits = CURRENCIES[currency]
    number = format_money(10**digits + 1, currency, "en").partition("\xa0")[0]
    assert number == (f"1.{1:0{digits}d}" if digits else "2")
