"""An expired order that is still on its shelf may become ready again."""

from datetime import date, timedelta

from msgspec.structs import replace

from gotovo.order.refusals import Code
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.order import Stage, Storage
from gotovo.order.values.payments.refund import RefundState
from gotovo.order.values.settlement.balance import balance
from gotovo.points.point import Point
from gotovo.points.timetable import ExceptionalDay
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, DAILY, KREMLIN, LENA, NOON, POINTS, SONYA, Play

DAY = timedelta(days=1)

CLOSED = ExceptionalDay((), "repairs")


def storage_of(play: Play) -> Storage:
    assert play.order.storage is not None
    return play.order.storage


def after_change_of(play: Play, point: Point) -> Play:
    """Change the settings of the point that has the order."""
    play.world = replace(play.world, points=POINTS | {point.code: point})
    return play


def test_an_expired_order_still_on_its_shelf_lives_again_without_its_refund() -> None:
    play = stories.expired().do(Reinstate("was in hospital"), SONYA)
    assert (play.status, play.order.outcome, play.order.reason) == ("ready_for_pickup", None, None)
    assert balance(play.order).owed == BASKET_COST
    assert play.order.refunds[0].state is RefundState.CANCELLED
    assert storage_of(play).deadline_at == NOON + 11 * DAY
    assert play.do(HandOver(code=play.code())).stage is Stage.ISSUED


def test_a_reinstated_order_gets_a_day_even_where_no_days_are_granted() -> None:
    play = after_change_of(stories.expired(), replace(KREMLIN, extension_days=0)).do(Reinstate())
    assert storage_of(play).deadline_at == NOON + 9 * DAY


def test_a_reinstated_order_is_extended_by_closures_but_not_by_the_buyer() -> None:
    play = stories.expired().do(Reinstate())
    assert play.refused(ExtendStorage()) is Code.EXTENSION_USED
    repairs = replace(DAILY, exceptions={date(2026, 12, 2): CLOSED})
    after_change_of(play, replace(KREMLIN, timetable=repairs)).do(ExtendStorage(), LENA)
    assert storage_of(play).deadline_at == NOON + 12 * DAY


def test_an_order_may_expire_and_be_refunded_a_second_time() -> None:
    play = stories.expired().do(Reinstate()).wait(days=4).do(ExpireStorage())
    assert [r.state for r in play.order.refunds] == [RefundState.CANCELLED, RefundState.STARTED]
    assert balance(play.order).refunded == BASKET_COST


def test_what_was_withdrawn_or_paid_back_is_not_reinstated() -> None:
    assert stories.expired().do(Withdraw()).refused(Reinstate()) is Code.STAGE_FORBIDS
    play = stories.expired()
    play.do(CompleteRefund(play.order.refunds[0].id))
    assert play.refused(Reinstate()) is Code.REFUND_COMPLETED


def test_money_captured_twice_still_goes_back_when_the_order_lives_again() -> None:
    play = stories.shelved()
    play.refused(stories.pay(BASKET_COST, payment_id="second"))
    play.do(CompleteRefund(play.order.refunds[0].id)).wait(days=8).do(ExpireStorage())
    play.do(Reinstate())
    assert [r.state for r in play.order.refunds] == [RefundState.COMPLETED, RefundState.CANCELLED]
    assert balance(play.order).refunded == BASKET_COST


def test_only_an_expired_order_is_reinstated() -> None:
    assert stories.turned_round().refused(Reinstate()) is Code.STAGE_FORBIDS
    assert stories.cancelled().refused(Reinstate()) is Code.CLOSED
    assert stories.shelved().refused(Reinstate()) is Code.STAGE_FORBIDS
