"""A failed attempt has a reason and begins again with a call."""

from datetime import timedelta

import pytest

from gotovo.order.refusals import Code
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.order import Outcome, Reason, Stage
from gotovo.order.values.settlement.balance import balance
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
    assert stories.with_courier().refused(attempt) is Code.STAGE_FORBIDS
    assert stories.shelved().refused(attempt) is Code.NOT_IN_CUSTODY
    assert stories.delivered().refused(attempt) is Code.CLOSED


def test_a_departure_that_nobody_recorded_is_inferred_from_the_attempt() -> None:
    """Rule 4.13."""
    play = stories.slot_agreed()
    before = len(play.history)
    play.do(RecordAttempt(AttemptReason.ABSENT))
    assert play.types(before) == ["courier.departed", "courier.attempt_failed"]
    not_there = stories.slot_agreed()
    before = len(not_there.history)
    not_there.do(RecordAttempt(AttemptReason.NO_ATTEMPT))
    assert not_there.types(before) == ["courier.not_attempted"]


@pytest.mark.parametrize("reason", list(AttemptReason))
def test_the_same_attempt_again_is_already_done_and_for_another_reason_it_is_not(
    reason: AttemptReason,
) -> None:
    """Rule 4.13."""
    play = stories.out_for_delivery().do(RecordAttempt(reason))
    assert play.is_already_done(RecordAttempt(reason))
    other = AttemptReason.POSTPONED if reason is AttemptReason.ABSENT else AttemptReason.ABSENT
    assert play.refused(RecordAttempt(other)) in {Code.STAGE_FORBIDS, Code.CLOSED}
