"""Delivery slots: the times that can be chosen for a courier's delivery (rule 4.5)."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from gotovo.points.local_time import DAY, beginning, local_date
from gotovo.points.timetable import Timetable, is_working_day

HOURS = (
    (time(9), time(12)),
    (time(12), time(15)),
    (time(15), time(18)),
    (time(18), time(21)),
)
"""Three hours each, as couriers' routes are planned; none at night."""

DAYS_AHEAD = 4
"""Today and the next three days: later, a point is the better place."""

NOTICE = timedelta(hours=2)
"""A slot can be chosen until this long before it begins: couriers on the road can't turn back."""


class DeliverySlot(NamedTuple):
    """A time between two instants (UTC) at which the courier comes."""

    begins_at: datetime
    ends_at: datetime


def delivery_slots(timetable: Timetable, now: datetime) -> Iterator[DeliverySlot]:
    """Yield the slots that can still be chosen, by the warehouse's clock and working days."""
    zone = timetable.time_zone
    today = local_date(now, zone)
    for day in (today + ahead * DAY for ahead in range(DAYS_AHEAD)):
        if not is_working_day(timetable, day):
            continue
        for begins, ends in HOURS:
            begins_at = beginning(zone, day, begins)
            if begins_at >= now + NOTICE:
                yield DeliverySlot(begins_at, beginning(zone, day, ends))
