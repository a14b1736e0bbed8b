"""Sums as Stripe counts them, and back."""

import pytest

from gotovo.order.values.money import Money
from gotovo.order.values.settlement.currency import CURRENCIES
from gotovo.payments.providers.stripe_currencies import (
    PAYABLE,
    NotPayable,
    money_of_stripe,
    stripe_amount,
)

ZERO_DECIMAL = "BIF CLP DJF GNF JPY KMF KRW PYG RWF VND VUV XAF XOF XPF"


@pytest.mark.parametrize(
    ("money", "amount"),
    [
        (Money(1_000, "USD"), 1_000),
        (Money(1_234_50, "RUB"), 123_450),
        (Money(1_045, "HUF"), 1_045),  # two digits of a charge, none of a payout
        (Money(800_45, "TWD"), 80_045),
        (Money(5, "ISK"), 500),  # no digits any more, and two in requests
        (Money(5, "UGX"), 500),
        (Money(5_120, "KWD"), 5_120),
        (Money(5_00, "MGA"), 5),
        *((Money(500, each), 500) for each in ZERO_DECIMAL.split()),
    ],
)
def test_a_sum_is_written_and_read(money: Money, amount: int) -> None:
    assert stripe_amount(money) == amount
    assert money_of_stripe(amount, money.currency.lower()) == money


@pytest.mark.parametrize(
    "money",
    [
        Money(5_124, "KWD"),
        Money(1, "BHD"),
        Money(1, "MGA"),
        Money(1, "XAU"),
        Money(1, "DEM"),
        Money(1, "rub"),
    ],
)
def test_a_sum_that_stripe_does_not_take_is_no_sum(money: Money) -> None:
    with pytest.raises(NotPayable):
        stripe_amount(money)


@pytest.mark.parametrize(("amount", "currency"), [(501, "isk"), (50, "ugx"), (1, "usdc")])
def test_a_sum_that_no_coins_make_is_not_believed(amount: int, currency: str) -> None:
    with pytest.raises(ValueError, match=r"currency"):
        money_of_stripe(amount, currency)


@pytest.mark.parametrize("currency", sorted(PAYABLE))
def test_every_currency_that_can_be_paid_is_in_force_and_comes_back(currency: str) -> None:
    assert currency in CURRENCIES
    money = Money(12_000, currency)
    assert money_of_stripe(stripe_amount(money), currency.lower()) == money
