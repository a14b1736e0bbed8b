"""When a buyer is reminded that storage ends: 72, 24 and 3 hours before, never at night.

A reminder that would fall into quiet hours is sent earlier, one minute before they begin. It is
left out when that, or its own instant, is not after the moment the order was ready; it is never
sent later, so always before the deadline. Where two would share an instant the nearer is sent.
"""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from gotovo.points.local_time import DAY, beginning, zone
from gotovo.points.storage_term import StorageDeadline

HOURS_BEFORE = (72, 24, 3)
QUIET_HOURS = (time(21), time(9))

_MARGIN = timedelta(minutes=1)


class Reminder(NamedTuple):
    """One reminder: which of the three, and the instant (UTC) to send it."""

    hours_before: int
    at: datetime


def reminders(
    deadline: StorageDeadline, time_zone: str, quiet: tuple[time, time] = QUIET_HOURS
) -> tuple[Reminder, ...]:
    """Return the reminders in order of time; `quiet` is from a local time up to another."""
    chosen: dict[datetime, int] = {}
    for hours_before in HOURS_BEFORE:
        at = _awake(deadline.at - timedelta(hours=hours_before), time_zone, quiet)
        if at > deadline.rule.started_at:
            chosen[at] = hours_before
    return tuple(Reminder(hours_before, at) for at, hours_before in chosen.items())


def is_quiet(at: time, quiet: tuple[time, time]) -> bool:
    """Tell whether a local time lies in quiet hours; equal ends mean that there are none."""
    begins, ends = quiet
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends


def _awake(instant: datetime, time_zone: str, quiet: tuple[time, time]) -> datetime:
    local = instant.astimezone(zone(time_zone))
    if not is_quiet(local.time(), quiet):
        return instant
    begins = quiet[0]
    began_on = local.date() if local.time() >= begins else local.date() - DAY
    return beginning(time_zone, began_on, begins) - _MARGIN


def reminders_after(
    instant: datetime, deadline: StorageDeadline, time_zone: str
) -> tuple[Reminder, ...]:
    """Return the reminders of a changed deadline that are still ahead at an instant."""
    return tuple(r for r in reminders(deadline, time_zone) if r.at > instant)
