"""The buyer extends storage once, and changed hours extend it for everybody."""

from datetime import date, timedelta

from msgspec.structs import replace

from gotovo.order.refusals import Code
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.values.order import Storage
from gotovo.points.point import Point
from gotovo.points.storage_term import recompute
from gotovo.points.timetable import ExceptionalDay
from tests.support.order import stories
from tests.support.order.cast import (
    BORIS,
    DAILY,
    KREMLIN,
    LENA,
    NOON,
    POINTS,
    SONYA,
    Play,
)

DAY = timedelta(days=1)

CLOSED = ExceptionalDay((), "repairs")


def storage_of(play: Play) -> Storage:
    assert play.order.storage is not None
    return play.order.storage


def after_change_of(play: Play, point: Point) -> Play:
    """Change the settings of the point that has the order."""
    play.world = replace(play.world, points=POINTS | {point.code: point})
    return play


def test_the_buyer_extends_by_three_days_and_only_once() -> None:
    play = stories.shelved().wait(days=6).do(ExtendStorage())
    assert storage_of(play).deadline_at == NOON + 10 * DAY
    assert play.refused(ExtendStorage()) is Code.EXTENSION_USED
    assert play.refused(ExtendStorage(), SONYA) is Code.EXTENSION_USED


def test_the_deadline_shown_can_be_computed_again_from_its_rule() -> None:
    play = stories.shelved().do(ExtendStorage())
    assert recompute(storage_of(play).rule, KREMLIN).at == storage_of(play).deadline_at


def test_an_extension_reminds_again_but_not_of_what_has_passed() -> None:
    play = stories.shelved().wait(days=8, hours=12).do(ExtendStorage())
    assert [r.hours_before for r in storage_of(play).reminders] == [24, 3]


def test_a_point_that_grants_no_days_says_so() -> None:
    play = after_change_of(stories.shelved(), replace(KREMLIN, extension_days=0))
    assert play.refused(ExtendStorage()) is Code.EXTENSION_USED
    assert not storage_of(play).extended


def test_a_closure_announced_later_extends_without_using_up_the_buyers_extension() -> None:
    repairs = replace(DAILY, exceptions={date(2026, 11, 25): CLOSED})
    play = after_change_of(stories.shelved(), replace(KREMLIN, timetable=repairs))
    play.do(ExtendStorage("pipes burst"), LENA)
    assert storage_of(play).deadline_at == NOON + 8 * DAY
    assert play.do(ExtendStorage()).order.storage is not None
    assert storage_of(play).deadline_at == NOON + 11 * DAY


def test_a_timetable_that_has_not_changed_extends_nothing() -> None:
    assert stories.shelved().is_already_done(ExtendStorage(), LENA)
    assert stories.shelved().do(ExtendStorage()).is_already_done(ExtendStorage(), BORIS)


def test_storage_is_extended_on_the_shelf_alone() -> None:
    assert stories.arrived().refused(ExtendStorage()) is Code.STAGE_FORBIDS
    assert stories.expired().refused(ExtendStorage()) is Code.CLOSED
    assert stories.with_courier().refused(ExtendStorage()) is Code.STAGE_FORBIDS
    imported = Play().do(stories.basket(imported=True)).do(stories.pay())
    imported.do(stories.Dispatch()).do(Shelve(cell="A1"))
    assert imported.refused(ExtendStorage()) is Code.STAGE_FORBIDS
