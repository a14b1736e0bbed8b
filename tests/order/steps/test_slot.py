"""Buyer and courier agree a time ahead."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.refusals import Code
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.slot import (
    SLOT_AHEAD_MAX,
    SLOT_BEGAN_MAX,
    SLOT_LEFT_MIN,
    SLOT_LENGTH_MAX,
    AgreeSlot,
)
from gotovo.order.values.order import Stage
from gotovo.points.delivery_slots import DeliverySlot, delivery_slots
from tests.support.order import stories
from tests.support.order.cast import ANNA, DAILY, KOLYA, NOON, SONYA

HOUR = timedelta(hours=1)

SLOT = AgreeSlot(NOON + HOUR, NOON + 3 * HOUR)


def test_the_buyer_may_choose_a_time_without_a_call() -> None:
    offered = AgreeSlot(*next(delivery_slots(DAILY, NOON)))
    assert stories.with_courier().do(offered, ANNA).stage is Stage.SLOT_AGREED


def test_another_time_may_be_agreed() -> None:
    play = stories.slot_agreed().do(AgreeSlot(NOON + 5 * HOUR, NOON + 6 * HOUR), KOLYA)
    assert play.order.slot == (NOON + 5 * HOUR, NOON + 6 * HOUR)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (3 * HOUR, 3 * HOUR),
        (3 * HOUR, HOUR),
        (-3 * HOUR, -HOUR),
        (SLOT_AHEAD_MAX + HOUR, SLOT_AHEAD_MAX + 2 * HOUR),
        (-2 * HOUR, 2 * HOUR),
        (HOUR, 30 * HOUR),
        (HOUR, HOUR + timedelta(seconds=1)),
        (-HOUR, timedelta(minutes=1)),
    ],
)
def test_a_time_that_cannot_be_is_refused(begins: timedelta, ends: timedelta) -> None:
    play = stories.with_courier().do(LogCall(answered=True))
    for actor in (KOLYA, SONYA, ANNA):
        assert play.refused(AgreeSlot(NOON + begins, NOON + ends), actor) is Code.WRONG_TIME


@given(
    begins=st.timedeltas(-timedelta(days=2), timedelta(days=70)),
    length=st.timedeltas(-timedelta(days=1), timedelta(days=3)),
)
def test_a_slot_is_of_some_hours_that_are_not_over(begins: timedelta, length: timedelta) -> None:
    """Rule 4.5."""
    play = stories.with_courier().do(LogCall(answered=True))
    slot = AgreeSlot(NOON + begins, NOON + begins + length)
    decision = play.try_(slot, SONYA)
    began = -SLOT_BEGAN_MAX <= begins <= SLOT_AHEAD_MAX
    left = begins + length - max(begins, timedelta())
    if began and left >= SLOT_LEFT_MIN and length <= SLOT_LENGTH_MAX:
        assert play.order.slot == (slot.begins_at, slot.ends_at)
        return
    assert decision.refusal is not None
    assert decision.refusal.code is Code.WRONG_TIME
    assert decision.refusal.field == ("ends_at" if began else "begins_at")
    assert ".." in decision.refusal.expected


def test_the_usual_hours_may_have_just_begun() -> None:
    play = stories.with_courier().do(LogCall(answered=True))
    assert play.do(AgreeSlot(NOON - HOUR / 2, NOON + 2 * HOUR), KOLYA).stage is Stage.SLOT_AGREED


@given(
    begins=st.sampled_from([NOON + n * HOUR / 2 for n in range(-6, 200)]),
    hours=st.integers(1, 6),
)
def test_a_buyer_takes_one_of_the_offered_times_or_the_one_agreed(
    begins: datetime, hours: int
) -> None:
    """Rule 4.5: couriers on the road can't turn back, and none is planned for the night."""
    agreed = DeliverySlot(NOON + HOUR, NOON + 3 * HOUR)
    offered = [agreed, *delivery_slots(DAILY, NOON)]
    play = stories.slot_agreed()
    assert play.order.slot == agreed
    slot = DeliverySlot(begins, begins + hours * HOUR)
    decision = play.try_(AgreeSlot(*slot), ANNA)
    if slot in offered:
        assert play.order.slot == slot
        assert play.order.slot_by_buyer
        return
    assert decision.refusal is not None
    assert decision.refusal.code is Code.WRONG_TIME
    assert decision.refusal.expected.count("/") == len(offered) - 1


def test_the_agreed_time_can_be_confirmed_until_it_is_over() -> None:
    play = stories.slot_agreed().wait(hours=2.5)
    agreed = AgreeSlot(NOON + HOUR, NOON + 3 * HOUR)
    assert play.do(agreed, ANNA).order.slot_by_buyer
    assert stories.slot_agreed().wait(hours=3).refused(agreed, ANNA) is Code.WRONG_TIME
