"""When a message may be sent: what can wait is not sent in the quiet hours (rule 4.10)."""

from datetime import datetime
from typing import Final

from gotovo.notices.policy import Purpose
from gotovo.points.quiet_hours import after_quiet_hours

CANNOT_WAIT: Final = frozenset({Purpose.BEING_ISSUED, Purpose.NEW_CODE})
"""Messages for what happens this minute: somebody is at the desk or at the door, or has just asked
for a code. Sign-in codes do not come this way and wait for nothing either."""


def sending_time(purpose: Purpose, at: datetime, time_zone: str) -> datetime:
    """Return when a message about an event recorded `at` is to be sent.

    The quiet hours are those of the point, or of the warehouse with a courier. Reminders are due
    before them already (`points.reminders`).
    """
    return at if purpose in CANNOT_WAIT else after_quiet_hours(at, time_zone)
