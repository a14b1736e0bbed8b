"""Closures of a point: days on which it does not work, and outages on which it could not.

A closure is entered beside the timetable and never into it, so taking it back leaves no trace in
the hours: the exceptions and the week are as they were. It replaces the hours of each of its days,
whatever the week, a day off or an exception says of them; on the first day from an hour on, where
one is given. Without a last day nobody knows how long it lasts: its days then add nothing to a
deadline (`storage_term.py`), and nothing expires by itself while it goes on (rule 4.2).
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from gotovo.points.hours import Day, Hours, ends_next_day
from gotovo.points.local_time import MIDNIGHT, beginning
from gotovo.value import Value


class ClosureKind(StrEnum):
    """Why a point does not work on its days."""

    CLOSURE = "closure"  # it stays shut: buyers are told before they come
    OUTAGE = "outage"  # it could not work, and that is entered afterwards: its deadlines wait


class Closure(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Local dates on which a point is closed, both included.

    `starts_at` is the hour of the first day from which it is; None for the whole day. `ends_on` is
    None until further notice.
    """

    id: UUID
    starts_on: date
    starts_at: time | None = None
    ends_on: date | None = None
    kind: ClosureKind = ClosureKind.CLOSURE

    def covers(self, day: date) -> bool:
        """Return whether a date is one of its days."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def hours_left(closures: Iterable[Closure], day: date, hours: Day) -> Day:
    """Return what closures leave of the hours that begin on a date."""
    for closure in closures:
        if not closure.covers(day):
            continue
        if closure.starts_at is None or day > closure.starts_on:
            return ()
        hours = _until(closure.starts_at, hours)
    return hours


def is_closed_for_known_time(closures: Iterable[Closure], day: date) -> bool:
    """Return whether no closure without a last day covers a date."""
    return not any(each.ends_on is None and each.covers(day) for each in closures)


def starts(closure: Closure, time_zone: str) -> datetime:
    """Return the instant (UTC) from which the point is closed."""
    return beginning(time_zone, closure.starts_on, closure.starts_at or MIDNIGHT)


def _until(closes: time, hours: Day) -> Day:
    """Return the openings of a day up to an hour of it."""
    return tuple(
        each if not ends_next_day(each) and each.closes <= closes else Hours(each.opens, closes)
        for each in hours
        if each.opens < closes
    )
