"""Goods: every event that moves stock says how, and every unit is somewhere."""

import pytest

from gotovo.order.steps.cancellation import OrderCancelled
from gotovo.order.steps.payment import OrderPaid
from gotovo.order.steps.picking import PickingStarted
from gotovo.order.stock_movements import StockMovement, movements
from gotovo.order.values.order import Reason, Stage
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, Play

RESERVED = {Stage.PAID, Stage.PICKING, Stage.PACKED}
ON_HAND = RESERVED | {Stage.PLACED, Stage.CANCELLED, Stage.RECEIVED_BACK}


@pytest.mark.parametrize("stage", list(stories.AT))
def test_at_every_stage_each_unit_is_on_hand_or_away(stage: Stage) -> None:
    """Rule 4.9."""
    stock = stories.AT[stage]().stock
    assert stock.on_hand["tea"] == (10 if stage in ON_HAND else 7)
    assert stock.reserved["tea"] == (3 if stage in RESERVED else 0)


def test_payment_reserves_line_by_line() -> None:
    order = stories.placed().order
    assert movements(order, OrderPaid(BASKET_COST, reserved=True)) == (
        StockMovement("KZN", "tea", 0, 2),
        StockMovement("KZN", "cup", 0, 1),
        StockMovement("KZN", "tea", 0, 1),
    )


def test_what_was_never_reserved_is_never_released() -> None:
    assert movements(stories.placed().order, OrderCancelled(Reason.PAYMENT_EXPIRED)) == ()
    assert movements(stories.placed().order, OrderPaid(BASKET_COST, reserved=False)) == ()


def test_most_events_move_nothing() -> None:
    assert movements(stories.paid().order, PickingStarted()) == ()


def test_a_life_carried_over_moves_nothing() -> None:
    play = Play().do(stories.basket(imported=True)).do(stories.pay())
    play.do(stories.Dispatch()).do(stories.Arrive()).do(stories.Cancel())
    play.do(stories.Withdraw()).do(stories.Receive())
    assert play.stock.on_hand == {"tea": 10, "cup": 10}
    assert play.stock.reserved.total() == 0
