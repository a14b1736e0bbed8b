"""When a buyer is reminded that storage ends: 72, 24 and 3 hours before, never at night.

A reminder that would fall into quiet hours is sent earlier, one minute before they begin. It is
left out when that, or its own instant, is not after the moment the order was ready; it is never
sent later, so always before the deadline. Where two would share an instant the nearer is sent
(rule 4.2).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from gotovo.points.quiet_hours import QUIET_HOURS, QuietHours, before_quiet_hours
from gotovo.points.storage_term import StorageDeadline

HOURS_BEFORE = (72, 24, 3)

_AHEAD = tuple((hours, timedelta(hours=hours)) for hours in HOURS_BEFORE)


class Reminder(NamedTuple):
    """One reminder: which of the three, and the instant (UTC) to send it."""

    hours_before: int
    at: datetime


def reminders(
    deadline: StorageDeadline, time_zone: str, quiet: QuietHours = QUIET_HOURS
) -> tuple[Reminder, ...]:
    """Return the reminders in order of time."""
    chosen: list[Reminder] = []
    for hours_before, ahead in _AHEAD:
        at = before_quiet_hours(deadline.at - ahead, time_zone, quiet)
        if at <= deadline.rule.started_at:
            continue
        if chosen and chosen[-1].at == at:
            chosen.pop()
        chosen.append(Reminder(hours_before, at))
    return tuple(chosen)


def reminders_after(
    instant: datetime, deadline: StorageDeadline, time_zone: str
) -> tuple[Reminder, ...]:
    """Return the reminders of a changed deadline that are still ahead at an instant."""
    return tuple(r for r in reminders(deadline, time_zone) if r.at > instant)
