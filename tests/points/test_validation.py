"""A timetable that cannot be computed with is refused, field by field."""

from datetime import UTC, date, time, timedelta

import pytest
from msgspec.structs import replace

from gotovo.points.hours import Hours
from gotovo.points.timetable import ExceptionalDay, Week, every_day
from gotovo.points.validation import (
    EXCEPTIONS_MAX,
    OPENINGS_MAX,
    InvalidSetting,
    timetable_errors,
)

TIMETABLE = every_day("Asia/Yekaterinburg", time(10), time(20))


def test_hours_that_follow_each_other_and_end_at_midnight_are_fine() -> None:
    hours = (Hours(time(), time(2)), Hours(time(2), time(13)), Hours(time(22), time()))
    assert timetable_errors(replace(TIMETABLE, week=(hours, (), (), (), (), (), hours))) == ()


@pytest.mark.parametrize(
    ("hours", "value", "expected"),
    [
        (
            (Hours(time(10), time(10)), Hours(time(12), time(14))),
            "10:00-10:00",
            "the day's last hours, as they close on the next day",
        ),
        (
            (Hours(time(20), time(2)), Hours(time(22), time())),
            "20:00-02:00",
            "the day's last hours, as they close on the next day",
        ),
        (
            (Hours(time(10), time(14)), Hours(time(13), time(20))),
            "13:00-20:00",
            "opens at or after 14:00",
        ),
        (
            (Hours(time(14), time(20)), Hours(time(9), time(13))),
            "09:00-13:00",
            "opens at or after 20:00",
        ),
        (
            (Hours(time(10, tzinfo=UTC), time(20)),),
            "10:00-20:00",
            "times without a zone",
        ),
    ],
)
def test_hours_out_of_order_are_refused_in_the_week_and_in_exceptions(
    hours: tuple[Hours, ...], value: str, expected: str
) -> None:
    week = (*TIMETABLE.week[:6], hours)
    in_week = timetable_errors(replace(TIMETABLE, week=week))
    assert in_week == (InvalidSetting("timetable.week[6]", value, expected),)
    exceptions = {date(2025, 12, 31): ExceptionalDay(hours, "")}
    in_exceptions = timetable_errors(replace(TIMETABLE, exceptions=exceptions))
    assert in_exceptions == (
        InvalidSetting("timetable.exceptions.2025-12-31.hours", value, expected),
    )


def test_more_exceptions_or_openings_than_anybody_reads_are_refused() -> None:
    new_year = date(2027, 1, 1)
    days = [new_year + timedelta(days=n) for n in range(EXCEPTIONS_MAX + 1)]
    timetable = replace(TIMETABLE, exceptions={day: ExceptionalDay((), "") for day in days})
    assert timetable_errors(timetable) == (
        InvalidSetting("timetable.exceptions", "1001", "0..1000"),
    )
    minutes = tuple(Hours(time(10, n), time(10, n + 1)) for n in range(0, 2 * OPENINGS_MAX + 2, 2))
    often = replace(TIMETABLE, week=(minutes, *TIMETABLE.week[1:]))
    assert timetable_errors(often) == (InvalidSetting("timetable.week[0]", "13", "0..12 openings"),)


def test_hours_over_midnight_and_round_the_clock_are_fine() -> None:
    for opens, closes in ((time(22), time(2)), (time(), time()), (time(10), time(10))):
        timetable = every_day("Asia/Yekaterinburg", opens, closes)
        assert timetable_errors(timetable) == ()


NIGHT = (Hours(time(22), time(2)),)
EARLY = (Hours(time(1), time(5)),)


@pytest.mark.parametrize(
    ("week", "weekday"),
    [((NIGHT, EARLY, (), (), (), (), ()), 1), ((EARLY, (), (), (), (), (), NIGHT), 0)],
)
def test_hours_over_those_of_the_night_before_are_refused(week: Week, weekday: int) -> None:
    expected = InvalidSetting(
        f"timetable.week[{weekday}]", "01:00-05:00", "opens at or after 02:00"
    )
    assert timetable_errors(replace(TIMETABLE, week=week)) == (expected,)


def test_an_exception_over_the_days_beside_it_is_refused() -> None:
    week = (NIGHT, (), EARLY, (), (), (), ())
    monday, tuesday = date(2025, 12, 29), date(2025, 12, 30)
    timetable = replace(TIMETABLE, week=week)

    def refused(*exceptions: tuple[date, tuple[Hours, ...]]) -> list[tuple[str, str, str]]:
        days = {day: ExceptionalDay(hours, "") for day, hours in exceptions}
        errors = timetable_errors(replace(timetable, exceptions=days))
        return [(error.field, error.value, error.expected) for error in errors]

    field = "timetable.exceptions.2025-12-30.hours"
    assert refused((tuesday, EARLY)) == [(field, "01:00-05:00", "opens at or after 02:00")]
    assert refused((tuesday, NIGHT)) == [(field, "22:00-02:00", "closes by 01:00 of the next day")]
    assert refused((monday, ()), (tuesday, EARLY)) == []


def test_every_opening_within_an_earlier_one_is_refused() -> None:
    hours = (Hours(time(10), time(20)), Hours(time(11), time(12)), Hours(time(13), time(14)))
    errors = timetable_errors(replace(TIMETABLE, week=(hours, (), (), (), (), (), ())))
    assert [error.value for error in errors] == ["11:00-12:00", "13:00-14:00"]


@pytest.mark.parametrize("country", ["XX", "ru", "Russia"])
def test_a_country_whose_days_off_are_unknown_is_refused(country: str) -> None:
    errors = timetable_errors(replace(TIMETABLE, country=country))
    expected = "a country whose days off are known"
    assert errors == (InvalidSetting("timetable.country", country, expected),)


def test_days_off_need_a_country() -> None:
    (error,) = timetable_errors(replace(TIMETABLE, closed_on_holidays=True))
    assert error.field == "timetable.country"


@pytest.mark.parametrize("name", ["localtime", "Factory", "Etc/GMT+3", "Kazan"])
def test_a_time_zone_that_is_no_place_is_refused(name: str) -> None:
    (error,) = timetable_errors(replace(TIMETABLE, time_zone=name))
    expected = "a place like Europe/Moscow, or UTC"
    assert error == InvalidSetting("timetable.time_zone", name, expected)


@pytest.mark.parametrize("day", [date.min, date(1999, 12, 31), date(2200, 1, 1), date.max])
def test_an_exception_of_another_age_is_refused(day: date) -> None:
    exceptions = {day: ExceptionalDay((), "repairs")}
    (error,) = timetable_errors(replace(TIMETABLE, exceptions=exceptions))
    assert error == InvalidSetting(f"timetable.exceptions.{day}", str(day), "2000..2199")


def test_a_reason_that_no_page_can_show_is_refused() -> None:
    exceptions = {date(2026, 12, 31): ExceptionalDay((), "x" * 201)}
    (error,) = timetable_errors(replace(TIMETABLE, exceptions=exceptions))
    assert (error.field, error.expected) == (
        "timetable.exceptions.2026-12-31.reason",
        "0..200 characters",
    )


@pytest.mark.parametrize("opens", [time(10, 0, 30), time(10, 0, 0, 1)])
def test_hours_are_whole_minutes_as_people_see_them(opens: time) -> None:
    week = ((Hours(opens, time(20)),), (), (), (), (), (), ())
    (error,) = timetable_errors(replace(TIMETABLE, week=week))
    assert (error.field, error.expected) == ("timetable.week[0]", "whole minutes")
    assert error.value == f"{opens}-20:00:00"
