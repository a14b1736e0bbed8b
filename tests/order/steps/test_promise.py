"""A new promise has its reason and lies ahead."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from msgspec.structs import replace

from gotovo.order.refusals import Code
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.steps.redirection import Redirect
from gotovo.order.values.order import Attention, Pickup, Promised
from gotovo.order.values.texts.order_text import digest_in
from gotovo.points.timetable import every_day
from tests.support.order import stories
from tests.support.order.cast import KREMLIN, NOON, PETYA, SONYA, Play, basket

TO_LAKE = Redirect(Pickup("KZN-2"))


def promise_of(play: Play) -> Promised:
    assert play.order.promise is not None
    return play.order.promise


def test_another_day_is_told_with_its_reason_and_the_old_one_stays_in_the_history() -> None:
    play = stories.dispatched()
    until = NOON + timedelta(days=3)
    play.do(ChangePromise(date(2026, 11, 26), until, "snow"), SONYA)
    assert promise_of(play) == Promised(date(2026, 11, 26), until)
    assert play.words[digest_in(play.history[-1].body)] == "snow"
    assert b"snow" not in play.history[-1].body
    assert b'"promised_for":"2026-11-24"' in play.history[1].body


def test_by_a_new_promise_nobody_is_late_yet() -> None:
    play = stories.dispatched().wait(days=2).do(MarkLate())
    assert play.order.attention == (Attention.LATE,)
    play.do(ChangePromise(date(2026, 11, 26), NOON + timedelta(days=3), "snow"), SONYA)
    assert play.order.attention == ()
    assert play.wait(days=2).do(MarkLate()).order.attention == (Attention.LATE,)


@pytest.mark.parametrize(
    ("day", "until", "field"),
    [
        (date(2026, 11, 22), None, "promised_for"),
        (date(2027, 11, 24), None, "promised_for"),
        (date(2026, 11, 23), NOON, "promised_until"),
        (date(2026, 11, 26), NOON + timedelta(days=365), "promised_until"),
        (date(2026, 11, 26), NOON + timedelta(days=2), "promised_until"),
        (date(2026, 11, 26), datetime(2026, 11, 26, 21, 0, 1, tzinfo=UTC), "promised_until"),
        (date(2026, 11, 26), datetime(2026, 11, 25, 21, tzinfo=UTC), "promised_until"),
    ],
)
def test_a_day_that_has_passed_or_an_instant_of_another_day_is_not_promised(
    day: date, until: datetime | None, field: str
) -> None:
    """Rule 4.1; 26 November begins in Kazan at 21:00 UTC of the day before."""
    decision = stories.paid().try_(ChangePromise(day, until, "snow"), PETYA)
    assert decision.refusal is not None
    assert (decision.refusal.code, decision.refusal.field) == (Code.WRONG_TIME, field)
    assert ".." in decision.refusal.expected


def test_a_promise_lasts_until_midnight_or_until_the_night_at_the_place_ends() -> None:
    """Rule 4.2."""
    day, midnight = date(2026, 11, 26), datetime(2026, 11, 26, 21, tzinfo=UTC)
    assert promise_of(stories.paid().do(ChangePromise(day, midnight, "snow")))
    night = every_day("Europe/Moscow", time(22), time(2))
    bar = Play(points={"KZN-1": replace(KREMLIN, timetable=night)}).do(basket())
    bar.do(stories.pay())
    closing = midnight + timedelta(hours=2)
    later = ChangePromise(day, closing + timedelta(seconds=1), "snow")
    assert bar.refused(later, PETYA) is Code.WRONG_TIME
    assert promise_of(bar.do(ChangePromise(day, closing, "snow"))).promised_until == closing


def test_a_day_may_be_promised_although_the_hour_is_not_known() -> None:
    assert stories.paid().do(ChangePromise(date(2026, 12, 1), None, "flood")).order.promise


def test_there_is_nothing_to_promise_before_payment_on_the_shelf_or_at_the_end() -> None:
    change = ChangePromise(date(2026, 12, 1), None, "flood")
    assert stories.placed().refused(change) is Code.STAGE_FORBIDS
    assert stories.shelved().refused(change) is Code.STAGE_FORBIDS
    assert stories.issued().refused(change) is Code.CLOSED


def test_a_life_carried_over_is_promised_nothing() -> None:
    play = Play().do(basket(imported=True)).do(stories.pay()).do(TO_LAKE)
    assert play.order.promise is None
