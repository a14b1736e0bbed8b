"""A running storage deadline follows what it was computed from, and is never shortened."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from msgspec.structs import replace

from gotovo.order.facts import Decision
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.steps.storage_recalculation import RecalculateStorage, RecalculationReason
from gotovo.order.steps.storage_reminder import RemindOfStorage
from gotovo.order.story import StorageChange
from gotovo.order.values.order import Outcome, Stage, Storage
from gotovo.points.point import Point
from gotovo.points.storage_term import storage_deadline
from gotovo.points.timetable import ExceptionalDay, every_day
from tests.support.order import stories
from tests.support.order.cast import DAILY, KREMLIN, NOON, TIMER, Play
from tests.support.order.changed_points import closed_on, points, under
from tests.support.order.play_story import play_story

DAY = timedelta(days=1)
SUNDAY = date(2026, 11, 29)
LAST_DAY = date(2026, 11, 30)


def storage_of(play: Play) -> Storage:
    storage = play.order.storage
    assert storage is not None
    return storage


def test_a_closure_entered_after_shelving_moves_the_deadline() -> None:
    """Rule 4.2."""
    play = under(stories.shelved().wait(days=1), closed_on(SUNDAY))
    before = storage_of(play)
    play.do(RecalculateStorage(), TIMER)
    after = storage_of(play)
    assert after.deadline_at == before.deadline_at + DAY
    assert after.rule.closed_dates == (SUNDAY,)
    assert [r.at - before.reminders[i].at for i, r in enumerate(after.reminders)] == [DAY] * 3
    assert play.types(-1) == ["order.storage_recalculated"]
    assert play.is_already_done(RecalculateStorage(), TIMER)


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        (closed_on(SUNDAY), "closure"),
        (closed_on(LAST_DAY), "closure"),
        (replace(KREMLIN, timetable=every_day("Europe/Moscow", time(9), time(11))), "hours"),
        (replace(KREMLIN, timetable=every_day("Asia/Tokyo", time(9), time(17))), "hours"),
        (replace(KREMLIN, storage_days=10), "term"),
    ],
)
def test_the_event_names_what_has_changed(point: Point, reason: str) -> None:
    play = under(stories.shelved(), point)
    was_until = storage_of(play).deadline_at
    play.do(RecalculateStorage(), TIMER)
    assert play_story(play).storage_changes == (
        StorageChange(play.now, was_until, RecalculationReason(reason)),
    )


@given(first=points(), second=points())
def test_whatever_changes_a_deadline_never_moves_earlier(first: Point, second: Point) -> None:
    """Rule 4.2."""
    play = stories.shelved()
    for point in (first, second, KREMLIN):
        before = storage_of(play)
        decision = under(play, point).try_(RecalculateStorage(), TIMER)
        assert storage_of(play).deadline_at >= before.deadline_at
        assert (storage_of(play) == before) == (not decision.events)


@given(point=points())
def test_nothing_expires_before_the_deadline_of_the_present_calendar(point: Point) -> None:
    """Rule 4.2."""
    play = under(stories.shelved(), point)
    play.now = storage_of(play).deadline_at
    play.do(ExpireStorage(), TIMER)
    while play.order.outcome is None:
        assert play.types(-1) == ["order.storage_recalculated"]
        play.now = storage_of(play).deadline_at
        play.do(ExpireStorage(), TIMER)
    rule = storage_of(play).rule
    present = storage_deadline(point, rule.started_at, max(7, point.storage_days))
    assert play.now >= present.at
    assert rule.deadline == play.now


def test_a_reminder_that_is_overtaken_by_a_closure_is_not_sent() -> None:
    play = under(stories.shelved(), closed_on(SUNDAY))
    play.now = storage_of(play).reminders[0].at
    play.do(RemindOfStorage(), TIMER)
    assert play.types(-1) == ["order.storage_recalculated"]
    assert storage_of(play).reminders[0].at == play.now + DAY


def test_the_deadline_moves_while_the_order_is_being_handed_over() -> None:
    play = stories.shelved()
    play.do(OpenHandover(code=play.code()))
    under(play, closed_on(SUNDAY)).do(RecalculateStorage(), TIMER)
    assert (play.stage, storage_of(play).rule.closed_dates) == (Stage.HANDING_OVER, (SUNDAY,))


def test_the_buyers_extension_is_kept_and_not_used_up() -> None:
    play = under(stories.shelved(), closed_on(SUNDAY)).do(RecalculateStorage(), TIMER)
    assert not storage_of(play).extended
    play.do(ExtendStorage())
    assert storage_of(play).deadline_at == NOON + 11 * DAY
    under(play, closed_on(SUNDAY, date(2026, 12, 2))).do(RecalculateStorage(), TIMER)
    assert storage_of(play).deadline_at == NOON + 12 * DAY
    assert storage_of(play).extended


def test_a_reinstated_order_keeps_the_term_it_was_given() -> None:
    play = stories.expired().do(Reinstate())
    assert storage_of(play).rule.days == 3
    assert play.is_already_done(RecalculateStorage(), TIMER)


def test_nothing_expires_where_the_point_is_shut_for_good_until_it_opens_again() -> None:
    never = replace(DAILY, week=((), (), (), (), (), (), ()))
    play = under(stories.shelved(), replace(KREMLIN, timetable=never))
    play.do(RecalculateStorage(), TIMER)
    assert not storage_of(play).rule.opens_again
    play.wait(days=20)
    opens = date(2026, 12, 20)
    again = replace(never, exceptions={opens: ExceptionalDay(DAILY.week[0], "открытие")})
    under(play, replace(KREMLIN, timetable=again)).do(RecalculateStorage(), TIMER)
    assert storage_of(play).rule.opens_again
    assert storage_of(play).deadline_at > play.now
    assert play.try_(ExpireStorage(), TIMER) == Decision()
    play.now = storage_of(play).deadline_at
    assert play.do(ExpireStorage(), TIMER).order.outcome is Outcome.CANCELLED
