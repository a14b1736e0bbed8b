"""Currencies are those in force by ISO 4217, with the digits that it gives them."""

import pytest

from gotovo.order.values.settlement.currency import CURRENCIES, minor_digits, plain_amount


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("RUB", 2),
        ("UZS", 2),
        ("XOF", 0),
        ("JPY", 0),
        ("OMR", 3),
        ("IQD", 3),
        ("LBP", 2),
        ("CLF", 4),
    ],
)
def test_a_currency_has_its_own_number_of_digits(code: str, digits: int) -> None:
    assert CURRENCIES[code] == minor_digits(code) == digits


@pytest.mark.parametrize("code", ["RUR", "DEM", "XAU", "XTS", "XBA", "rub", "RUB\n", "₽", ""])
def test_a_code_that_is_not_in_force_is_unknown(code: str) -> None:
    assert code not in CURRENCIES


def test_an_amount_of_an_archive_in_a_withdrawn_currency_has_two_digits() -> None:
    assert minor_digits("BGN") == 2


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1250, "RUB", "12.50"),
        (5, "RUB", "0.05"),
        (-5, "RUB", "-0.05"),
        (1250, "JPY", "1250"),
        (-1250, "XOF", "-1250"),
        (1250, "KWD", "1.250"),
        (0, "OMR", "0.000"),
    ],
)
def test_an_amount_is_written_with_all_the_digits_of_its_currency(
    amount: int, currency: str, text: str
) -> None:
    assert plain_amount(amount, currency) == text
