"""The storage deadline follows the rule of the product, and anyone can compute it again."""

from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gotovo.points.hours import Hours
from gotovo.points.point import Point
from gotovo.points.storage_term import StorageDeadline, recompute, storage_deadline
from gotovo.points.timetable import (
    ExceptionalDay,
    Timetable,
    Week,
    every_day,
    is_open,
    periods_from,
)
from tests.support.points.timetables import INSTANTS as YEAR_2024
from tests.support.points.timetables import timetables

DAY = timedelta(days=1)
CLOSED = ExceptionalDay((), "repairs")
DAILY = every_day("Europe/Moscow", time(10), time(20))
WEEKDAY = (Hours(time(9), time(13)), Hours(time(14), time(21)))
SHOP = Timetable(
    "Europe/Berlin",
    (WEEKDAY, WEEKDAY, WEEKDAY, WEEKDAY, WEEKDAY, (Hours(time(10), time(17)),), ()),
    country="DE",
    closed_on_holidays=True,
)
KIOSK = every_day("America/New_York", time(), time())
URAL = replace(
    every_day("Asia/Yekaterinburg", time(12), time()), country="RU", closed_on_holidays=True
)


def at(text: str) -> datetime:
    """Read an instant; the examples are written with the point's own offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


def point(timetable: Timetable, *closed: date) -> Point:
    exceptions = timetable.exceptions | dict.fromkeys(closed, CLOSED)
    return Point(
        code="KZN-1",
        title="Кремлёвская",
        address="Казань, Кремлёвская, 1",
        timetable=replace(timetable, exceptions=exceptions),
        warehouse="KZN",
    )


def test_seven_days_are_seven_times_24_hours() -> None:
    deadline = storage_deadline(point(DAILY), at("2025-11-22T14:05:30+03:00"), 7)
    assert deadline.at == at("2025-11-29T14:05:30+03:00")
    assert deadline.rule.moved_because is None


def test_a_deadline_on_a_closed_day_moves_to_the_end_of_the_next_opening() -> None:
    """The example of the product (rule 4.2)."""
    kazan = point(DAILY, date(2025, 11, 29))
    deadline = storage_deadline(kazan, at("2025-11-22T14:05+03:00"), 7)
    assert deadline.at == at("2025-11-30T20:00+03:00")
    assert deadline.rule.moved_because == "closed"
    assert deadline.rule.closed_dates_passed == (date(2025, 11, 29),)


def test_each_closed_day_on_the_way_adds_24_hours() -> None:
    kazan = point(DAILY, date(2025, 11, 24), date(2025, 11, 26))
    deadline = storage_deadline(kazan, at("2025-11-22T14:05+03:00"), 7)
    assert deadline.at == at("2025-12-01T14:05+03:00")
    assert deadline.rule.closed_dates == (date(2025, 11, 24), date(2025, 11, 26))


def test_closed_days_reached_only_through_additions_add_too() -> None:
    kazan = point(DAILY, date(2025, 11, 28), date(2025, 11, 29), date(2025, 11, 30))
    deadline = storage_deadline(kazan, at("2025-11-22T14:05+03:00"), 7)
    assert deadline.at == at("2025-12-02T14:05+03:00")


def test_the_first_day_adds_nothing_even_when_it_is_closed() -> None:
    kazan = point(DAILY, date(2025, 11, 22))
    deadline = storage_deadline(kazan, at("2025-11-22T14:05+03:00"), 7)
    assert deadline.at == at("2025-11-29T14:05+03:00")


def test_a_weekly_day_off_adds_nothing() -> None:
    deadline = storage_deadline(point(SHOP), at("2025-11-20T12:00+01:00"), 7)
    assert deadline.at == at("2025-11-27T12:00+01:00")


def test_a_weekly_day_off_at_the_end_moves_the_deadline() -> None:
    deadline = storage_deadline(point(SHOP), at("2025-11-22T12:00+01:00"), 8)
    assert deadline.at == at("2025-12-01T13:00+01:00")
    assert deadline.rule.closed_dates_passed == (date(2025, 11, 30),)


def test_outside_hours_it_moves_to_the_end_of_the_next_period_not_of_the_day() -> None:
    shop = point(SHOP)
    before_opening = storage_deadline(shop, at("2025-11-20T07:30+01:00"), 7)
    assert before_opening.at == at("2025-11-27T13:00+01:00")
    at_lunch = storage_deadline(shop, at("2025-11-20T13:30+01:00"), 7)
    assert at_lunch.at == at("2025-11-27T21:00+01:00")
    after_closing = storage_deadline(shop, at("2025-11-20T21:00:01+01:00"), 7)
    assert after_closing.at == at("2025-11-28T13:00+01:00")
    assert after_closing.rule.moved_because == "outside_hours"


@pytest.mark.parametrize("wall", ["10:00", "20:00"])
def test_opening_and_closing_time_are_within_opening_hours(wall: str) -> None:
    deadline = storage_deadline(point(DAILY), at(f"2025-11-22T{wall}+03:00"), 7)
    assert deadline.at == at(f"2025-11-29T{wall}+03:00")


def test_midnight_is_within_the_hours_of_a_point_that_closes_then() -> None:
    deadline = storage_deadline(point(URAL), at("2025-11-22T00:00+05:00"), 7)
    assert deadline.at == at("2025-11-29T00:00+05:00")


BAR = every_day("Europe/Moscow", time(22), time(2))


@pytest.mark.parametrize(
    "week",
    [
        BAR.week,
        ((Hours(time(), time(2)), Hours(time(22), time())),) * 7,
    ],
)
def test_hours_over_midnight_are_one_opening(week: Week) -> None:
    """Rule 4.2."""
    bar = point(replace(BAR, week=week))
    before_opening = storage_deadline(bar, at("2025-11-22T19:00+03:00"), 7)
    assert before_opening.at == at("2025-11-30T02:00+03:00")
    at_midnight = storage_deadline(bar, at("2025-11-22T00:00+03:00"), 7)
    assert at_midnight.at == at("2025-11-29T00:00+03:00")
    after_closing = storage_deadline(bar, at("2025-11-22T02:01+03:00"), 7)
    assert after_closing.at == at("2025-11-30T02:00+03:00")


def test_at_a_place_that_never_closes_no_deadline_moves() -> None:
    for wall in ("00:00", "14:05", "23:59"):
        deadline = storage_deadline(point(KIOSK), at(f"2025-11-12T{wall}-05:00"), 7)
        assert deadline.at == at(f"2025-11-19T{wall}-05:00")


def test_after_a_closed_day_round_the_clock_counts_until_its_first_day_ends() -> None:
    deadline = storage_deadline(point(KIOSK, date(2025, 11, 19)), at("2025-11-12T14:05-05:00"), 7)
    assert deadline.at == at("2025-11-21T00:00-05:00")
    assert deadline.rule.moved_because == "closed"


def test_an_exception_that_opens_a_weekly_day_off_ends_the_wait() -> None:
    """30 November 2025 is a Sunday."""
    sale = ExceptionalDay((Hours(time(12), time(15)),), "sale")
    open_on_sunday = replace(SHOP, exceptions={date(2025, 11, 30): sale})
    inside = storage_deadline(point(open_on_sunday), at("2025-11-22T12:30+01:00"), 8)
    assert inside.at == at("2025-11-30T12:30+01:00")
    before = storage_deadline(point(open_on_sunday), at("2025-11-22T11:00+01:00"), 8)
    assert before.at == at("2025-11-30T15:00+01:00")
    assert before.rule.moved_because == "outside_hours"


def test_the_russian_new_year_holidays_extend_storage() -> None:
    """31 December 2025 and 1 to 9 January 2026 were days off: ten of them."""
    kazan = point(replace(DAILY, country="RU", closed_on_holidays=True))
    deadline = storage_deadline(kazan, at("2025-12-30T14:05+03:00"), 7)
    assert len(deadline.rule.closed_dates) == 10
    assert deadline.at == at("2026-01-16T14:05+03:00")


def test_a_transferred_day_off_at_the_end_moves_the_deadline() -> None:
    """Monday 29 and Tuesday 30 April 2024 were days off, 1 May is one every year."""
    kazan = point(replace(DAILY, country="RU", closed_on_holidays=True))
    deadline = storage_deadline(kazan, at("2024-04-22T14:05+03:00"), 7)
    assert deadline.at == at("2024-05-02T20:00+03:00")


@pytest.mark.parametrize(
    ("timetable", "ready", "expected"),
    [
        (SHOP, "2025-03-27T12:00+01:00", "2025-04-03T13:00+02:00"),
        (SHOP, "2025-10-23T12:00+02:00", "2025-10-30T11:00+01:00"),
        (KIOSK, "2025-03-06T14:05-05:00", "2025-03-13T15:05-04:00"),
        (KIOSK, "2025-10-30T14:05-04:00", "2025-11-06T13:05-05:00"),
    ],
)
def test_a_day_is_24_hours_through_clock_changes(
    timetable: Timetable, ready: str, expected: str
) -> None:
    deadline = storage_deadline(point(timetable), at(ready), 7)
    assert deadline.at == at(expected)


def test_closing_is_by_the_clock_of_the_day_after_the_clock_change() -> None:
    deadline = storage_deadline(point(SHOP), at("2025-03-27T13:30+01:00"), 7)
    assert deadline.rule.term_ends_at == at("2025-04-03T14:30+02:00")
    deadline = storage_deadline(point(SHOP), at("2025-03-27T20:30+01:00"), 7)
    assert deadline.at == at("2025-04-04T13:00+02:00")


def test_an_extension_lengthens_the_term_from_the_same_moment() -> None:
    kazan = point(DAILY, date(2025, 11, 29))
    deadline = storage_deadline(kazan, at("2025-11-22T14:05+03:00"), 7, 3)
    assert deadline.at == at("2025-12-03T14:05+03:00")
    assert (deadline.rule.days, deadline.rule.extended_days) == (7, 3)


def test_an_extension_never_ends_earlier_than_without_it() -> None:
    """Eight days end on a closed Sunday and move to Monday 13:00; nine end on Monday 12:00."""
    ready = at("2025-11-22T12:00+01:00")
    deadline = storage_deadline(point(SHOP), ready, 8, 1)
    assert deadline.at == storage_deadline(point(SHOP), ready, 8).at
    assert deadline.rule.moved_because == "unextended"


def test_a_point_that_does_not_open_again_leaves_the_decision_to_a_person() -> None:
    shut = Timetable("Europe/Moscow", ((), (), (), (), (), (), ()))
    deadline = storage_deadline(point(shut), at("2025-11-22T14:05+03:00"), 7)
    assert not deadline.rule.opens_again
    assert deadline.at == at("2025-11-29T14:05+03:00")


def test_a_point_closed_day_after_day_still_gets_a_deadline() -> None:
    first = date(2025, 11, 23)
    kazan = point(DAILY, *(first + timedelta(days=day) for day in range(1_000)))
    deadline = storage_deadline(kazan, at("2025-11-22T14:05+03:00"), 7)
    assert not deadline.rule.opens_again
    assert deadline.at == at("2025-11-29T14:05+03:00") + 400 * DAY


def test_a_deadline_survives_json_with_its_rule() -> None:
    kazan = point(DAILY, date(2025, 11, 24), date(2025, 11, 30))
    deadline = storage_deadline(kazan, at("2025-11-22T14:05+03:00"), 7, 3)
    assert msgspec.json.decode(msgspec.json.encode(deadline), type=StorageDeadline) == deadline


INSTANTS = st.datetimes(
    min_value=datetime.fromisoformat("2023-01-01"),
    max_value=datetime.fromisoformat("2026-12-01"),
    timezones=st.just(UTC),
)
TIMETABLES = st.sampled_from((DAILY, SHOP, KIOSK, URAL, BAR))
SAME_EACH_DAY = st.sampled_from((DAILY, KIOSK, URAL, BAR))
TERMS = st.integers(min_value=1, max_value=30)
CLOSURES = st.sets(st.integers(min_value=0, max_value=40), max_size=15)


@given(timetable=timetables(), ready_at=YEAR_2024, days=TERMS)
def test_a_deadline_is_never_early_and_lies_in_an_opening_of_any_timetable(
    timetable: Timetable, ready_at: datetime, days: int
) -> None:
    """Rule 4.2."""
    deadline = storage_deadline(point(timetable), ready_at, days)
    assert deadline.at >= ready_at + days * DAY
    if deadline.rule.opens_again:
        before, there = deadline.at - timedelta(microseconds=1), deadline.at
        assert is_open(timetable, before) or is_open(timetable, there)


def closed_after(timetable: Timetable, ready_at: datetime, closures: set[int]) -> Point:
    return point(timetable, *(ready_at.date() + timedelta(days=days) for days in closures))


@given(timetable=TIMETABLES, ready_at=INSTANTS, days=TERMS, closures=CLOSURES)
def test_nobody_gets_less_than_the_term(
    timetable: Timetable, ready_at: datetime, days: int, closures: set[int]
) -> None:
    deadline = storage_deadline(closed_after(timetable, ready_at, closures), ready_at, days)
    assert deadline.at >= ready_at + (days + len(deadline.rule.closed_dates)) * DAY
    assert deadline.at == deadline.rule.deadline


@given(timetable=TIMETABLES, ready_at=INSTANTS, days=TERMS, closures=CLOSURES)
def test_a_deadline_is_always_in_opening_hours_and_a_moved_one_at_their_end(
    timetable: Timetable, ready_at: datetime, days: int, closures: set[int]
) -> None:
    where = closed_after(timetable, ready_at, closures)
    deadline = storage_deadline(where, ready_at, days)
    just_before = deadline.at - timedelta(microseconds=1)
    period = next(periods_from(where.timetable, just_before))
    assert period.start <= deadline.at <= period.end
    if deadline.rule.moved_because is not None:
        assert deadline.at == period.end
        assert period.start > deadline.rule.term_ends_at


@given(
    timetable=TIMETABLES,
    ready_at=INSTANTS,
    days=TERMS,
    extended_days=st.integers(min_value=0, max_value=7),
    closures=CLOSURES,
)
def test_anyone_who_recomputes_a_rule_gets_the_same_deadline(
    timetable: Timetable, ready_at: datetime, days: int, extended_days: int, closures: set[int]
) -> None:
    where = closed_after(timetable, ready_at, closures)
    deadline = storage_deadline(where, ready_at, days, extended_days)
    stored = msgspec.json.decode(msgspec.json.encode(deadline), type=StorageDeadline)
    assert recompute(stored.rule, where) == deadline


@given(timetable=SAME_EACH_DAY, ready_at=INSTANTS, days=TERMS, closures=CLOSURES)
def test_a_longer_term_never_ends_earlier_where_every_day_is_alike(
    timetable: Timetable, ready_at: datetime, days: int, closures: set[int]
) -> None:
    where = closed_after(timetable, ready_at, closures)
    assert (
        storage_deadline(where, ready_at, days).at <= storage_deadline(where, ready_at, days + 1).at
    )


@given(
    timetable=TIMETABLES,
    ready_at=INSTANTS,
    days=TERMS,
    extended_days=st.integers(min_value=1, max_value=7),
    closures=CLOSURES,
)
def test_an_extension_never_takes_time_away(
    timetable: Timetable, ready_at: datetime, days: int, extended_days: int, closures: set[int]
) -> None:
    where = closed_after(timetable, ready_at, closures)
    extended = storage_deadline(where, ready_at, days, extended_days)
    assert extended.at >= storage_deadline(where, ready_at, days).at
