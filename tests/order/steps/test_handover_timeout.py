"""A hand-over that nobody ends returns to the shelf."""

from gotovo.order.facts import Decision
from gotovo.order.steps.handover_timeout import LeaveHandover
from gotovo.order.values.order import Stage
from tests.support.order import stories


def test_a_hand_over_that_nobody_ends_goes_back_to_the_shelf_after_ten_minutes() -> None:
    play = stories.handing_over().wait(minutes=9)
    assert play.try_(LeaveHandover()) == Decision()
    assert play.wait(minutes=1).do(LeaveHandover()).stage is Stage.SHELVED
    assert play.order.handover_until is None
    assert play.try_(LeaveHandover()) == Decision()
