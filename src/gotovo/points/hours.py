"""Hours in local time, and how those of one day join the hours of the days beside it.

An opening belongs to the day on which it begins. Hours that touch are one opening, over midnight
too, however they are written: 22:00–24:00 and 00:00–02:00 of the next day are 22:00–02:00. An
opening shorter than a day stands whole on the day it begins; a longer one is divided at midnight,
so that each of its days shows its part (rule 4.2).
"""

from datetime import datetime, time, timedelta
from functools import lru_cache

from gotovo.points.local_time import DAY, MIDNIGHT
from gotovo.value import Value

_JOINED_MAX = 16_384  # Distinct rows of four days in use: a few for each distinct week.
_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001  (a clock's face, of no zone)
_ZERO = timedelta()


class Hours(Value, frozen=True, cache_hash=True):
    """One opening in local time.

    One that closes no later than it opens closes on the next day: 22:00–02:00 at night, 10:00–00:00
    at midnight, and 00:00–00:00 is the whole day.
    """

    opens: time
    closes: time


Day = tuple[Hours, ...]

WHOLE_DAY: Day = (Hours(MIDNIGHT, MIDNIGHT),)


def ends_next_day(hours: Hours) -> bool:
    """Return whether it closes at midnight or after it."""
    return hours.closes <= hours.opens


def reaches_midnight(day: Day) -> bool:
    """Return whether the last opening of a day lasts until midnight or beyond."""
    return bool(day) and ends_next_day(day[-1])


def interval(hours: Hours) -> tuple[timedelta, timedelta]:
    """Return when it opens and closes, from the midnight at which its day begins."""
    opens, closes = _since_midnight(hours.opens), _since_midnight(hours.closes)
    return opens, closes + DAY if ends_next_day(hours) else closes


@lru_cache(maxsize=_JOINED_MAX)
def joined_hours(two_before: Day, before: Day, day: Day, after: Day) -> Day:
    """Return the openings of a day in order, none of which touch, from four days as written."""
    openings: list[Hours] = []
    for start, end in _runs((two_before, before, day, after)):
        if end - start >= DAY:
            if start < DAY and end > _ZERO:
                openings.append(_hours(max(start, _ZERO), min(end, DAY)))
        elif _ZERO <= start < DAY:
            openings.append(_hours(start, end))
    return tuple(openings)


def _runs(days: tuple[Day, Day, Day, Day]) -> list[tuple[timedelta, timedelta]]:
    """Return what is open without a break, in time since the beginning of the third day."""
    runs: list[tuple[timedelta, timedelta]] = []
    for ahead, day in enumerate(days, -2):
        for hours in day:
            opens, closes = interval(hours)
            start, end = opens + ahead * DAY, closes + ahead * DAY
            if runs and start <= runs[-1][1]:
                runs[-1] = runs[-1][0], max(runs[-1][1], end)
            else:
                runs.append((start, end))
    return runs


def _hours(start: timedelta, end: timedelta) -> Hours:
    return Hours((_ANY_DAY + start).time(), (_ANY_DAY + end).time())


def _since_midnight(clock: time) -> timedelta:
    return timedelta(
        hours=clock.hour,
        minutes=clock.minute,
        seconds=clock.second,
        microseconds=clock.microsecond,
    )
