"""What is bought in the town: goods, and now and then a delivery fee or a discount."""

import pytest

from gotovo.order.checks.money.charge_check import unfit_charges
from gotovo.order.steps.placement import TOTAL_MAX, Place
from gotovo.order.values.order import Courier
from gotovo.order.values.settlement.charge import ChargeKind
from gotovo.town.behaviour.shopping import Basket, placement
from gotovo.town.dataset.people import people
from tests.support.town.town import BEGINS, SECRET


@pytest.fixture(scope="module")
def places() -> list[Place]:
    """Give what two hundred baskets of one town order."""
    buyer = people(1)[0]
    baskets = [Basket(f"town-{n}", BEGINS, buyer) for n in range(200)]
    commands = [placement(1, SECRET, basket, backdated=True).command for basket in baskets]
    return [command for command in commands if isinstance(command, Place)]


def kinds(place: Place) -> set[ChargeKind]:
    return {charge.kind for charge in place.charges}


def test_a_courier_is_paid_for_and_most_pick_ups_are_free(places: list[Place]) -> None:
    by_courier = [place for place in places if isinstance(place.delivery, Courier)]
    picked_up = [place for place in places if not isinstance(place.delivery, Courier)]
    assert all(ChargeKind.DELIVERY_FEE in kinds(place) for place in by_courier)
    paid = sum(ChargeKind.DELIVERY_FEE in kinds(place) for place in picked_up)
    assert 0 < paid < len(picked_up) / 2


def test_some_orders_have_a_discount_that_fits_them(places: list[Place]) -> None:
    assert 0 < sum(ChargeKind.DISCOUNT in kinds(place) for place in places) < len(places) / 2
    for place in places:
        goods = sum(line.quantity * line.price for line in place.lines)
        assert unfit_charges(place.charges, place.currency, goods, TOTAL_MAX) is None
