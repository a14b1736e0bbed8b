"""A timetable that cannot be computed with is refused, field by field."""

from datetime import UTC, date, time

import pytest
from msgspec.structs import replace

from gotovo.points.timetable import ExceptionalDay, Hours, every_day
from gotovo.points.validation import InvalidSetting, timetable_errors

TIMETABLE = every_day("Asia/Yekaterinburg", time(10), time(20))


def test_hours_that_follow_each_other_and_end_at_midnight_are_fine() -> None:
    hours = (Hours(time(), time(2)), Hours(time(2), time(13)), Hours(time(22), time()))
    assert timetable_errors(replace(TIMETABLE, week=(hours, (), (), (), (), (), hours))) == ()


@pytest.mark.parametrize(
    ("hours", "value", "expected"),
    [
        ((Hours(time(20), time(10)),), "20:00-10:00", "opens before closes"),
        ((Hours(time(10), time(10)),), "10:00-10:00", "opens before closes"),
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
    assert in_week == (InvalidSetting("timetable.week.6", value, expected),)
    exceptions = {date(2025, 12, 31): ExceptionalDay(hours, "")}
    in_exceptions = timetable_errors(replace(TIMETABLE, exceptions=exceptions))
    assert in_exceptions == (InvalidSetting("timetable.exceptions.2025-12-31", value, expected),)


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
