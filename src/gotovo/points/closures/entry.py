"""Entering a closure into a timetable, and taking it back: what may be, and what follows."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import UNSET, structs

from gotovo.points.closures.closure import Closure, ClosureKind, starts
from gotovo.points.local_time import DAY, local_date
from gotovo.points.timetable import SHUT_DAYS_MAX, Timetable
from gotovo.points.validation import InvalidSetting, clock_error

DAYS_MAX: Final = 365
"""A point that closes for longer is no point any more: its settings say so."""

AHEAD_DAYS_MAX: Final = 365
"""How far ahead a closure is planned: the next summer."""

OUTAGE_DAYS_MAX: Final = 31
"""How long ago an outage began: longer than any storage term that it could have cost somebody."""

CLOSURES_MAX: Final = 60
"""Closures of a point within `SHUT_DAYS_MAX`: one a week; each is read with every deadline."""


class LiftRefusal(StrEnum):
    """Why a closure can't be taken back."""

    UNKNOWN = "unknown"  # there is none with this id
    OVER = "over"  # its last day has passed


def closure_errors(
    closure: Closure, timetable: Timetable, now: datetime
) -> tuple[InvalidSetting, ...]:
    """Return every error of a closure that is entered at an instant, by the point's calendar."""
    today = local_date(now, timetable.time_zone)
    errors = _day_errors(closure, timetable, now, today)
    if any(each.field == "starts_on" for each in errors):
        return tuple(errors)  # No last day can be counted from it: it may be the end of time.
    until = closure.ends_on
    if until is not None and not closure.starts_on <= until < closure.starts_on + DAYS_MAX * DAY:
        last = closure.starts_on + (DAYS_MAX - 1) * DAY
        errors.append(InvalidSetting("ends_on", str(until), f"{closure.starts_on}..{last}"))
    if closure.starts_at is not None:
        errors += clock_error("starts_at", closure.starts_at)
    if len(_recent(timetable, today)) >= CLOSURES_MAX:
        errors.append(InvalidSetting("closures", str(CLOSURES_MAX), f"0..{CLOSURES_MAX - 1}"))
    return tuple(errors)


def with_closure(timetable: Timetable, closure: Closure, now: datetime) -> Timetable:
    """Return the timetable with one more closure, without those that no deadline can count."""
    recent = _recent(timetable, local_date(now, timetable.time_zone))
    every = sorted((*recent, closure), key=lambda each: (each.starts_on, str(each.id)))
    return structs.replace(timetable, closures=tuple(every))


def without_closure(timetable: Timetable, closure: UUID, now: datetime) -> Timetable | LiftRefusal:
    """Return the timetable with a closure taken back.

    What has not begun, or began today, disappears, and so does an outage, which was entered by
    mistake. Of what goes on the past days stay: on them nobody could collect anything.
    """
    old = next((each for each in timetable.all_closures if each.id == closure), None)
    if old is None:
        return LiftRefusal.UNKNOWN
    today = local_date(now, timetable.time_zone)
    others = tuple(each for each in timetable.all_closures if each.id != closure)
    if old.kind is ClosureKind.CLOSURE:
        if old.ends_on is not None and old.ends_on < today:
            return LiftRefusal.OVER
        if old.starts_on < today:
            past = structs.replace(old, ends_on=today - DAY)
            others = tuple(past if each.id == closure else each for each in timetable.all_closures)
    return structs.replace(timetable, closures=others or UNSET)


def approval_subject(point: str, closure: Closure) -> str:
    """Return what a second person approves: this closure of this point, and no other.

    Like `KZN-1 closure 2026-12-01T16:00/2026-12-04`, 64 characters at most.
    """
    begins = closure.starts_on.isoformat()
    if closure.starts_at is not None:
        begins += f"T{closure.starts_at:%H:%M}"
    ends = closure.ends_on.isoformat() if closure.ends_on else "open"
    return f"{point} {closure.kind} {begins}/{ends}"


def _day_errors(
    closure: Closure, timetable: Timetable, now: datetime, today: date
) -> list[InvalidSetting]:
    """Return what is wrong with the days of a closure of its kind."""
    if closure.kind is ClosureKind.OUTAGE:
        return _outage_errors(closure, today)
    return _closure_errors(closure, timetable, now, today)


def _outage_errors(closure: Closure, today: date) -> list[InvalidSetting]:
    errors: list[InvalidSetting] = []
    earliest = today - OUTAGE_DAYS_MAX * DAY
    if not earliest <= closure.starts_on <= today:
        expected = f"{earliest}..{today}"
        errors.append(InvalidSetting("starts_on", str(closure.starts_on), expected))
    if closure.ends_on is None or closure.ends_on > today:
        shown = str(closure.ends_on or "")
        errors.append(InvalidSetting("ends_on", shown, f"{closure.starts_on}..{today}"))
    if closure.starts_at is not None:
        errors.append(InvalidSetting("starts_at", f"{closure.starts_at:%H:%M}", "whole days"))
    return errors


def _closure_errors(
    closure: Closure, timetable: Timetable, now: datetime, today: date
) -> list[InvalidSetting]:
    latest = today + AHEAD_DAYS_MAX * DAY
    if not today <= closure.starts_on <= latest:
        return [InvalidSetting("starts_on", str(closure.starts_on), f"{today}..{latest}")]
    at = closure.starts_at
    if at is not None and at.tzinfo is None and starts(closure, timetable.time_zone) < now - _LATE:
        return [InvalidSetting("starts_at", f"{at:%H:%M}", "from now on")]
    return []


def _recent(timetable: Timetable, today: date) -> tuple[Closure, ...]:
    earliest = today - SHUT_DAYS_MAX * DAY
    return tuple(x for x in timetable.all_closures if x.ends_on is None or x.ends_on >= earliest)


_LATE: Final = timedelta(minutes=15)
"""Who closes a door enters it a little later."""
