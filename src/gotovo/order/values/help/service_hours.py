"""Service hours: the local times in which people answer, and how long something takes in them."""

from datetime import datetime, time, timedelta

from gotovo.points.local_time import DAY, beginning, zone
from gotovo.points.quiet_hours import QuietHours, after_quiet_hours
from gotovo.value import Value


class ServiceHours(Value, frozen=True):
    """A daily interval of local times, `opens` included and `closes` not.

    It crosses midnight where it opens later than it closes. Equal ends mean around the clock.
    """

    opens: time = time(9)
    closes: time = time(21)


def after_service(
    since: datetime, duration: timedelta, hours: ServiceHours, time_zone: str
) -> datetime:
    """Return the instant (UTC) at which so much time has passed, counted in service hours alone.

    The hours have to be long enough for a change of the clocks not to skip them all.
    """
    if hours.opens == hours.closes:
        return since + duration
    closed = QuietHours(hours.closes, hours.opens)
    begun, left = after_quiet_hours(since, time_zone, closed), duration
    while (ends := _closing(begun, hours.closes, time_zone)) - begun < left:
        left -= ends - begun
        begun = after_quiet_hours(ends, time_zone, closed)
    return begun + left


def _closing(at: datetime, closes: time, time_zone: str) -> datetime:
    """Return the end of the service hours that an instant is in."""
    local = at.astimezone(zone(time_zone))
    ends_on = local.date() if local.time() < closes else local.date() + DAY
    return beginning(time_zone, ends_on, closes)
