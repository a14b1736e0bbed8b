"""A charge of the wrong sign or size is refused, and the refusal names it."""

import pytest

from gotovo.order.checks.money.charge_check import CHARGES_MAX, rounding_max, unfit_charges
from gotovo.order.refusals import Code
from gotovo.order.values.order import total
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from tests.support.order.cast import BASKET_COST, CHARGED_COST, CHARGES, Play, basket

TOTAL_MAX = 10**15


def field_of(*charges: Charge, goods: int = 1_000, currency: str = "RUB") -> str:
    refused = unfit_charges(charges, currency, goods, TOTAL_MAX)
    return refused.refusal.field if refused and refused.refusal else ""


@pytest.mark.parametrize(
    ("kind", "fits", "unfit"),
    [
        (ChargeKind.DELIVERY_FEE, (0, 1, 10**12), (-1,)),
        (ChargeKind.DISCOUNT, (0, -1, -1_000), (1,)),
        (ChargeKind.COUPON, (0, -1, -1_000), (1,)),
        (ChargeKind.ROUNDING, (0, -100, 100), (-101, 101)),
    ],
)
def test_each_kind_has_its_sign_and_size(
    kind: ChargeKind, fits: tuple[int, ...], unfit: tuple[int, ...]
) -> None:
    """Rule 4.8."""
    assert [field_of(Charge(kind, "", amount)) for amount in fits] == [""] * len(fits)
    for amount in unfit:
        charges = (Charge(ChargeKind.DELIVERY_FEE, "", 5), Charge(kind, "", amount))
        assert field_of(*charges) == "charges[1].amount"


@pytest.mark.parametrize(("currency", "most"), [("JPY", 100), ("RUB", 100), ("KWD", 1_000)])
def test_any_order_is_rounded_to_whole_units_of_its_currency(currency: str, most: int) -> None:
    """Rule 4.8."""
    assert rounding_max(currency, goods=0) == most
    assert field_of(Charge(ChargeKind.ROUNDING, "", -most), currency=currency) == ""
    beyond = Charge(ChargeKind.ROUNDING, "", most + 1)
    assert field_of(beyond, currency=currency) == "charges[0].amount"


def test_a_large_order_is_rounded_by_a_hundredth_of_its_goods_at_most() -> None:
    assert field_of(Charge(ChargeKind.ROUNDING, "", 500), goods=50_000) == ""
    assert field_of(Charge(ChargeKind.ROUNDING, "", 501), goods=50_000) == "charges[0].amount"


def test_an_order_never_costs_less_than_nothing() -> None:
    discount = Charge(ChargeKind.DISCOUNT, "", -1_000)
    fee = Charge(ChargeKind.DELIVERY_FEE, "", 300)
    coupon = Charge(ChargeKind.COUPON, "", -300)
    assert field_of(discount, fee, coupon) == ""
    assert field_of(discount, coupon) == "charges"
    assert field_of(Charge(ChargeKind.DELIVERY_FEE, "", TOTAL_MAX)) == "charges"


def test_an_order_has_a_limited_number_of_charges() -> None:
    coupon = Charge(ChargeKind.COUPON, "", -1)
    assert field_of(*(coupon,) * CHARGES_MAX) == ""
    assert field_of(*(coupon,) * (CHARGES_MAX + 1)) == "charges"


def test_a_placed_order_costs_its_goods_and_its_charges() -> None:
    play = Play().do(basket(charges=CHARGES))
    assert total(play.order) == CHARGED_COST == BASKET_COST + 199 - 100


def test_an_order_with_unfit_charges_is_not_placed() -> None:
    command = basket(charges=(Charge(ChargeKind.DISCOUNT, "", 100),))
    assert Play().refused(command) is Code.WRONG_AMOUNT
