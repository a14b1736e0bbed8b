"""Courier: calls first and agrees a time, then sets out; a failed attempt has a reason."""

from datetime import timedelta

import pytest

from gotovo.order.refusals import Code
from gotovo.order.steps.courier import (
    SLOT_AHEAD_MAX,
    AgreeSlot,
    AttemptReason,
    Depart,
    LogCall,
    RecordAttempt,
)
from gotovo.order.steps.returning import Receive
from gotovo.order.values.order import Outcome, Reason, Stage, balance
from tests.support.order import stories
from tests.support.order.cast import ANNA, BASKET_COST, KOLYA, NOON

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


def test_the_buyer_may_choose_a_time_without_a_call() -> None:
    assert stories.with_courier().do(SLOT, ANNA).stage is Stage.SLOT_AGREED


def test_another_time_may_be_agreed() -> None:
    play = stories.slot_agreed().do(AgreeSlot(NOON + 5 * HOUR, NOON + 6 * HOUR), KOLYA)
    assert play.order.slot == (NOON + 5 * HOUR, NOON + 6 * HOUR)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (3 * HOUR, 3 * HOUR),
        (3 * HOUR, HOUR),
        (-3 * HOUR, -HOUR),
        (SLOT_AHEAD_MAX, SLOT_AHEAD_MAX + HOUR),
    ],
)
def test_a_time_that_cannot_be_is_refused(begins: timedelta, ends: timedelta) -> None:
    play = stories.with_courier()
    assert play.refused(AgreeSlot(NOON + begins, NOON + ends), ANNA) is Code.WRONG_TIME


def test_nobody_sets_out_without_an_agreed_time() -> None:
    assert stories.with_courier().refused(Depart()) is Code.STAGE_FORBIDS
    assert stories.attempt_failed().refused(Depart()) is Code.STAGE_FORBIDS
    assert stories.slot_agreed().do(Depart()).stage is Stage.OUT_FOR_DELIVERY


def test_setting_out_twice_changes_nothing() -> None:
    assert stories.out_for_delivery().is_already_done(Depart())


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


def test_calls_belong_to_orders_for_the_door() -> None:
    assert stories.shelved().refused(LogCall(answered=True)) is Code.STAGE_FORBIDS
    assert stories.cancelled().refused(LogCall(answered=True)) is Code.CLOSED
