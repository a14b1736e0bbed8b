"""What the model learns from a history, how that ages, and which history a forecast uses."""

from datetime import timedelta

import pytest

from gotovo.order.forecast.duration_key import (
    ANY_ROUTE,
    ANY_TIME,
    DurationKey,
    slot_of,
    widening,
)
from gotovo.order.forecast.model import CASES_MIN, HALF_LIFE, DurationModel, learn, weight_at
from gotovo.order.forecast.observation import MOVING, Observation, observed
from gotovo.order.forecast.quantile_sketch import total_weight
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.shelving import Shelve
from gotovo.order.time_zone import time_zone_of
from gotovo.order.values.order import Order, Pickup, Stage
from tests.support.order import stories
from tests.support.order.cast import AT_HOME, NOON, POINTS, WAREHOUSES, Play

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ROUTE = "KZN>KZN-1"
KEY = DurationKey(Stage.PAID, "next", ROUTE, slot_of(NOON, "Europe/Moscow"))


def zone(order: Order) -> str:
    """Return the zone of an order's point."""
    return time_zone_of(order, POINTS, WAREHOUSES)


def observed_in(play: Play) -> set[tuple[Stage, str, float]]:
    """Return stage, goal and hours of everything that a play's history tells."""
    found = observed(play.history, zone)
    return {(x.key.stage, x.key.goal, x.seconds / 3600) for x in found}


def cases(
    hours: float, number: int, key: DurationKey = KEY, age: timedelta = timedelta()
) -> DurationModel:
    """Return what so many equal cases teach that ended a while before noon."""
    each = Observation(key, hours * 3600, NOON - age, 1)
    return DurationModel(learn([each] * number))


def on_its_way() -> Play:
    """Return an order that spent an hour in each stage up to the point."""
    play = stories.paid().wait(hours=1).do(Pack()).wait(hours=1).do(Dispatch(manifest="m1"))
    return play.wait(hours=1).do(Arrive()).wait(hours=1)


def test_a_stage_that_began_or_ended_unseen_teaches_nothing() -> None:
    """Rule 4.13."""
    packed = stories.paid().wait(hours=1).do(Pack()).wait(hours=5)
    found = observed_in(packed.do(Arrive()).wait(hours=1).do(Shelve(cell="A1")))
    assert {(stage, hours) for stage, goal, hours in found if goal == "next"} == {
        (Stage.PAID, 1),
        (Stage.ARRIVED_AT_POINT, 1),
    }
    assert {stage for stage, goal, _ in found if goal != "next"} == {
        Stage.PAID,
        Stage.PACKED,
        Stage.ARRIVED_AT_POINT,
    }


def test_each_stage_and_each_way_to_the_shelf_is_a_duration() -> None:
    assert observed_in(on_its_way().do(Shelve(cell="A1"))) == {
        (Stage.PAID, "next", 1),
        (Stage.PACKED, "next", 1),
        (Stage.DISPATCHED, "next", 1),
        (Stage.ARRIVED_AT_POINT, "next", 1),
        (Stage.PAID, "shelved", 4),
        (Stage.PACKED, "shelved", 3),
        (Stage.DISPATCHED, "shelved", 2),
        (Stage.ARRIVED_AT_POINT, "shelved", 1),
    }


def test_what_happens_after_the_shelf_teaches_nothing_more() -> None:
    shelved = on_its_way().do(Shelve(cell="A1"))
    before = observed_in(shelved)
    shelved.wait(hours=5)
    assert observed_in(shelved.do(HandOver(code=shelved.code()))) == before


def test_a_cancelled_stage_says_nothing_of_how_long_it_takes() -> None:
    assert observed_in(stories.paid().wait(hours=9).do(Cancel())) == set()


def test_with_a_courier_the_way_ends_at_the_door() -> None:
    goals = {goal for _, goal, _ in observed_in(stories.delivered())}
    assert goals <= {"next", "issued"}


def test_the_route_is_the_one_that_was_gone() -> None:
    play = stories.paid(AT_HOME).wait(hours=1).do(Redirect(Pickup("KZN-2"))).wait(hours=1)
    play.do(Pack()).wait(hours=1).do(Dispatch(manifest="m1"))
    assert {x.key.route for x in observed(play.history, zone)} == {"KZN>KZN-2"}


def test_every_event_that_ends_a_stage_is_one_that_followers_look_at() -> None:
    for play in (on_its_way().do(Shelve(cell="A1")), stories.delivered()):
        ends = {x.version for x in observed(play.history, zone)}
        assert {x.type for x in play.history if x.version in ends} <= MOVING


@pytest.mark.parametrize(
    ("days", "hour", "slot"),
    [(0, 7, 0), (0, 8, 1), (3, 12, 1), (4, 19, 6), (5, 20, 11), (6, 3, 12)],
)
def test_the_time_of_week_is_that_of_the_place(days: int, hour: int, slot: int) -> None:
    monday = NOON - 12 * HOUR
    assert slot_of(monday + days * DAY + hour * HOUR, "Europe/Moscow") == slot


def test_a_case_counts_half_as_much_a_half_life_later() -> None:
    assert weight_at(NOON) == pytest.approx(2 * weight_at(NOON - HALF_LIFE))
    assert weight_at(NOON - 365 * DAY) < weight_at(NOON - 30 * DAY) / 30


def test_last_month_counts_more_than_last_year() -> None:
    model = cases(50, 100, age=365 * DAY)
    model.add(learn([Observation(KEY, 10 * 3600, NOON - 20 * DAY, 1)] * 100))
    expected = model.expect(KEY, NOON, NOON)
    assert expected is not None
    assert expected.usual_at is not None
    assert expected.usual_at - NOON < 11 * HOUR


def test_too_little_history_says_nothing_rather_than_guess() -> None:
    assert cases(5, CASES_MIN - 1).expect(KEY, NOON, NOON) is None
    assert cases(5, CASES_MIN + 1).expect(KEY, NOON, NOON) is not None
    assert cases(5, CASES_MIN, age=HALF_LIFE).expect(KEY, NOON, NOON) is None


def test_a_new_route_is_told_from_wider_history() -> None:
    model = cases(5, 100)
    other = DurationKey(KEY.stage, KEY.goal, "KZN>KZN-9", KEY.slot)
    widths = [
        expected.width
        for key in (KEY, DurationKey(KEY.stage, KEY.goal, ROUTE, KEY.slot + 1), other)
        if (expected := model.expect(key, NOON, NOON)) is not None
    ]
    assert widths == [0, 1, 2]
    assert widening(KEY)[-1] == DurationKey(KEY.stage, KEY.goal, ANY_ROUTE, ANY_TIME)


def test_what_lasts_longer_than_nine_of_ten_is_overdue_and_told_from_the_rest() -> None:
    model = cases(5, 950)
    model.add(learn([Observation(KEY, 50 * 3600, NOON, 1)] * 50))
    soon, late, beyond = (
        model.expect(KEY, NOON - lasted, NOON) for lasted in (HOUR, 20 * HOUR, 90 * HOUR)
    )
    assert soon is not None
    assert late is not None
    assert beyond is not None
    assert (soon.overdue, late.overdue, beyond.overdue) == (False, True, True)
    assert late.half_at is not None
    assert late.half_at - NOON > 20 * HOUR
    assert beyond.half_at is None


def test_history_of_other_times_of_the_week_calls_nothing_overdue() -> None:
    expected = cases(5, 100).expect(
        DurationKey(KEY.stage, KEY.goal, ROUTE, KEY.slot + 1), NOON - DAY, NOON
    )
    assert expected is None or not expected.overdue


def test_few_cases_promise_later_than_many_of_the_same() -> None:
    spread = [Observation(KEY, hours * 3600, NOON, 1) for hours in range(1, 31)]
    few, many = DurationModel(learn(spread)), DurationModel(learn(spread * 40))
    one, other = (each.expect(KEY, NOON, NOON) for each in (few, many))
    assert one is not None
    assert other is not None
    assert one.usual_at is not None
    assert other.usual_at is not None
    assert one.usual_at > other.usual_at


def test_learning_one_by_one_is_learning_at_once() -> None:
    seen = [Observation(KEY, hours * 3600, NOON - hours * DAY, 1) for hours in range(1, 40)]
    model = DurationModel()
    for each in seen:
        model.add(learn([each]))
    for key, sketch in learn(seen).items():
        found = model.sketch(key)
        assert found is not None
        assert found.buckets == sketch.buckets
        assert total_weight(found) == pytest.approx(total_weight(sketch))
