"""Local time to instants, through every change of the clocks.

The rule for times that a clock change skips or repeats: a beginning is the first instant at
which the clock shows the time or a later one, an ending the last instant at which it shows the
time or an earlier one. So a skipped time is the jump itself, a repeated time counts from its
first to its second showing, and no opening is shortened by a clock change. Midnight at the end
of a day is the first instant of the next day.

The tz database is read as data; nothing here asks what time it is.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

DAY = timedelta(days=1)
MIDNIGHT = time()

_CONTINENTS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
_UTC_NAMES = frozenset({"UTC", "Etc/UTC"})

_ZONES_MAX = 1024  # The tz database has about 600 names.
_LOCAL_TIMES_MAX = 65_536  # Eleven zones x a few times a day x several years.


@lru_cache(maxsize=_ZONES_MAX)
def zone(name: str) -> ZoneInfo:
    """Return the time zone; an unknown name is `ZoneInfoNotFoundError`."""
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Return the names of places in the tz database, aliases included, and UTC.

    Other names are no place: `localtime` is wherever the server stands, `Factory` is unset,
    `Etc/GMT+3` is three hours west of Greenwich and keeps no summer time.
    """
    places = (name for name in available_timezones() if name.startswith(_CONTINENTS))
    return frozenset(places) | _UTC_NAMES


def local_date(instant: datetime, time_zone: str) -> date:
    """Return the local date at an instant."""
    return instant.astimezone(zone(time_zone)).date()


@lru_cache(maxsize=_LOCAL_TIMES_MAX)
def beginning(time_zone: str, day: date, at: time) -> datetime:
    """Return the first instant (UTC) at which the clock shows this time or a later one."""
    return _instant(zone(time_zone), datetime.combine(day, at), fold=0)


@lru_cache(maxsize=_LOCAL_TIMES_MAX)
def ending(time_zone: str, day: date, at: time) -> datetime:
    """Return the last instant (UTC) at which the clock shows this time; 00:00 ends the day."""
    if at == MIDNIGHT:
        return beginning(time_zone, day + DAY, at)
    return _instant(zone(time_zone), datetime.combine(day, at), fold=1)


def _instant(place: ZoneInfo, local: datetime, fold: int) -> datetime:
    instant = local.replace(tzinfo=place, fold=fold).astimezone(UTC)
    if instant.astimezone(place).replace(tzinfo=None) == local:
        return instant
    return _jump(place, local)


def _jump(place: ZoneInfo, local: datetime) -> datetime:
    # PEP 495: for a skipped time, fold 1 lies before the jump and fold 0 after it. Offsets
    # change at whole seconds, so halving the seconds between them finds the jump exactly.
    before = local.replace(tzinfo=place, fold=1, microsecond=0).astimezone(UTC)
    after = local.replace(tzinfo=place, fold=0, microsecond=0).astimezone(UTC)
    offset = before.astimezone(place).utcoffset()
    seconds, seconds_changed = 0, int((after - before).total_seconds())
    while seconds_changed - seconds > 1:
        middle = (seconds + seconds_changed) // 2
        if (before + timedelta(seconds=middle)).astimezone(place).utcoffset() == offset:
            seconds = middle
        else:
            seconds_changed = middle
    return before + timedelta(seconds=seconds_changed)
