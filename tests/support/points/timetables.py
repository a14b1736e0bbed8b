"""Timetables for property tests: weeks with hours over midnight, in zones whose clocks change."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from gotovo.points.hours import Day, Hours, ends_next_day
from gotovo.points.local_time import beginning, ending, local_date
from gotovo.points.timetable import ExceptionalDay, Timetable, Week, written_hours

HALF_HOURS = 48
"""Of a day: what begins and ends openings here."""

ZONES = ("Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Beirut", "America/Havana")
"""Without a clock change, with one at night, and with one at midnight."""

FIRST = date(2024, 3, 1)
"""The dates of exceptions and of instants begin here and go over both clock changes of a year."""

DAYS = 260

INSTANTS = st.datetimes(
    min_value=datetime(2024, 3, 4),  # noqa: DTZ001  (the zone comes with `timezones`)
    max_value=datetime(2024, 11, 10),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@st.composite
def timetables(draw: st.DrawFn, exceptions_max: int = 4) -> Timetable:
    """Draw a valid timetable: openings in order, none over another, also over midnight."""
    week: list[Day] = []
    taken = 0
    for _ in range(7):
        day, taken = draw(_days(taken))
        week.append(day)
    if week[0] and taken and _half_hour(week[0][0].opens) < taken:
        week[0] = ()
    timetable = Timetable(draw(st.sampled_from(ZONES)), _week(week))
    dates = st.integers(0, DAYS).map(lambda days: FIRST + timedelta(days=days))
    for on in draw(st.sets(dates, max_size=exceptions_max)):
        timetable.exceptions[on] = ExceptionalDay(draw(_fitting(timetable, on)), "")
    return timetable


def split_at_midnight(timetable: Timetable) -> Timetable:
    """Return the same hours, those over midnight written as two openings."""
    week: list[Day] = []
    for weekday, day in enumerate(timetable.week):
        night = tuple(
            Hours(time(), hours.closes)
            for hours in timetable.week[weekday - 1]
            if ends_next_day(hours) and hours.closes != time()
        )
        week.append(night + tuple(_until_midnight(hours) for hours in day))
    return Timetable(timetable.time_zone, _week(week))


def is_open_by_the_week(timetable: Timetable, instant: datetime) -> bool:
    """Return whether some hours as they are written contain the instant."""
    today = local_date(instant, timetable.time_zone)
    return any(
        start <= instant < end
        for ahead in (-2, -1, 0, 1)
        for start, end in _written(timetable, today + timedelta(days=ahead))
    )


def _written(timetable: Timetable, day: date) -> list[tuple[datetime, datetime]]:
    zone = timetable.time_zone
    return [
        (
            beginning(zone, day, x.opens),
            ending(zone, day + timedelta(days=1), x.closes)
            if ends_next_day(x) and x.closes != time()
            else ending(zone, day, x.closes),
        )
        for x in written_hours(timetable, day)
    ]


@st.composite
def _days(draw: st.DrawFn, taken: int) -> tuple[Day, int]:
    """Draw the hours of a day that is taken until a half hour, and until when the next one is."""
    marks = sorted(draw(st.sets(st.integers(taken, HALF_HOURS), max_size=5)))
    hours = [Hours(_clock(a), _clock(b)) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    if len(marks) % 2 == 0 or marks[-1] == HALF_HOURS:
        return tuple(hours), 0
    closes = draw(st.integers(0, marks[-1]))
    return (*hours, Hours(_clock(marks[-1]), _clock(closes))), closes


def _fitting(timetable: Timetable, on: date) -> st.SearchStrategy[Day]:
    """Return hours of a date that fit between those of the days beside it."""
    before = written_hours(timetable, on - timedelta(days=1))
    after = written_hours(timetable, on + timedelta(days=1))
    taken = _half_hour(before[-1].closes) if before and ends_next_day(before[-1]) else 0
    free_until = _half_hour(after[0].opens) if after else HALF_HOURS
    return _days(taken).filter(lambda drawn: drawn[1] <= free_until).map(lambda drawn: drawn[0])


def _until_midnight(hours: Hours) -> Hours:
    return Hours(hours.opens, time()) if ends_next_day(hours) else hours


def _week(days: list[Day]) -> Week:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def _clock(half_hour: int) -> time:
    return time(half_hour // 2 % 24, half_hour % 2 * 30)


def _half_hour(clock: time) -> int:
    return clock.hour * 2 + clock.minute // 30
