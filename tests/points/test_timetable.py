"""A timetable says when a place is open, as dates, as hours and as instants."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gotovo.points.timetable import (
    SHUT_DAYS_MAX,
    ExceptionalDay,
    Hours,
    Period,
    Timetable,
    closed_days,
    every_day,
    first_working_day,
    hours_on,
    is_closed_exceptionally,
    is_open,
    is_working_day,
    next_period,
    periods_from,
    periods_on,
)

TEN_TO_EIGHT = (Hours(time(10), time(20)),)
NINE_TO_SIX = (Hours(time(9), time(18)),)
POINT = every_day("Europe/Moscow", time(10), time(20))
OFFICE = Timetable(
    "Europe/Moscow",
    (NINE_TO_SIX, NINE_TO_SIX, NINE_TO_SIX, NINE_TO_SIX, (Hours(time(9), time(16)),), (), ()),
    country="RU",
    closed_on_holidays=True,
)
NEVER = Timetable("Europe/Moscow", ((), (), (), (), (), (), ()))
AROUND_THE_CLOCK = every_day("Europe/Berlin", time(), time())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_it_survives_json() -> None:
    timetable = replace(
        OFFICE, exceptions={date(2025, 11, 29): ExceptionalDay(TEN_TO_EIGHT, "sale")}
    )
    stored = msgspec.json.encode(timetable)
    assert msgspec.json.decode(stored, type=Timetable) == timetable


def test_an_exception_comes_before_holidays_and_the_week() -> None:
    timetable = replace(
        OFFICE,
        exceptions={
            date(2025, 1, 1): ExceptionalDay(TEN_TO_EIGHT, "on duty"),
            date(2025, 11, 24): ExceptionalDay((), "repairs"),
        },
    )
    assert hours_on(timetable, date(2025, 1, 1)) == TEN_TO_EIGHT
    assert hours_on(timetable, date(2025, 11, 24)) == ()


def test_holidays_close_only_a_place_that_follows_them() -> None:
    holiday = date(2025, 5, 2)
    assert not is_working_day(OFFICE, holiday)
    assert is_working_day(replace(OFFICE, closed_on_holidays=False), holiday)
    assert is_working_day(replace(OFFICE, country=None), holiday)


def test_a_worked_saturday_has_the_hours_of_friday() -> None:
    assert hours_on(OFFICE, date(2024, 4, 27)) == (Hours(time(9), time(16)),)
    assert hours_on(OFFICE, date(2024, 4, 29)) == ()
    assert hours_on(OFFICE, date(2024, 4, 20)) == ()


def test_a_worked_saturday_keeps_hours_of_its_own() -> None:
    saturday = (Hours(time(11), time(15)),)
    week = (*OFFICE.week[:5], saturday, ())
    assert hours_on(replace(OFFICE, week=week), date(2024, 12, 28)) == saturday


def test_only_a_day_that_the_week_opens_is_closed_exceptionally() -> None:
    assert is_closed_exceptionally(OFFICE, date(2025, 5, 2))
    assert not is_closed_exceptionally(OFFICE, date(2025, 5, 3))
    assert not is_closed_exceptionally(OFFICE, date(2025, 5, 5))


def test_the_first_working_day_after_new_year_is_the_ninth() -> None:
    assert first_working_day(OFFICE, date(2025, 1, 1)) == date(2025, 1, 9)
    assert first_working_day(OFFICE, date(2025, 1, 9)) == date(2025, 1, 9)


def test_closed_days_leave_out_the_end() -> None:
    closed = closed_days(OFFICE, date(2025, 1, 7), date(2025, 1, 11))
    assert closed == (date(2025, 1, 7), date(2025, 1, 8))


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2025-11-22T06:59:59.999999", False),
        ("2025-11-22T07:00:00", True),
        ("2025-11-22T16:59:59.999999", True),
        ("2025-11-22T17:00:00", False),
    ],
)
def test_it_is_open_from_the_opening_time_up_to_the_closing_time(
    instant: str, *, expected: bool
) -> None:
    assert is_open(POINT, utc(instant)) is expected


def test_a_lunch_break_makes_two_periods() -> None:
    halves = (Hours(time(10), time(13)), Hours(time(14), time(20)))
    timetable = replace(POINT, week=(halves,) * 7)
    assert periods_on(timetable, date(2025, 11, 22)) == (
        Period(utc("2025-11-22T07:00"), utc("2025-11-22T10:00")),
        Period(utc("2025-11-22T11:00"), utc("2025-11-22T17:00")),
    )
    assert not is_open(timetable, utc("2025-11-22T10:30"))


def test_midnight_closes_at_the_end_of_the_day() -> None:
    late = every_day("Asia/Yekaterinburg", time(12), time())
    assert periods_on(late, date(2025, 11, 22)) == (
        Period(utc("2025-11-22T07:00"), utc("2025-11-22T19:00")),
    )


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2025, 3, 30), 23), (date(2025, 6, 1), 24), (date(2025, 10, 26), 25)]
)
def test_around_the_clock_lasts_as_long_as_the_day(day: date, hours: int) -> None:
    (period,) = periods_on(AROUND_THE_CLOCK, day)
    assert period.end - period.start == timedelta(hours=hours)


def test_what_a_clock_change_swallows_is_no_period() -> None:
    night = every_day("Europe/Berlin", time(2, 10), time(2, 50))
    assert periods_on(night, date(2025, 3, 30)) == ()
    assert len(periods_on(night, date(2025, 3, 31))) == 1


def test_a_repeated_hour_between_two_openings_belongs_to_the_first() -> None:
    nights = (Hours(time(1), time(2, 30)), Hours(time(2, 30), time(4)))
    timetable = replace(AROUND_THE_CLOCK, week=(nights,) * 7)
    first, second = periods_on(timetable, date(2025, 10, 26))
    assert first.end == second.start == utc("2025-10-26T01:30")


def test_the_period_that_contains_an_instant_comes_first() -> None:
    periods = list(islice(periods_from(POINT, utc("2025-11-22T08:00")), 2))
    assert periods == [
        Period(utc("2025-11-22T07:00"), utc("2025-11-22T17:00")),
        Period(utc("2025-11-23T07:00"), utc("2025-11-23T17:00")),
    ]


def test_at_the_closing_time_the_next_period_comes_first() -> None:
    period = next_period(POINT, utc("2025-11-22T17:00"))
    assert period == Period(utc("2025-11-23T07:00"), utc("2025-11-23T17:00"))


def test_a_place_that_never_opens_has_no_periods() -> None:
    assert list(periods_from(NEVER, utc("2025-11-22T08:00"))) == []
    assert first_working_day(NEVER, date(2025, 11, 22)) is None


def test_the_search_ends_after_the_days_that_a_place_may_be_shut() -> None:
    first = date(2025, 11, 22)
    day_open = {first + timedelta(days=SHUT_DAYS_MAX - 1): ExceptionalDay(TEN_TO_EIGHT, "")}
    day_too_late = {first + timedelta(days=SHUT_DAYS_MAX): ExceptionalDay(TEN_TO_EIGHT, "")}
    start = utc("2025-11-22T08:00")
    assert len(list(periods_from(replace(NEVER, exceptions=day_open), start))) == 1
    assert list(periods_from(replace(NEVER, exceptions=day_too_late), start)) == []


def test_each_opening_begins_the_search_anew() -> None:
    days = [date(2025, 11, 22), date(2026, 11, 22), date(2027, 11, 22)]
    yearly = dict.fromkeys(days, ExceptionalDay(TEN_TO_EIGHT, "fair"))
    fair = replace(NEVER, exceptions=yearly)
    assert len(list(periods_from(fair, utc("2025-11-22T08:00")))) == len(days)


@given(
    timetable=st.sampled_from((POINT, OFFICE, AROUND_THE_CLOCK)),
    instant=st.datetimes(
        min_value=datetime.fromisoformat("2023-01-01"),
        max_value=datetime.fromisoformat("2026-12-01"),
        timezones=st.just(UTC),
    ),
)
def test_periods_follow_each_other_and_agree_with_being_open(
    timetable: Timetable, instant: datetime
) -> None:
    periods = list(islice(periods_from(timetable, instant), 5))
    assert all(period.start < period.end for period in periods)
    assert all(a.end <= b.start for a, b in pairwise(periods))
    assert periods[0].end > instant
    assert is_open(timetable, instant) == (periods[0].start <= instant)
