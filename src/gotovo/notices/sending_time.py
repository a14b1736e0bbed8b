"""When a message may be sent: what can wait is not sent in the quiet hours (rule 4.10)."""

from datetime import datetime

from gotovo.notices.rules import RULES, Purpose
from gotovo.points.quiet_hours import after_quiet_hours


def sending_time(purpose: Purpose, at: datetime, time_zone: str) -> datetime:
    """Return when a message that could be sent `at` is to be sent.

    The quiet hours are those of the point, or of the warehouse with a courier. Reminders are due
    before them already (`points.reminders`). What happens this minute does not wait: somebody is
    at the desk or at the door, or has just asked for a code.
    """
    return after_quiet_hours(at, time_zone) if RULES[purpose].waits else at
