"""Quiet hours: the local times in which nobody is sent a message that can wait (rule 4.2)."""

from datetime import datetime, time, timedelta

from gotovo.points.local_time import DAY, beginning, zone
from gotovo.value import Value

_MARGIN = timedelta(minutes=1)


class QuietHours(Value, frozen=True):
    """A daily interval of local times, `begins` included and `ends` not.

    It crosses midnight where it begins later than it ends. Equal ends mean no quiet hours.
    """

    begins: time
    ends: time

    def include(self, at: time) -> bool:
        """Return whether a local time is in the quiet hours."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


QUIET_HOURS = QuietHours(time(21), time(9))


def after_quiet_hours(
    instant: datetime, time_zone: str, quiet: QuietHours = QUIET_HOURS
) -> datetime:
    """Return the instant, or the end (UTC) of the quiet hours that it is in (rule 4.10)."""
    local = instant.astimezone(zone(time_zone))
    at = local.time()
    if not quiet.include(at):
        return instant
    ends_on = local.date() if at < quiet.ends else local.date() + DAY
    return beginning(time_zone, ends_on, quiet.ends)


def before_quiet_hours(instant: datetime, time_zone: str, quiet: QuietHours) -> datetime:
    """Return the instant, or a minute before the quiet hours that it is in begin (UTC)."""
    local = instant.astimezone(zone(time_zone))
    at = local.time()
    if not quiet.include(at):
        return instant
    began_on = local.date() if at >= quiet.begins else local.date() - DAY
    return beginning(time_zone, began_on, quiet.begins) - _MARGIN
