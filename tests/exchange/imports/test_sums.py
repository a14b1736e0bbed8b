"""Goods and charges are the total, whichever of the sums a row leaves out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec import structs

from gotovo.exchange.imports.record import ImportedOrder
from gotovo.exchange.imports.sums import Cost, UnfitSums, cost_of
from gotovo.order.checks.money.charge_check import rounding_max, unfit_charges
from gotovo.order.steps.placement import PRICE_MAX, TOTAL_MAX
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from gotovo.words.imports.row_errors import RowErrorCode, row_error_text

ORDER = ImportedOrder("o-1", "c-1", datetime(2024, 1, 5, tzinfo=UTC), timedelta(hours=3))
FEE, DISCOUNT, COUPON, ROUNDING = ChargeKind


def cost(*, is_paid: bool = True, **sums: object) -> Cost:
    return cost_of(structs.replace(ORDER, **sums), is_paid=is_paid)


def unfit(*, is_paid: bool = True, **sums: object) -> tuple[str, RowErrorCode, str]:
    with pytest.raises(UnfitSums) as raised:
        cost(is_paid=is_paid, **sums)
    error = raised.value.error
    return raised.value.name, error.code, row_error_text(error, "en")


@pytest.mark.parametrize(
    ("sums", "goods", "charges"),
    [
        ({"value": 10_000, "paid": 12_000}, 10_000, {FEE: 2_000}),
        ({"value": 10_000, "paid": 10_000}, 10_000, {}),
        ({"value": 10_000, "paid": 9_000}, 10_000, {DISCOUNT: -1_000}),
        ({"value": 10_000}, 10_000, {}),
        ({"paid": 12_000}, 12_000, {}),
        ({}, 0, {}),
        ({"value": 10_000, "delivery_fee": 300}, 10_000, {FEE: 300}),
        (
            {"paid": 10_300, "delivery_fee": 300, "discount": -500},
            10_500,
            {FEE: 300, DISCOUNT: -500},
        ),
        ({"value": 10_000, "paid": 9_800, "coupon": -500}, 10_000, {FEE: 300, COUPON: -500}),
        ({"value": 900, "paid": 850, "delivery_fee": 10}, 900, {FEE: 10, DISCOUNT: -60}),
        ({"value": 999, "paid": 1_000, "rounding": 1, "delivery_fee": 0}, 999, {ROUNDING: 1}),
        ({"value": 10_000, "paid": 0}, 10_000, {DISCOUNT: -10_000}),
    ],
)
def test_what_a_row_leaves_out_is_what_the_other_sums_leave(
    sums: dict[str, object], goods: int, charges: dict[ChargeKind, int]
) -> None:
    found = cost(is_paid=True, **sums)
    assert found.goods == goods
    assert found.charges == tuple(Charge(kind, "", amount) for kind, amount in charges.items())


def test_a_sum_of_zero_is_none_until_the_order_is_paid() -> None:
    assert cost(is_paid=False, value=10_000, paid=0, delivery_fee=300).total == 10_300
    assert cost(is_paid=False, paid=0) == Cost(0, (), is_known=False)


def test_sums_that_contradict_each_other_are_named_with_what_they_come_to() -> None:
    name, code, text = unfit(value=10_000, paid=12_000, delivery_fee=500)
    assert (name, code) == ("paid", RowErrorCode.OTHER_TOTAL)
    assert text.startswith("The goods and charges of this row cost 105.00 RUB. Expected the same")
    _, _, text = unfit(value=10_000, paid=12_000, delivery_fee=500, currency="JPY")
    assert text.startswith("The goods and charges of this row cost 10500 JPY.")


def test_charges_beyond_what_was_paid_are_refused() -> None:
    name, code, text = unfit(paid=100, delivery_fee=500, currency="KWD")
    assert (name, code) == ("paid", RowErrorCode.MORE_PAID)
    assert "0.500 KWD" in text


def test_a_discount_of_more_than_the_order_costs_is_refused() -> None:
    name, code, text = unfit(value=1_000, delivery_fee=200, coupon=-1_500)
    assert (name, code) == ("coupon", RowErrorCode.SMALLER_DISCOUNT)
    assert text.endswith("Expected at most 12.00 RUB.")


@pytest.mark.parametrize(("currency", "most"), [("JPY", "100"), ("RUB", "1.00"), ("KWD", "1.000")])
def test_a_rounding_has_the_limit_that_every_other_entrance_has(currency: str, most: str) -> None:
    limit = rounding_max(currency, 0)
    assert cost(value=0, rounding=limit, currency=currency).total == limit
    name, _, text = unfit(value=0, rounding=limit + 1, currency=currency)
    assert (name, text) == ("rounding", f"Expected an amount from -{most} to {most}.")


AMOUNT = st.none() | st.integers(0, 20) | st.integers(0, PRICE_MAX)
TAKEN_OFF = AMOUNT.map(lambda amount: amount and -amount)


@given(
    value=AMOUNT,
    paid=AMOUNT,
    delivery_fee=AMOUNT,
    discount=TAKEN_OFF,
    coupon=TAKEN_OFF,
    rounding=st.none() | st.integers(-200, 200),
    currency=st.sampled_from(["JPY", "RUB", "KWD"]),
    is_paid=st.booleans(),
)
def test_goods_and_charges_are_the_total_and_the_total_is_what_was_paid(
    *, is_paid: bool, currency: str, value: int | None, paid: int | None, **charges: int | None
) -> None:
    try:
        found = cost(is_paid=is_paid, value=value, paid=paid, currency=currency, **charges)
    except UnfitSums as unfit:
        event(unfit.name)
        return
    by_kind = {charge.kind: charge.amount for charge in found.charges}
    assert found.total == found.goods + sum(by_kind.values()) >= 0
    assert value in {None, found.goods}
    if paid is not None and (paid or is_paid):
        assert found.total == paid
    for kind, amount in charges.items():
        assert amount is None or by_kind.get(ChargeKind(kind), 0) == amount
    assert unfit_charges(found.charges, currency, found.goods, TOTAL_MAX) is None
