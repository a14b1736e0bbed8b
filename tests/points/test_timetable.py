"""A timetable says when a place is open, as dates, as hours and as instants."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from msgspec.structs import replace

from gotovo.points.hours import Hours
from gotovo.points.timetable import (
    SHUT_DAYS_MAX,
    ExceptionalDay,
    Period,
    Timetable,
    closed_days,
    every_day,
    first_working_day,
    hours_on,
    is_closed_exceptionally,
    is_open,
    is_working_day,
    keeps_to_week,
    last_night_until,
    next_period,
    periods_from,
    periods_on,
    written_hours,
)
from gotovo.points.validation import timetable_errors
from tests.support.points.timetables import (
    INSTANTS,
    is_open_by_the_week,
    split_at_midnight,
    timetables,
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


def test_a_repeated_hour_between_two_openings_leaves_no_time_between_them() -> None:
    nights = (Hours(time(1), time(2, 10)), Hours(time(2, 30), time(4)))
    timetable = replace(AROUND_THE_CLOCK, week=(nights,) * 7)
    (period,) = periods_on(timetable, date(2025, 10, 26))
    assert period == Period(utc("2025-10-25T23:00"), utc("2025-10-26T03:00"))
    assert len(periods_on(timetable, date(2025, 10, 27))) == 2


def test_what_a_clock_change_leaves_between_two_days_is_one_period() -> None:
    """In the night to 26 October 2025 two o'clock is shown twice."""
    hours = (Hours(time(2, 10), time(20)), Hours(time(23), time(2)))
    timetable = replace(AROUND_THE_CLOCK, week=(hours,) * 7)
    period = next_period(timetable, utc("2025-10-25T23:30"))
    assert period == Period(utc("2025-10-25T21:00"), utc("2025-10-26T19:00"))


BAR = every_day("Europe/Moscow", time(22), time(2))


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    saturday = date(2025, 11, 22)
    night = Period(utc("2025-11-22T19:00"), utc("2025-11-22T23:00"))
    assert periods_on(BAR, saturday) == (night,)
    assert next_period(BAR, utc("2025-11-22T22:00")) == night
    assert last_night_until(BAR, utc("2025-11-22T22:59")) == time(2)
    assert last_night_until(BAR, utc("2025-11-22T23:00")) is None
    assert last_night_until(BAR, utc("2025-11-22T20:00")) is None
    only_saturday = replace(BAR, week=((), (), (), (), (), BAR.week[5], ()))
    assert not is_working_day(only_saturday, date(2025, 11, 23))
    assert is_open(only_saturday, utc("2025-11-22T22:00"))


def test_closing_a_day_leaves_the_night_that_began_before_it() -> None:
    closed = replace(BAR, exceptions={date(2025, 11, 23): ExceptionalDay((), "repairs")})
    assert is_open(closed, utc("2025-11-22T22:00"))
    assert not is_open(closed, utc("2025-11-23T20:00"))
    assert is_closed_exceptionally(closed, date(2025, 11, 23))


def test_an_exception_opens_a_day_that_the_week_closes() -> None:
    sunday = date(2025, 11, 23)
    opened = replace(OFFICE, exceptions={sunday: ExceptionalDay(TEN_TO_EIGHT, "sale")})
    assert is_working_day(opened, sunday)
    assert first_working_day(opened, date(2025, 11, 22)) == sunday
    assert closed_days(opened, date(2025, 11, 22), date(2025, 11, 25)) == (date(2025, 11, 22),)
    assert not is_closed_exceptionally(opened, sunday)
    assert next_period(opened, utc("2025-11-22T08:00")) == Period(
        utc("2025-11-23T07:00"), utc("2025-11-23T17:00")
    )


def test_round_the_clock_has_a_period_for_each_day_without_looking_far() -> None:
    periods = list(islice(periods_from(AROUND_THE_CLOCK, utc("2025-11-22T08:00")), 800))
    assert len(periods) == 800
    assert all(a.end == b.start for a, b in pairwise(periods))


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


@given(timetable=timetables(), instant=INSTANTS)
def test_periods_are_apart_and_in_order_and_only_days_of_a_long_opening_touch(
    timetable: Timetable, instant: datetime
) -> None:
    """Rule 4.2."""
    periods = list(islice(periods_from(timetable, instant), 6))
    assert all(period.start < period.end for period in periods)
    assert all(period.end > instant for period in periods)
    for a, b in pairwise(periods):
        assert a.end <= b.start
        if a.end == b.start:
            assert local_time(timetable, a.end) == time() or b.end - a.start >= timedelta(days=1)


@given(timetable=timetables(), instant=INSTANTS)
def test_periods_hold_exactly_what_the_week_and_its_exceptions_say(
    timetable: Timetable, instant: datetime
) -> None:
    """Rule 4.2."""
    expected = is_open_by_the_week(timetable, instant)
    assert is_open(timetable, instant) is expected
    period = next_period(timetable, instant)
    assert (period is not None and period.start <= instant) is expected
    for found in islice(periods_from(timetable, instant), 4):
        assert is_open_by_the_week(timetable, found.start)
        assert is_open_by_the_week(timetable, found.end - timedelta(seconds=1))
        middle = found.start + (found.end - found.start) / 2
        assert is_open_by_the_week(timetable, middle)
    for a, b in pairwise(islice(periods_from(timetable, instant), 4)):
        assert a.end == b.start or not is_open_by_the_week(timetable, a.end)


@given(timetable=timetables(), instant=INSTANTS)
def test_a_place_that_keeps_to_its_week_has_no_other_hours_on_any_date(
    timetable: Timetable, instant: datetime
) -> None:
    """Rule 4.2."""
    dates = [instant.date() + timedelta(days=ahead) for ahead in range(400)]
    differs = any(written_hours(timetable, day) != timetable.week[day.weekday()] for day in dates)
    assert not (keeps_to_week(timetable) and differs)


def test_exceptions_and_days_off_depart_from_the_week() -> None:
    assert keeps_to_week(POINT)
    day = date(2025, 11, 22)
    assert not keeps_to_week(replace(POINT, exceptions={day: ExceptionalDay((), "inventory")}))
    assert keeps_to_week(replace(POINT, country="RU"))
    assert not keeps_to_week(replace(POINT, country="RU", closed_on_holidays=True))


@given(timetable=timetables(exceptions_max=0), instant=INSTANTS)
def test_hours_written_over_midnight_or_as_two_openings_are_the_same(
    timetable: Timetable, instant: datetime
) -> None:
    split = split_at_midnight(timetable)
    today = instant.date()
    for day in (today + timedelta(days=ahead) for ahead in range(7)):
        assert hours_on(split, day) == hours_on(timetable, day)
    assert next_period(split, instant) == next_period(timetable, instant)


@given(timetable=timetables())
def test_timetables_of_the_properties_are_valid(timetable: Timetable) -> None:
    assert timetable_errors(timetable) == ()


def local_time(timetable: Timetable, instant: datetime) -> time:
    return instant.astimezone(ZoneInfo(timetable.time_zone)).time()
