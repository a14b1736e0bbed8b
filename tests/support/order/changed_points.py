"""Settings of a point that change under the orders that are there."""

from datetime import date, time

from hypothesis import strategies as st
from msgspec.structs import replace

from gotovo.points.point import Point
from gotovo.points.timetable import ExceptionalDay, every_day
from tests.support.order.cast import DAILY, KREMLIN, POINTS, Play


def under(play: Play, point: Point) -> Play:
    """Change the settings of the order's point."""
    play.world = replace(play.world, points=POINTS | {point.code: point})
    return play


def closed_on(*days: date, of: Point = KREMLIN) -> Point:
    closed = {day: ExceptionalDay((), "учёт") for day in days}
    return replace(of, timetable=replace(of.timetable, exceptions=closed))


exceptions = st.dictionaries(
    st.dates(date(2026, 11, 20), date(2026, 12, 20)),
    st.builds(ExceptionalDay, st.sampled_from([(), DAILY.week[0]]), st.just("?")),
    max_size=10,
)
hours = st.tuples(st.integers(0, 11), st.integers(12, 23))
zones = st.sampled_from(["Europe/Moscow", "Asia/Vladivostok", "America/New_York", "UTC"])


@st.composite
def points(draw: st.DrawFn) -> Point:
    opens, closes = draw(hours)
    week = every_day(draw(zones), time(opens), time(closes))
    timetable = replace(week, exceptions=draw(exceptions))
    return replace(KREMLIN, timetable=timetable, storage_days=draw(st.integers(1, 20)))
