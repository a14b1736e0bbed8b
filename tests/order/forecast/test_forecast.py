"""Forecasts are round, never too early, never while the point is closed, bad news first."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gotovo.order.forecast.calibration import calibrate, compare_convolution
from gotovo.order.forecast.duration_key import DurationKey, goal_of, route_of, slot_of
from gotovo.order.forecast.forecast import outlook, rounded_up
from gotovo.order.forecast.model import DurationModel, learn
from gotovo.order.forecast.observation import Observation
from gotovo.order.values.order import Attention, Order, Promised, Stage
from gotovo.points.timetable import is_open
from tests.support.order import stories
from tests.support.order.cast import AT_HOME, DAILY, NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KAZAN = "Europe/Moscow"


def model_for(order: Order, step_hours: float, ready_hours: float) -> DurationModel:
    """Return what a hundred equal cases teach of the stage that an order is in."""
    slot = slot_of(order.stage_at, KAZAN)
    step = DurationKey(order.stage, "next", route_of(order), slot)
    ready = DurationKey(order.stage, goal_of(order), route_of(order), slot)
    seen = [Observation(step, step_hours * 3600, NOON, 1)] * 100
    return DurationModel(learn([*seen, *([Observation(ready, ready_hours * 3600, NOON, 1)] * 100)]))


def paid() -> Order:
    """Return an order that has just been paid, at noon on a Monday."""
    state = stories.paid().state
    assert state is not None
    return state


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001
    st.floats(0, 2_000_000),
)
def test_a_told_time_is_never_early_and_at_most_an_hour_late(at: datetime, ahead: float) -> None:
    now = at.replace(tzinfo=UTC)
    true = now + timedelta(seconds=ahead)
    assert timedelta() <= rounded_up(true, None, now) - true <= HOUR


@given(st.floats(0, 2_000_000))
def test_a_told_time_is_when_the_point_is_open_or_just_closes(ahead: float) -> None:
    at = rounded_up(NOON + timedelta(seconds=ahead), DAILY, NOON)
    assert is_open(DAILY, at) or is_open(DAILY, at - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(minutes=32), "12:35"),
        (timedelta(hours=5, minutes=1), "17:30"),
        (timedelta(hours=9), "09:00"),
        (timedelta(hours=8), "20:00"),
        (timedelta(days=1, hours=1, minutes=1), "14:00"),
    ],
)
def test_what_is_near_is_told_exactly_and_what_falls_at_night_is_the_next_opening(
    ahead: timedelta, expected: str
) -> None:
    at = rounded_up(NOON + ahead, DAILY, NOON)
    assert f"{at + 3 * HOUR:%H:%M}" == expected


def test_the_next_stage_and_the_shelf_are_told() -> None:
    order = paid()
    shown = outlook(order, model_for(order, 3, 20), KAZAN, DAILY, NOON)
    assert shown is not None
    assert shown.step is not None
    assert shown.step.usual_at is not None
    assert timedelta(hours=2.8) <= shown.step.usual_at - NOON <= timedelta(hours=3.6)
    assert shown.ready is not None
    assert shown.ready.usual_at == NOON + 21 * HOUR, "20 hours is at 8, and it opens at 9"
    assert not shown.is_bad


def test_nothing_is_told_without_history_or_outside_processing() -> None:
    order = paid()
    assert outlook(order, DurationModel(), KAZAN, DAILY, NOON) is None
    shelved = structs.replace(order, stage=Stage.SHELVED)
    assert outlook(shelved, model_for(order, 3, 20), KAZAN, DAILY, NOON) is None


def test_a_stage_beyond_nine_of_ten_is_slow_before_the_promise_is_broken() -> None:
    order = paid()
    shown = outlook(order, model_for(order, 3, 20), KAZAN, DAILY, NOON + 5 * HOUR)
    assert shown is not None
    assert shown.slow
    assert shown.is_bad


def test_a_promise_that_is_mostly_missed_from_here_is_said_to_be() -> None:
    promised = Promised((NOON + DAY).date(), NOON + DAY)
    order = structs.replace(paid(), promise=promised)
    fine = outlook(order, model_for(order, 3, 20), KAZAN, DAILY, NOON)
    bad = outlook(order, model_for(order, 3, 40), KAZAN, DAILY, NOON)
    assert fine is not None
    assert bad is not None
    assert (fine.will_miss, bad.will_miss) == (False, True)
    late = structs.replace(order, attention=(Attention.LATE,))
    known = outlook(late, model_for(order, 3, 40), KAZAN, DAILY, NOON)
    assert known is not None
    assert not known.will_miss, "it has been said already"


def test_a_courier_is_told_to_the_door_and_has_no_opening_hours() -> None:
    state = stories.paid(AT_HOME).state
    assert state is not None
    shown = outlook(state, model_for(state, 3, 9), KAZAN, None, NOON)
    assert shown is not None
    assert shown.ready is not None
    assert shown.ready.usual_at is not None
    assert shown.ready.usual_at - NOON <= timedelta(hours=10)


def steady(weeks: int) -> list[Observation]:
    """Return stages that take 1 to 20 hours, evenly, every hour for some weeks."""
    found: list[Observation] = []
    for number in range(weeks * 7 * 24):
        began = NOON + number * HOUR
        seconds = (number * 7 % 20 + 1) * 3600.0
        key = DurationKey(Stage.PAID, "next", "KZN>KZN-1", slot_of(began, KAZAN))
        found.append(Observation(key, seconds, began + timedelta(seconds=seconds), 1))
    return found


def test_a_steady_world_is_told_right() -> None:
    done = calibrate(steady(8))
    everything = done.figures[0]
    assert everything.forecasts > 500
    assert 0.45 <= everything.half <= 0.62
    assert 0.87 <= everything.usual <= 0.97
    assert sum(size.forecasts for size in done.sizes) == everything.forecasts


def test_once_it_has_lasted_the_naive_forecast_is_worse() -> None:
    after = calibrate(steady(8), lasted=timedelta(hours=12)).figures[0]
    assert after.off < after.naive_off
    assert abs(after.half - 0.5) < abs(after.naive_half - 0.5)


def test_the_later_never_teaches_the_earlier() -> None:
    """When everything gets ten times as slow, forecasts are as before, at first."""
    slow = [
        structs.replace(each, seconds=each.seconds * 10, ended_at=each.ended_at + 9 * HOUR * 20)
        for each in steady(1)
    ]
    moved = [structs.replace(each, ended_at=each.ended_at + 14 * DAY) for each in slow]
    assert calibrate([*steady(1), *moved[:40]]).figures[0].usual < 0.5


def test_nothing_to_compare_is_no_figure() -> None:
    assert compare_convolution(steady(2), 10) == ()
    assert calibrate([]).figures == ()
