"""Hours that touch are one opening, on the day it begins; a long one is divided at midnight."""

from datetime import time, timedelta

import pytest

from gotovo.points.hours import (
    WHOLE_DAY,
    Day,
    Hours,
    ends_next_day,
    interval,
    joined_hours,
    reaches_midnight,
)

NIGHT = (Hours(time(22), time(2)),)
EVENING = (Hours(time(22), time()),)
SMALL_HOURS = (Hours(time(), time(2)),)
NOON_TO_NOON = (Hours(time(12), time(12)),)


def test_hours_that_close_no_later_than_they_open_close_on_the_next_day() -> None:
    assert interval(NIGHT[0]) == (timedelta(hours=22), timedelta(hours=26))
    assert interval(NOON_TO_NOON[0]) == (timedelta(hours=12), timedelta(hours=36))
    assert interval(WHOLE_DAY[0]) == (timedelta(), timedelta(hours=24))
    assert not ends_next_day(SMALL_HOURS[0])


def test_only_the_last_hours_of_a_day_reach_midnight() -> None:
    assert reaches_midnight((*SMALL_HOURS, *EVENING))
    assert not reaches_midnight(SMALL_HOURS)
    assert not reaches_midnight(())


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (((), (), NIGHT, ()), NIGHT),
        (((), (), EVENING, SMALL_HOURS), NIGHT),
        (((), NIGHT, (), ()), ()),
        (((), EVENING, SMALL_HOURS, ()), ()),
        (((), EVENING, (*SMALL_HOURS, *EVENING), SMALL_HOURS), NIGHT),
        (((), (), SMALL_HOURS, ()), SMALL_HOURS),
        (
            ((), (), (Hours(time(10), time(14)), Hours(time(14), time(20))), ()),
            (Hours(time(10), time(20)),),
        ),
        (
            ((), (), NIGHT, (Hours(time(2), time(10)),)),
            (Hours(time(22), time(10)),),
        ),
    ],
)
def test_what_touches_is_one_opening_of_the_day_it_begins_on(
    days: tuple[Day, Day, Day, Day], expected: Day
) -> None:
    assert joined_hours(*days) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (((), (), WHOLE_DAY, ()), WHOLE_DAY),
        ((WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY), WHOLE_DAY),
        ((NOON_TO_NOON, NOON_TO_NOON, NOON_TO_NOON, NOON_TO_NOON), WHOLE_DAY),
        (((), (), NOON_TO_NOON, ()), (Hours(time(12), time()),)),
        (((), NOON_TO_NOON, (), ()), (Hours(time(), time(12)),)),
        ((NIGHT, (Hours(time(2), time(0, 30)),), (), ()), (Hours(time(), time(0, 30)),)),
        (((), WHOLE_DAY, SMALL_HOURS, ()), SMALL_HOURS),
    ],
)
def test_an_opening_of_24_hours_or_more_has_a_part_of_each_day(
    days: tuple[Day, Day, Day, Day], expected: Day
) -> None:
    assert joined_hours(*days) == expected
