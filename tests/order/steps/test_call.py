"""A call to the buyer comes before an agreed time."""

from datetime import timedelta

from gotovo.order.refusals import Code
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import KOLYA, NOON

HOUR = timedelta(hours=1)

SLOT = AgreeSlot(NOON + HOUR, NOON + 3 * HOUR)


def test_a_time_is_agreed_after_a_call_that_was_answered() -> None:
    play = stories.with_courier()
    assert play.refused(SLOT, KOLYA) is Code.CALL_FIRST
    play.do(LogCall(answered=False), KOLYA)
    assert play.refused(SLOT, KOLYA) is Code.CALL_FIRST
    play.do(LogCall(answered=True), KOLYA).do(SLOT, KOLYA)
    assert (play.stage, play.order.slot) == (Stage.SLOT_AGREED, (NOON + HOUR, NOON + 3 * HOUR))


def test_a_call_after_which_nobody_answered_does_not_undo_the_one_before() -> None:
    play = stories.with_courier().do(LogCall(answered=True)).do(LogCall(answered=False))
    assert play.do(SLOT, KOLYA).stage is Stage.SLOT_AGREED


def test_calls_belong_to_orders_for_the_door() -> None:
    assert stories.shelved().refused(LogCall(answered=True)) is Code.NOT_IN_CUSTODY
    assert stories.cancelled().refused(LogCall(answered=True)) is Code.UNKNOWN_ORDER
    assert stories.delivered().refused(LogCall(answered=True)) is Code.CLOSED
