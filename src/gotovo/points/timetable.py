"""When a place is open: a week of hours, exceptions by date, national days off and closures.

Precedence for a date: a closure, which leaves nothing of the hours, or those before it; its
exception, which may also open a day that the week closes; a national day off (closed); a weekend
day worked in exchange for a day off (the hours of the last weekday before it, where the week has
none); the week. What follows from them, by date or as instants, is of openings: hours that touch
are one, over midnight too (`hours.py`; rule 4.2).
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from msgspec import UNSET, Struct, UnsetType

from gotovo.points.closures.closure import Closure, hours_left, is_closed_for_known_time
from gotovo.points.holidays import days_off
from gotovo.points.hours import Day, Hours, ends_next_day, joined_hours, reaches_midnight
from gotovo.points.local_time import DAY, MIDNIGHT, beginning, ending, local_date
from gotovo.value import Value

# How long a place may stay shut before it counts as not opening again: more than a year, so
# that a seasonal place is found, and few enough dates to be looked through in a millisecond.
SHUT_DAYS_MAX = 400

_PERIODS_MAX = 65_536  # Days x distinct hours x zones in use; each entry is about 300 bytes.


class ExceptionalDay(Value, frozen=True):
    """The hours of one date instead of the week's; none: closed. The reason is shown to people."""

    hours: tuple[Hours, ...]
    reason: str


Week = tuple[Day, Day, Day, Day, Day, Day, Day]


class Timetable(Struct, frozen=True):
    """The opening hours of a place.

    `week` begins on Monday; the hours of a day are in order and do not overlap, those of the next
    day included. `country` (ISO 3166, two letters) and `closed_on_holidays` together make national
    days off closed.
    """

    time_zone: str
    week: Week
    exceptions: dict[date, ExceptionalDay] = {}
    country: str | None = None
    closed_on_holidays: bool = False
    closures: tuple[Closure, ...] | UnsetType = UNSET

    @property
    def all_closures(self) -> tuple[Closure, ...]:
        """The closures, none where the field is absent."""
        return self.closures or ()


class Period(NamedTuple):
    """One opening as instants in UTC: from `start` up to, but without, `end`."""

    start: datetime
    end: datetime


def every_day(time_zone: str, opens: time, closes: time) -> Timetable:
    """Return the timetable of a place with the same hours on all seven days."""
    day = (Hours(opens, closes),)
    return Timetable(time_zone, (day, day, day, day, day, day, day))


def written_hours(timetable: Timetable, day: date) -> Day:
    """Return the hours that begin on a date as they are written, empty when none do."""
    hours = _planned_hours(timetable, day)
    return hours_left(timetable.closures, day, hours) if timetable.closures else hours


def _planned_hours(timetable: Timetable, day: date) -> Day:
    """Return the hours that begin on a date, were it not for closures."""
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


def keeps_to_week(timetable: Timetable) -> bool:
    """Return whether no date has other hours than its day of the week."""
    keeps_days_off = timetable.country is not None and timetable.closed_on_holidays
    return not timetable.exceptions and not keeps_days_off and not timetable.closures


def hours_on(timetable: Timetable, day: date) -> Day:
    """Return the openings of a date, none of which touch; empty when closed."""
    before, hours = written_hours(timetable, day - DAY), written_hours(timetable, day)
    if reaches_midnight(before) or reaches_midnight(hours):
        two_before, after = day - 2 * DAY, day + DAY
        return joined_hours(
            written_hours(timetable, two_before), before, hours, written_hours(timetable, after)
        )
    return hours if len(hours) <= 1 else joined_hours((), (), hours, ())


def is_working_day(timetable: Timetable, day: date) -> bool:
    """Return whether the place opens at all on a date."""
    return bool(hours_on(timetable, day))


def is_closed_exceptionally(timetable: Timetable, day: date) -> bool:
    """Return whether a day that the week opens is closed, for a time that is known."""
    return (
        bool(timetable.week[day.weekday()])
        and not written_hours(timetable, day)
        and is_closed_for_known_time(timetable.all_closures, day)
    )


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
    # A clock that is turned back over midnight shows the day before again.
    return any(
        start <= instant < end
        for each in (day, day - DAY, day + DAY)
        for start, end in periods_on(timetable, each)
    )


def last_night_until(timetable: Timetable, instant: datetime) -> time | None:
    """Return when an opening of the day before closes that still lasts; None when none does."""
    day = local_date(instant, timetable.time_zone) - DAY
    periods = periods_on(timetable, day)
    if not periods or not periods[-1].start <= instant < periods[-1].end:
        return None
    return hours_on(timetable, day)[-1].closes


def next_period(timetable: Timetable, instant: datetime) -> Period | None:
    """Return the period that contains the instant, else the first one after it."""
    return next(periods_from(timetable, instant), None)


def opens_again(timetable: Timetable, instant: datetime) -> bool:
    """Return whether the place is open at an instant or later, within `SHUT_DAYS_MAX` days."""
    is_plain = keeps_to_week(timetable) and not timetable.closed_on_holidays
    return (is_plain and any(timetable.week)) or next_period(timetable, instant) is not None


def periods_from(timetable: Timetable, instant: datetime) -> Iterator[Period]:
    """Yield the periods that end after the instant, in order and apart.

    Only the days of an opening of 24 hours or more touch. The sequence has no end while the place
    keeps opening, and ends after `SHUT_DAYS_MAX` days without a period.
    """
    last: Period | None = None
    for period in _daily_periods(timetable, instant):
        if last is None:
            last = period
        elif period.start <= last.end and period.end - last.start < DAY:
            # The clocks have left nothing of the time between two openings.
            last = Period(last.start, period.end)
        else:
            if last.end > instant:
                yield last
            last = Period(max(period.start, last.end), period.end)
    if last is not None and last.end > instant:
        yield last


def periods_on(timetable: Timetable, day: date) -> tuple[Period, ...]:
    """Return the openings of a date as periods, without those that a clock change skips."""
    return _periods(timetable.time_zone, day, hours_on(timetable, day))


def _daily_periods(timetable: Timetable, instant: datetime) -> Iterator[Period]:
    """Yield the periods of the day before an instant and of the days after."""
    today = local_date(instant, timetable.time_zone)
    day, until = today - DAY, today + SHUT_DAYS_MAX * DAY
    while day < until:
        for period in periods_on(timetable, day):
            yield period
            if period.end > instant:
                until = day + (SHUT_DAYS_MAX + 1) * DAY
        day += DAY


@lru_cache(maxsize=_PERIODS_MAX)
def _periods(time_zone: str, day: date, hours: Day) -> tuple[Period, ...]:
    periods: list[Period] = []
    for each in hours:
        start, end = beginning(time_zone, day, each.opens), _closing(time_zone, day, each)
        if start >= end:
            continue
        # A clock change may leave nothing between two openings.
        if periods and start <= periods[-1].end:
            periods[-1] = Period(periods[-1].start, end)
        else:
            periods.append(Period(start, end))
    return tuple(periods)


def _closing(time_zone: str, day: date, hours: Hours) -> datetime:
    if hours.closes == MIDNIGHT or not ends_next_day(hours):
        return ending(time_zone, day, hours.closes)
    return ending(time_zone, day + DAY, hours.closes)
