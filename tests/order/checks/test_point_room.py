"""Room at a point: asked when an order is placed or redirected, never when a parcel is there."""

from collections.abc import Callable

import pytest
from msgspec import json, structs

from gotovo.order.checks.point_room import point_holding
from gotovo.order.refusals import Code
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.shelving import ParcelShelved, Shelve
from gotovo.order.values.order import Pickup
from gotovo.points.point import Point
from tests.support.order import stories
from tests.support.order.cast import AT_HOME, KREMLIN, SHOP, Play, basket


class Held:
    """Points that hold a number of orders each."""

    def __init__(self, **orders: int) -> None:
        self.orders = {code.replace("_", "-"): count for code, count in orders.items()}

    def held(self, point: str) -> int:
        return self.orders.get(point, 0)

    def nearest_with_room(self, point: Point, left: str = "") -> tuple[str, ...]:
        return tuple(code for code in ("KZN-2", "KZN-3") if code not in {point.code, left})


def with_load(play: Play, **orders: int) -> Play:
    play.world = structs.replace(play.world, load=Held(**orders))
    return play


def test_placement_and_redirection_refuse_a_full_point_and_name_the_nearest_with_room() -> None:
    full = KREMLIN.capacity
    placing = with_load(Play(), KZN_1=full)
    redirecting = with_load(stories.placed(AT_HOME), KZN_1=full)
    for refusal in (
        placing.try_(basket(), SHOP).refusal,
        redirecting.try_(Redirect(Pickup("KZN-1"))).refusal,
    ):
        assert refusal is not None
        assert (refusal.code, refusal.field, refusal.value, refusal.expected) == (
            Code.POINT_FULL,
            "delivery.point",
            "KZN-1",
            "KZN-2, KZN-3",
        )


def test_the_point_that_an_order_leaves_is_not_named_as_one_to_go_to() -> None:
    redirecting = with_load(stories.placed(Pickup("KZN-2")), KZN_1=1_050)
    refusal = redirecting.try_(Redirect(Pickup("KZN-1"))).refusal
    assert refusal is not None
    assert refusal.expected == "KZN-3"


def test_the_last_place_can_be_had() -> None:
    assert with_load(Play(), KZN_1=KREMLIN.capacity - 1).do(basket()).order.delivery == Pickup(
        "KZN-1"
    )


def test_imported_orders_ask_for_no_room() -> None:
    assert with_load(Play(), KZN_1=KREMLIN.capacity).do(basket(imported=True)).order.imported


@pytest.mark.parametrize(("orders", "flagged"), [(1_050, False), (1_051, True)])
def test_a_parcel_that_is_there_is_shelved_and_flagged_when_the_point_holds_too_much(
    orders: int, *, flagged: bool
) -> None:
    play = with_load(stories.arrived(), KZN_1=orders).do(Shelve(cell="A-1"))
    shelved = next(x for x in play.history if x.type == "parcel.shelved")
    assert json.decode(shelved.body, type=ParcelShelved).over_capacity is flagged
    play.do(Shelve(cell="A-2"))
    assert b"over_capacity" not in play.history[-1].body, "another cell takes no more room"


@pytest.mark.parametrize(
    ("make", "point"),
    [
        (stories.placed, ""),
        (stories.paid, "KZN-1"),
        (stories.shelved, "KZN-1"),
        (stories.issued, ""),
    ],
)
def test_an_order_takes_room_from_its_payment_until_it_is_closed(
    make: Callable[[], Play], point: str
) -> None:
    assert point_holding(make().order) == point
    assert point_holding(None) == ""
