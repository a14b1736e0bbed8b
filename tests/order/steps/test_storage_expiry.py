"""An order that nobody collected expires at its deadline."""

from msgspec.structs import replace

from gotovo.order.deadlines import next_due
from gotovo.order.facts import Decision
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.steps.storage_reminder import RemindOfStorage
from gotovo.order.values.order import Outcome, Reason, Stage
from gotovo.order.values.settlement.balance import balance
from gotovo.points.point import Point
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, DAILY, KREMLIN, POINTS, Play


def after_change_of(play: Play, point: Point) -> Play:
    """Change the settings of the point that has the order."""
    play.world = replace(play.world, points=POINTS | {point.code: point})
    return play


def test_an_order_nobody_collected_is_cancelled_refunded_and_waits_to_be_withdrawn() -> None:
    """Rule 2.4."""
    play = stories.shelved().wait(days=7).do(ExpireStorage())
    assert (play.order.outcome, play.order.reason) == (Outcome.CANCELLED, Reason.NOT_COLLECTED)
    assert play.stage is Stage.TURNED_ROUND
    assert balance(play.order).refunded == BASKET_COST
    assert play.types(-3) == ["order.storage_expired", "order.cancelled", "refund.started"]


def test_nothing_expires_before_its_deadline() -> None:
    """Rule 4.2."""
    play = stories.shelved().wait(days=6, hours=23)
    assert play.try_(ExpireStorage()) == Decision()
    play.do(ExtendStorage()).wait(days=1)
    assert play.try_(ExpireStorage()) == Decision()


def test_collecting_wins_over_an_expiry_that_has_not_run() -> None:
    play = stories.shelved().wait(days=8)
    play.do(HandOver(code=play.code()))
    assert play.try_(ExpireStorage()) == Decision()


def test_nothing_expires_by_itself_at_a_point_that_does_not_open_again() -> None:
    never = replace(DAILY, week=((), (), (), (), (), (), ()))
    play = after_change_of(stories.arrived(), replace(KREMLIN, timetable=never)).do(
        Shelve(cell="A1")
    )
    while (due := next_due(play.order)) is not None:
        assert due.what == "storage-reminder"
        play.now = due.at
        play.do(RemindOfStorage())
    assert play.status == "ready_for_pickup"
