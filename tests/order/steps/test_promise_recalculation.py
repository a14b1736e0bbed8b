"""A running promise follows the calendar: a later day is told with its reason, never an earlier."""

from datetime import date, time, timedelta

from hypothesis import given
from msgspec.structs import replace

from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.steps.promise_recalculation import RecalculatePromise
from gotovo.order.steps.redirection import Redirect
from gotovo.order.values.order import Pickup, Promised
from gotovo.points.point import Point
from gotovo.points.timetable import ExceptionalDay, every_day
from tests.support.order import stories
from tests.support.order.cast import (
    DAILY,
    KREMLIN,
    LAKE,
    NOON,
    PETYA,
    TIMER,
    WAREHOUSES,
    Play,
)
from tests.support.order.changed_points import closed_on, points, under
from tests.support.order.play_story import play_story

TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)
DAY = timedelta(days=1)


def promise_of(play: Play) -> Promised:
    promise = play.order.promise
    assert promise is not None
    return promise


def test_a_closure_of_the_promised_day_promises_the_next_open_one_and_says_why() -> None:
    """Rule 4.1."""
    play = under(stories.paid(), closed_on(TUESDAY))
    before = promise_of(play)
    assert before.promised_until is not None
    play.do(RecalculatePromise(), TIMER)
    after = promise_of(play)
    assert (before.promised_for, after.promised_for) == (TUESDAY, WEDNESDAY)
    assert after.promised_until == before.promised_until + DAY
    change = play_story(play).promises.changes[-1]
    assert (change.was_for, change.reason) == (TUESDAY, "closure")
    assert play.is_already_done(RecalculatePromise(), TIMER)


def test_a_warehouse_that_does_not_work_that_day_delays_what_has_not_left() -> None:
    """Rule 4.1."""
    closed = replace(DAILY, exceptions={NOON.date(): ExceptionalDay((), "учёт")})
    for play, day in ((stories.packed(), WEDNESDAY), (stories.dispatched(), TUESDAY)):
        depot = replace(WAREHOUSES["KZN"], timetable=closed)
        play.world = replace(play.world, warehouses={"KZN": depot})
        play.try_(RecalculatePromise(), TIMER)
        assert promise_of(play).promised_for == day


def test_longer_transit_promises_a_later_day_and_shorter_transit_changes_nothing() -> None:
    """Rule 4.1."""
    play = under(stories.paid(), replace(KREMLIN, transit_days=3)).do(RecalculatePromise(), TIMER)
    assert promise_of(play).promised_for == TUESDAY + 2 * DAY
    assert play_story(play).promises.changes[-1].reason == "term"
    assert under(play, KREMLIN).is_already_done(RecalculatePromise(), TIMER)


def test_other_hours_on_the_promised_day_leave_what_was_promised() -> None:
    for opens, closes in ((9, 23), (9, 12)):
        changed = every_day("Europe/Moscow", time(opens), time(closes))
        play = under(stories.paid(), replace(KREMLIN, timetable=changed))
        assert play.is_already_done(RecalculatePromise(), TIMER)


@given(first=points(), second=points())
def test_whatever_changes_a_promise_never_moves_earlier(first: Point, second: Point) -> None:
    """Rule 4.1."""
    play = stories.paid()
    for point in (first, second, KREMLIN):
        before = promise_of(play)
        decision = under(play, point).try_(RecalculatePromise(), TIMER)
        after = promise_of(play)
        assert after.promised_for >= before.promised_for
        assert (after == before) == (not decision.events)
        assert after.promised_until is None or after.promised_until > play.now


def test_a_day_that_a_person_promised_follows_the_calendar_too() -> None:
    december = date(2026, 12, 1)
    play = stories.paid().do(ChangePromise(december, NOON + 8 * DAY, "snow"), PETYA)
    assert play.is_already_done(RecalculatePromise(), TIMER)
    under(play, closed_on(december)).do(RecalculatePromise(), TIMER)
    assert promise_of(play).promised_for == december + DAY


def test_a_redirected_order_counts_from_its_redirection() -> None:
    play = stories.paid().wait(hours=10).do(Redirect(Pickup("KZN-2")))
    assert promise_of(play).promised_for == WEDNESDAY
    two_days = replace(LAKE, transit_days=2)
    under(play, two_days).do(RecalculatePromise(), TIMER)
    assert promise_of(play).promised_for == WEDNESDAY + DAY


def test_a_missed_promise_stays_missed() -> None:
    play = stories.dispatched()
    until = promise_of(play).promised_until
    assert until is not None
    play.now = until
    under(play, closed_on(TUESDAY))
    assert play.is_already_done(RecalculatePromise(), TIMER)
    play.do(MarkLate(), TIMER)
    assert play.is_already_done(RecalculatePromise(), TIMER)


def test_a_place_that_does_not_open_again_has_no_known_day_until_it_does() -> None:
    never = replace(DAILY, week=((), (), (), (), (), (), ()))
    play = under(stories.arrived(), replace(KREMLIN, timetable=never))
    play.do(RecalculatePromise(), TIMER)
    assert promise_of(play).promised_until is None
    play.wait(days=5)
    under(play, KREMLIN).do(RecalculatePromise(), TIMER)
    until = promise_of(play).promised_until
    assert until is not None
    assert until > play.now
