"""When a place is open: a week of hours, exceptions by date and national days off.

Precedence for a date: its exception; a national day off (closed); a weekend day worked in
exchange for a day off (the hours of the last weekday before it, where the week has none); the
week. A period never crosses midnight: a place open from 22:00 to 02:00 has two periods.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from gotovo.points.holidays import days_off
from gotovo.points.local_time import DAY, beginning, ending, local_date
from gotovo.value import Value

# How long a place may stay shut before it counts as not opening again: more than a year, so
# that a seasonal place is found, and few enough dates to be looked through in a millisecond.
SHUT_DAYS_MAX = 400

_PERIODS_MAX = 65_536  # Days x distinct hours x zones in use; each entry is about 300 bytes.


class Hours(Value, frozen=True, cache_hash=True):
    """One opening in local time; `closes` 00:00 is the end of the day."""

    opens: time
    closes: time


class ExceptionalDay(Value, frozen=True):
    """The hours of one date instead of the week's; none: closed. The reason is shown to people."""

    hours: tuple[Hours, ...]
    reason: str


Day = tuple[Hours, ...]
Week = tuple[Day, Day, Day, Day, Day, Day, Day]


class Timetable(Struct, frozen=True):
    """The opening hours of a place.

    `week` begins on Monday; the hours of a day are in order and do not overlap. `country` (ISO
    3166, two letters) and `closed_on_holidays` together make national days off closed.
    """

    time_zone: str
    week: Week
    exceptions: dict[date, ExceptionalDay] = {}
    country: str | None = None
    closed_on_holidays: bool = False


class Period(NamedTuple):
    """One opening as instants in UTC: from `start` up to, but without, `end`."""

    start: datetime
    end: datetime


def every_day(time_zone: str, opens: time, closes: time) -> Timetable:
    """Return the timetable of a place with the same hours on all seven days."""
    day = (Hours(opens, closes),)
    return Timetable(time_zone, (day, day, day, day, day, day, day))


def hours_on(timetable: Timetable, day: date) -> Day:
    """Return the hours of a date, empty when closed."""
    exceptional = timetable.exceptions.get(day)
    if exceptional is not None:
        return exceptional.hours
    hours = timetable.week[day.weekday()]
    if timetable.country is None or not timetable.closed_on_holidays:
        return hours
    national = days_off(timetable.country, day.year)
    if day in national.holidays:
        return ()
    if not hours and day in national.worked:
        return timetable.week[national.worked[day]]
    return hours


def is_working_day(timetable: Timetable, day: date) -> bool:
    """Return whether the place opens at all on a date."""
    return bool(hours_on(timetable, day))


def is_closed_exceptionally(timetable: Timetable, day: date) -> bool:
    """Return whether a day that the week opens is closed by an exception or a day off."""
    return bool(timetable.week[day.weekday()]) and not hours_on(timetable, day)


def first_working_day(timetable: Timetable, day: date) -> date | None:
    """Return the first date at or after this one that opens, within `SHUT_DAYS_MAX`."""
    for _ in range(SHUT_DAYS_MAX):
        if hours_on(timetable, day):
            return day
        day += DAY
    return None


def closed_days(timetable: Timetable, day: date, until: date) -> tuple[date, ...]:
    """Return the dates without hours from `day` up to, but without, `until`."""
    closed: list[date] = []
    while day < until:
        if not hours_on(timetable, day):
            closed.append(day)
        day += DAY
    return tuple(closed)


def is_open(timetable: Timetable, instant: datetime) -> bool:
    """Return whether the place is open: yes at the opening time, no at the closing time."""
    day = local_date(instant, timetable.time_zone)
    return any(start <= instant < end for start, end in periods_on(timetable, day))


def next_period(timetable: Timetable, instant: datetime) -> Period | None:
    """Return the period that contains the instant, else the first one after it."""
    return next(periods_from(timetable, instant), None)


def periods_from(timetable: Timetable, instant: datetime) -> Iterator[Period]:
    """Yield the periods that end after the instant, in order.

    The sequence has no end while the place keeps opening, and ends after `SHUT_DAYS_MAX` days
    without a period.
    """
    day = local_date(instant, timetable.time_zone)
    shut_days = 0
    while shut_days < SHUT_DAYS_MAX:
        shut_days += 1
        for period in periods_on(timetable, day):
            if period.end > instant:
                shut_days = 0
                yield period
        day += DAY


def periods_on(timetable: Timetable, day: date) -> tuple[Period, ...]:
    """Return the periods of a date, without those that a clock change skips."""
    return _periods(timetable.time_zone, day, hours_on(timetable, day))


@lru_cache(maxsize=_PERIODS_MAX)
def _periods(time_zone: str, day: date, hours: Day) -> tuple[Period, ...]:
    periods: list[Period] = []
    free_from = datetime.min.replace(tzinfo=UTC)
    for each in hours:
        # A repeated hour that is both an ending and a beginning belongs to the earlier period.
        start = max(beginning(time_zone, day, each.opens), free_from)
        end = ending(time_zone, day, each.closes)
        if start < end:
            periods.append(Period(start, end))
            free_from = end
    return tuple(periods)
