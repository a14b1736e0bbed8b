"""Buyer and courier agree a time ahead."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.refusals import Code
from gotovo.order.steps.slot import (
    SLOT_AHEAD_MAX,
    SLOT_BEGAN_MAX,
    SLOT_LEFT_MIN,
    SLOT_LENGTH_MAX,
    AgreeSlot,
)
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import ANNA, KOLYA, NOON

HOUR = timedelta(hours=1)

SLOT = AgreeSlot(NOON + HOUR, NOON + 3 * HOUR)


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
        (SLOT_AHEAD_MAX + HOUR, SLOT_AHEAD_MAX + 2 * HOUR),
        (-2 * HOUR, 2 * HOUR),
        (HOUR, 30 * HOUR),
        (HOUR, HOUR + timedelta(seconds=1)),
        (-HOUR, timedelta(minutes=1)),
    ],
)
def test_a_time_that_cannot_be_is_refused(begins: timedelta, ends: timedelta) -> None:
    play = stories.with_courier()
    assert play.refused(AgreeSlot(NOON + begins, NOON + ends), ANNA) is Code.WRONG_TIME


@given(
    begins=st.timedeltas(-timedelta(days=2), timedelta(days=70)),
    length=st.timedeltas(-timedelta(days=1), timedelta(days=3)),
)
def test_a_slot_is_of_some_hours_that_are_not_over(begins: timedelta, length: timedelta) -> None:
    """Rule 4.5."""
    play = stories.with_courier()
    slot = AgreeSlot(NOON + begins, NOON + begins + length)
    decision = play.try_(slot, ANNA)
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
    play = stories.with_courier().do(AgreeSlot(NOON - HOUR / 2, NOON + 2 * HOUR), ANNA)
    assert play.stage is Stage.SLOT_AGREED
