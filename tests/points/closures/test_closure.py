"""Closures take the hours of their days, whatever the week or an exception says of them."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from gotovo.points.closures.closure import Closure, starts
from gotovo.points.hours import Hours
from gotovo.points.timetable import (
    ExceptionalDay,
    every_day,
    is_closed_exceptionally,
    is_working_day,
    next_period,
    opens_again,
    written_hours,
)

DAY = timedelta(days=1)
TUESDAY = date(2026, 12, 1)
MOSCOW = "Europe/Moscow"
WEEK = every_day(MOSCOW, time(10), time(21))


def closure(first: int = 0, last: int | None = 2, at: time | None = None) -> Closure:
    ends = None if last is None else TUESDAY + last * DAY
    return Closure(id=UUID(int=1), starts_on=TUESDAY + first * DAY, starts_at=at, ends_on=ends)


def test_both_ends_are_closed_and_the_days_beside_them_are_not() -> None:
    timetable = replace(WEEK, closures=(closure(),))
    open_days = [n for n in range(-1, 5) if is_working_day(timetable, TUESDAY + n * DAY)]
    assert open_days == [-1, 3, 4]
    assert is_closed_exceptionally(timetable, TUESDAY + DAY)


def test_an_exception_that_opens_a_day_does_not_open_a_closed_point() -> None:
    longer = {TUESDAY: ExceptionalDay((Hours(time(8), time(23)),), "перед праздником")}
    timetable = replace(WEEK, exceptions=longer, closures=(closure(),))
    assert written_hours(timetable, TUESDAY) == ()
    assert written_hours(replace(timetable, closures=()), TUESDAY) == longer[TUESDAY].hours


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (time(16), (Hours(time(10), time(16)),)),
        (time(21), (Hours(time(10), time(21)),)),
        (time(23), (Hours(time(10), time(21)),)),
        (time(10), ()),
        (time(9), ()),
    ],
)
def test_from_an_hour_on_the_first_day_keeps_the_hours_before_it(
    at: time, left: tuple[Hours, ...]
) -> None:
    timetable = replace(WEEK, closures=(closure(at=at),))
    assert written_hours(timetable, TUESDAY) == left
    assert written_hours(timetable, TUESDAY + DAY) == ()


def test_hours_over_midnight_end_where_the_closure_begins() -> None:
    night = every_day(MOSCOW, time(18), time(2))
    timetable = replace(night, closures=(closure(at=time(22)),))
    assert written_hours(timetable, TUESDAY) == (Hours(time(18), time(22)),)


def test_until_further_notice_nothing_opens_and_no_day_is_counted() -> None:
    timetable = replace(WEEK, closures=(closure(last=None),))
    noon = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert next_period(timetable, noon) is None
    assert not opens_again(timetable, noon)
    assert not is_closed_exceptionally(timetable, TUESDAY + 20 * DAY)


def test_it_begins_at_midnight_of_the_point_or_at_its_hour() -> None:
    assert starts(closure(), MOSCOW) == datetime(2026, 11, 30, 21, tzinfo=UTC)
    assert starts(closure(at=time(16)), MOSCOW) == datetime(2026, 12, 1, 13, tzinfo=UTC)
