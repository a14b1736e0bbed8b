"""Picking: somebody in the warehouse has begun to collect the goods."""

import pytest

from gotovo.order.refusals import Code
from gotovo.order.steps.picking import StartPicking
from gotovo.order.values.order import Stage
from tests.support.order import stories


def test_picking_begins_once_the_order_is_paid() -> None:
    play = stories.paid().do(StartPicking("wave 7"))
    assert play.stage is Stage.PICKING
    assert b"wave 7" in play.history[-1].body


def test_nobody_picks_what_is_not_paid() -> None:
    assert stories.placed().refused(StartPicking()) is Code.STAGE_FORBIDS


@pytest.mark.parametrize("stage", [s for s in stories.OPEN if s not in {"placed", "paid"}])
def test_picking_again_changes_nothing(stage: Stage) -> None:
    assert stories.AT[stage]().is_already_done(StartPicking())


def test_a_cancelled_order_is_not_picked() -> None:
    assert stories.cancelled().refused(StartPicking()) is Code.CLOSED
