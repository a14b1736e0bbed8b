"""Opening hours as a person types them: `10:00-21:00`, `mon-fri 10:00-21:00, sat 10:00-18:00`."""

import re
from datetime import time
from typing import Any, Final

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

EXPECTED: Final = "like 10:00-21:00, or mon-fri 10:00-21:00, sat 10:00-18:00"

_RUSSIAN: Final = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_NUMBER_OF: Final = {
    name: number for names in (DAYS, _RUSSIAN) for number, name in enumerate(names)
}
_DAY: Final = "|".join(_NUMBER_OF)
_PART: Final = re.compile(
    rf"(?:({_DAY})(?:\s*-\s*({_DAY}))?\s+)?(\d\d?:\d\d)\s*-\s*(\d\d?:\d\d)", re.IGNORECASE
)


def parse_week(typed: str) -> list[list[dict[str, str]]] | None:
    """Return the hours of each day from Monday on, as in a timetable's JSON; None: not understood.

    A part without days is for all seven. A dash between hours may be of any kind. Hours that close
    at or before the minute at which they open close on the next day.
    """
    week: list[list[dict[str, str]]] = [[] for _ in DAYS]
    parts = [part.strip() for part in re.sub(r"[‐-―−]", "-", typed).split(",")]
    for part in parts:
        match = _PART.fullmatch(part)
        if match is None:
            return None
        first, last, opens, closes = match.groups()
        hours = _hours(opens, closes)
        if hours is None:
            return None
        for day in _days(first, last):
            week[day].append(hours)
    return week


def _days(first: str | None, last: str | None) -> list[int]:
    if first is None:
        return list(range(len(DAYS)))
    begin = _NUMBER_OF[first.lower()]
    end = begin if last is None else _NUMBER_OF[last.lower()]
    return [(begin + after) % len(DAYS) for after in range((end - begin) % len(DAYS) + 1)]


def _hours(opens: str, closes: str) -> dict[str, Any] | None:
    try:
        return {"opens": _time(opens).isoformat(), "closes": _time(closes).isoformat()}
    except ValueError:
        return None


def _time(typed: str) -> time:
    """Return a time of day; midnight may be written as the end of a day."""
    hour, minute = map(int, typed.split(":"))
    return time(0 if (hour, minute) == (24, 0) else hour, minute)
