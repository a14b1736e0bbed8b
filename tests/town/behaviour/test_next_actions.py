"""What the town does next: its own orders by their scenario, a visitor's by what staff would do."""

import asyncio

import pytest
from msgspec import structs

from gotovo.keyring.keyring import one_key
from gotovo.order.values.order import Order, Stage
from gotovo.order.values.payments.refund import RefundState
from gotovo.town.behaviour.action import ActionContext
from gotovo.town.behaviour.next_actions import next_actions
from gotovo.town.behaviour.scenario import Ending, Scenario, scenario_of
from gotovo.town.dataset.people import Temperament
from gotovo.town.dataset.places import points
from tests.support.town.town import BEGINS, SECRET, town

AROUND = ActionContext(
    SECRET, one_key(SECRET), {point.code: point for point in points(BEGINS.date())}
)
VISITOR = Scenario(Ending.VISITOR)


@pytest.fixture(scope="module")
def orders() -> dict[Stage, Order]:
    """Give an order at each stage; none of them waits for a refund."""
    return {
        order.stage: order
        for order in asyncio.run(town()).orders()
        if all(refund.state is not RefundState.STARTED for refund in order.refunds)
    }


def nouns(order: Order, scenario: Scenario) -> list[str]:
    return [action.name for action in next_actions(order, scenario, AROUND)]


@pytest.mark.parametrize("stage", [Stage.PLACED, Stage.SHELVED, Stage.HANDING_OVER, Stage.ISSUED])
def test_nobody_pays_or_collects_in_a_visitors_place(
    orders: dict[Stage, Order], stage: Stage
) -> None:
    assert nouns(orders[stage], VISITOR) == []


@pytest.mark.parametrize(
    ("stage", "name"),
    [
        (Stage.PAID, "picking"),
        (Stage.PICKING, "packing"),
        (Stage.PACKED, "dispatch"),
        (Stage.DISPATCHED, "arrival"),
        (Stage.ARRIVED_AT_POINT, "shelving"),
        (Stage.OUT_FOR_DELIVERY, "door"),
    ],
)
def test_staff_carry_a_visitors_order_like_any_other(
    orders: dict[Stage, Order], stage: Stage, name: str
) -> None:
    assert nouns(orders[stage], VISITOR) == [name]


def test_an_order_carried_over_from_elsewhere_is_left_alone(orders: dict[Stage, Order]) -> None:
    carried = structs.replace(orders[Stage.PAID], imported=True)
    assert nouns(carried, VISITOR) == []


def test_an_order_that_the_town_did_not_place_is_a_visitors(orders: dict[Stage, Order]) -> None:
    foreign = structs.replace(orders[Stage.PAID], origin="shop", external_id="halt-1-placed")
    assert scenario_of(1, foreign, Temperament.PROMPT).ending is Ending.VISITOR


def test_an_order_that_is_kept_at_its_stage_stays_there(orders: dict[Stage, Order]) -> None:
    kept = Scenario(Ending.COLLECTS, halt=Stage.SHELVED)
    assert nouns(orders[Stage.SHELVED], kept) == []
    assert nouns(orders[Stage.PAID], kept) == ["picking"]


def test_boxes_hold_exactly_what_was_ordered(orders: dict[Stage, Order]) -> None:
    order = orders[Stage.PICKING]
    for parcels in (1, 2, 3, 20):
        (action,) = next_actions(order, Scenario(Ending.COLLECTS, parcels=parcels), AROUND)
        boxes = getattr(action.command, "boxes", ())
        packed = sum(units.quantity for box in boxes for units in box.contents)
        assert packed == sum(line.quantity for line in order.lines)
        assert len(boxes) <= parcels
