"""Sums as providers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.values.money import Money
from gotovo.order.values.settlement.currency import CURRENCIES
from gotovo.payments.providers.decimal_amounts import decimal_amount, money_of


@given(st.integers(0, 10**12), st.sampled_from(sorted(CURRENCIES)))
def test_a_sum_is_read_as_it_was_written(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    assert money_of(decimal_amount(money), currency) == money


@pytest.mark.parametrize(
    ("value", "currency", "amount"),
    [
        ("100.00", "RUB", 100_00),
        ("100", "RUB", 100_00),
        ("100.5", "RUB", 100_50),
        ("100.5000", "RUB", 100_50),
        ("0.01", "RUB", 1),
        ("1500", "JPY", 1_500),
        ("1500.00", "JPY", 1_500),
        ("1.234", "KWD", 1_234),
        ("1.23", "KWD", 1_230),
    ],
)
def test_each_currency_has_its_digits(value: str, currency: str, amount: int) -> None:
    assert money_of(value, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("value", "currency"),
    [
        ("1.005", "RUB"),
        ("1.5", "JPY"),
        ("1.0001", "KWD"),
        ("-1.00", "RUB"),
        ("+1.00", "RUB"),
        ("1.", "RUB"),
        (".5", "RUB"),
        ("1e3", "RUB"),
        ("1 000.00", "RUB"),
        ("١.00", "RUB"),
        ("1.00\n", "RUB"),
        ("9" * 16, "RUB"),
        ("1.00", "XAU"),
        ("1.00", "RUR"),
        ("1.00", ""),
    ],
)
def test_what_is_no_sum_of_its_currency_is_not_read(value: str, currency: str) -> None:
    with pytest.raises(ValueError, match="currency"):
        money_of(value, currency)
