"""When actions are taken: over days as in reality, or within minutes for the demo."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Protocol

from gotovo.points.local_time import DAY, beginning, local_date
from gotovo.points.timetable import Timetable, periods_from
from gotovo.town.dataset.places import TIME_ZONE


class Timing(Protocol):
    """Decides when an action that became possible at an instant is taken."""

    def when(self, name: str, since: datetime, rng: Random, opening: Timetable) -> datetime:
        """Return the instant; `opening` is the timetable of the place where it is taken."""
        ...

    def slot(self, at: datetime, rng: Random) -> tuple[datetime, datetime]:
        """Return the slot that courier and buyer agree on at this instant."""
        ...


_MINUTES = {
    "payment": (1, 90),
    "packing": (10, 45),
    "shelving": (3, 25),
    "handover": (1, 4),
    "handover-opening": (5, 50),
    "cancellation": (10, 200),
    "trusted-person": (20, 120),
    "redirection": (60, 180),
    "slot": (1, 3),
    "attention": (1_200, 1_800),
    "attention-clearance": (60, 120),
    "storage-extension": (2_000, 3_400),
    "return-claim": (400, 3_000),
    "refund-completion": (800, 3_000),
    "departure": (1, 20),
    "attempt": (5, 80),
    "door": (5, 80),
}

_OF_DAY = {
    "picking": (time(8), 780),
    "dispatch": (time(5, 30), 20),
    "arrival": (time(7, 20), 130),
    "call": (time(9), 120),
    "withdrawal": (time(9, 40), 90),
    "dispatch-back": (time(20), 50),
    "reception": (time(7), 180),
}
"""Actions with a time of day: when they begin, and within how many minutes."""

_DAYS_UNTIL_COLLECTED = (0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5)


class DailyTiming:
    """Realistic timing: shifts, vans in the morning, buyers who come after work."""

    def when(self, name: str, since: datetime, rng: Random, opening: Timetable) -> datetime:
        """Return an instant at the time of day that is usual for this action."""
        if name in _OF_DAY:
            begins, minutes = _OF_DAY[name]
            return _next_of_day(since, begins, minutes, rng)
        if name == "collection":
            days = rng.choice(_DAYS_UNTIL_COLLECTED)
            return _in_opening(since + days * DAY, opening, rng)
        if name == "return":
            return _in_opening(since + DAY, opening, rng)
        least, most = _MINUTES[name]
        return since + timedelta(seconds=rng.randint(least * 60, most * 60))

    def slot(self, at: datetime, rng: Random) -> tuple[datetime, datetime]:
        """Return two hours of the same day."""
        hours = rng.randint(1, 7)
        begins = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours + 1)
        return begins, begins + timedelta(hours=2)


_SECONDS = {
    "payment": (4, 40),
    "dispatch": (10, 40),
    "arrival": (12, 45),
    "collection": (40, 240),
    "attention": (60, 200),
    "attention-clearance": (60, 120),
    "return-claim": (60, 240),
    "refund-completion": (40, 150),
}
_SECONDS_ELSE = (6, 22)

_LINGER_SHARE = 0.3
_LINGER_SECONDS = (600, 2_400)
"""Some buyers come much later, so that there are always parcels on the shelves."""


class QuickTiming:
    """Quick timing for the demo: a delivery takes minutes, at any hour of the day."""

    def __init__(self, stretch: float = 1.0, *, lingers: bool = True) -> None:
        """Multiply every delay by `stretch`; with `lingers` some buyers come much later."""
        self._stretch = stretch
        self._lingers = lingers

    def when(self, name: str, since: datetime, rng: Random, opening: Timetable) -> datetime:
        """Return an instant shortly after."""
        del opening
        least, most = _SECONDS.get(name, _SECONDS_ELSE)
        if name == "collection" and self._lingers and rng.random() < _LINGER_SHARE:
            least, most = _LINGER_SECONDS
        return since + timedelta(seconds=rng.uniform(least, most) * self._stretch)

    def slot(self, at: datetime, rng: Random) -> tuple[datetime, datetime]:
        """Return the next hour."""
        begins = at + timedelta(seconds=rng.randint(10, 60))
        return begins, begins + timedelta(hours=1)


def _next_of_day(since: datetime, begins: time, minutes: int, rng: Random) -> datetime:
    """Return an instant within the next daily period that is not over yet."""
    day = local_date(since, TIME_ZONE)
    length = timedelta(minutes=minutes)
    first = beginning(TIME_ZONE, day, begins)
    if first + length <= since:
        first = beginning(TIME_ZONE, day + DAY, begins)
    last = first + length
    earliest = max(first, since)
    return earliest + (last - earliest) * rng.random()


def _in_opening(since: datetime, opening: Timetable, rng: Random) -> datetime:
    """Return an instant within the opening hours after one; the next day where there are none."""
    period = next(periods_from(opening, since), None)
    if period is None:
        return since + DAY
    earliest = max(period.start, since)
    return earliest + (period.end - earliest) * rng.random()
