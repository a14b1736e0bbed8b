"""Opening hours of one day."""

from datetime import UTC, date, datetime, time

import pytest
from msgspec.structs import replace

from gotovo.points.hours import Day, Hours
from gotovo.points.timetable import Timetable, every_day
from gotovo.words.formats.opening_hours import (
    format_opening_hours,
    format_short_hours,
    format_todays_hours,
)

SATURDAY = date(2025, 11, 22)
SUNDAY = date(2025, 11, 23)
BAR = every_day("UTC", time(22), time(2))


def daily(*hours: Hours) -> Timetable:
    return replace(BAR, week=(hours,) * 7)


def only_on_saturday(hours: Day, sunday: Day = ()) -> Timetable:
    return replace(BAR, week=((), (), (), (), (), hours, sunday))


def test_hours_stand_in_order_and_end_at_24_00() -> None:
    timetable = daily(Hours(time(10), time(13)), Hours(time(14), time()))
    assert format_opening_hours(timetable, SATURDAY, "en") == "10:00–13:00, 14:00–24:00"
    assert not format_opening_hours(daily(), SATURDAY, "en")


@pytest.mark.parametrize(
    "timetable",
    [
        every_day("UTC", time(), time()),
        every_day("UTC", time(10), time(10)),
        daily(Hours(time(), time(12)), Hours(time(12), time())),
    ],
)
def test_a_place_that_never_closes_is_open_24_hours(timetable: Timetable) -> None:
    now = datetime(2025, 11, 22, 0, 30, tzinfo=UTC)
    assert format_opening_hours(timetable, SATURDAY, "en") == "open 24 hours"
    assert format_opening_hours(timetable, SATURDAY, "ru") == "круглосуточно"
    assert format_todays_hours(timetable, now, "en") == "open 24 hours"


@pytest.mark.parametrize(
    "timetable",
    [
        only_on_saturday((Hours(time(22), time(2)),)),
        only_on_saturday((Hours(time(22), time()),), (Hours(time(), time(2)),)),
    ],
)
def test_hours_over_midnight_stand_on_the_day_they_begin(timetable: Timetable) -> None:
    assert format_opening_hours(timetable, SATURDAY, "en") == "22:00–02:00"
    assert not format_opening_hours(timetable, SUNDAY, "en")


@pytest.mark.parametrize(
    ("clock", "english", "russian"),
    [
        ("01:59", "until 02:00, 22:00–02:00", "до 02:00, 22:00–02:00"),
        ("02:00", "22:00–02:00", "22:00–02:00"),
        ("23:00", "22:00–02:00", "22:00–02:00"),
    ],
)
def test_what_is_left_of_last_night_comes_first(clock: str, english: str, russian: str) -> None:
    now = datetime.fromisoformat(f"2025-11-22T{clock}+00:00")
    assert format_todays_hours(BAR, now, "en") == english
    assert format_todays_hours(BAR, now, "ru") == russian


@pytest.mark.parametrize(
    ("hours", "russian", "english"),
    [
        ((Hours(time(10), time(21)),), "10–21", "10:00–21:00"),
        (
            (Hours(time(9), time(13)), Hours(time(14), time())),
            "9–13, 14–24",
            "9:00–13:00, 14:00–24:00",
        ),
        ((Hours(time(9, 30), time(18)),), "09:30–18:00", "09:30–18:00"),
        ((), "", ""),
    ],
)
def test_whole_hours_are_short_in_a_text_message(
    hours: tuple[Hours, ...], russian: str, english: str
) -> None:
    now = datetime(2025, 11, 22, 12, tzinfo=UTC)
    assert format_short_hours(daily(*hours), now, "ru") == russian
    assert format_short_hours(daily(*hours), now, "en") == english
