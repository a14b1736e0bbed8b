"""From when until when a point is closed, as instants: what buyers are told."""

from datetime import datetime
from uuid import UUID

from gotovo.points.closures.closure import Closure, ClosureKind, starts
from gotovo.points.local_time import DAY, MIDNIGHT, beginning
from gotovo.points.timetable import Timetable, next_period
from gotovo.value import Value


class ClosedTime(Value, frozen=True, omit_defaults=True):
    """A closure as instants (UTC); `until` is when the point opens again, None if nobody knows."""

    id: UUID
    since: datetime
    until: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Return whether the point has opened again by its timetable."""
        return self.until is not None and self.until <= now


def closed_time(timetable: Timetable, now: datetime) -> ClosedTime | None:
    """Return the first closure that goes on or is still to come; None without one.

    An outage is over when it is entered, so nobody is told not to come.
    """
    found = (
        _as_instants(timetable, each)
        for each in timetable.all_closures
        if each.kind is ClosureKind.CLOSURE
    )
    ahead = [each for each in found if not each.is_over(now)]
    return min(ahead, key=lambda each: (each.since, str(each.id)), default=None)


def _as_instants(timetable: Timetable, closure: Closure) -> ClosedTime:
    """Return its instants; another closure that follows at once lets it last longer."""
    zone, since = timetable.time_zone, starts(closure, timetable.time_zone)
    if closure.ends_on is None:
        return ClosedTime(closure.id, since)
    ends = beginning(zone, closure.ends_on + DAY, MIDNIGHT)
    opening = next_period(timetable, ends)
    return ClosedTime(closure.id, since, max(opening.start, ends) if opening else None)
