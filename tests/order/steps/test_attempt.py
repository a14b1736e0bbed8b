"""A failed attempt has a reason and begins again with a call."""

from datetime import timedelta

import pytest

from gotovo.order.refusals import Code
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.order import Outcome, Reason, Stage, balance
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, KOLYA, NOON

HOUR = timedelta(hours=1)

SLOT = AgreeSlot(NOON + HOUR, NOON + 3 * HOUR)


@pytest.mark.parametrize(
    "reason",
    [
        AttemptReason.NO_ANSWER,
        AttemptReason.ABSENT,
        AttemptReason.POSTPONED,
        AttemptReason.WRONG_ADDRESS,
    ],
)
def test_a_failed_attempt_is_counted_and_begins_again_with_a_call(reason: AttemptReason) -> None:
    play = stories.out_for_delivery().do(RecordAttempt(reason))
    assert (play.stage, play.order.attempts, play.order.slot) == (Stage.ATTEMPT_FAILED, 1, None)
    assert play.status == "processing"
    assert play.refused(SLOT, KOLYA) is Code.CALL_FIRST


def test_no_attempt_is_not_a_failed_attempt() -> None:
    play = stories.out_for_delivery().do(RecordAttempt(AttemptReason.NO_ATTEMPT))
    assert (play.stage, play.order.attempts) == (Stage.WITH_COURIER, 0)
    assert play.types(-1) == ["courier.not_attempted"]


def test_refused_at_the_door_closes_the_order_and_sends_the_money_back() -> None:
    play = stories.out_for_delivery().do(RecordAttempt(AttemptReason.REFUSED))
    assert (play.order.outcome, play.order.reason) == (Outcome.CANCELLED, Reason.REFUSED_AT_DESK)
    assert balance(play.order).refunded == BASKET_COST
    assert play.do(Receive()).stage is Stage.RECEIVED_BACK


def test_a_second_attempt_may_succeed() -> None:
    play = stories.attempt_failed().do(LogCall(answered=True)).do(SLOT, KOLYA).do(Depart())
    assert play.do(stories.HandOver(code=play.code())).stage is Stage.ISSUED


def test_an_attempt_needs_a_courier_on_the_way() -> None:
    attempt = RecordAttempt(AttemptReason.ABSENT)
    assert stories.slot_agreed().refused(attempt) is Code.STAGE_FORBIDS
    assert stories.shelved().refused(attempt) is Code.STAGE_FORBIDS
    assert stories.delivered().refused(attempt) is Code.CLOSED
