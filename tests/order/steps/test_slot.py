"""Buyer and courier agree a time ahead."""

from datetime import timedelta

import pytest

from gotovo.order.refusals import Code
from gotovo.order.steps.slot import SLOT_AHEAD_MAX, AgreeSlot
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
        (SLOT_AHEAD_MAX, SLOT_AHEAD_MAX + HOUR),
    ],
)
def test_a_time_that_cannot_be_is_refused(begins: timedelta, ends: timedelta) -> None:
    play = stories.with_courier()
    assert play.refused(AgreeSlot(NOON + begins, NOON + ends), ANNA) is Code.WRONG_TIME
