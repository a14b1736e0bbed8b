"""Validation of settings: the field, its value and what was expected, as data."""

from datetime import date, time, timedelta

from gotovo.points.holidays import countries
from gotovo.points.hours import Day, Hours, ends_next_day, interval, reaches_midnight
from gotovo.points.local_time import DAY, zone_names
from gotovo.points.timetable import ExceptionalDay, Timetable
from gotovo.value import Value

YEAR_MIN, YEAR_MAX = 2000, 2199
"""Far beyond any order, and far from the dates at which calendars end."""

REASON_MAX = 200
"""Why a day differs: a few words beside its hours."""

EXCEPTIONS_MAX = 1_000
"""Nearly three years of days that all differ; every process has each timetable in memory."""

OPENINGS_MAX = 12
"""Openings of one day: more breaks than anybody can be told of."""

_MIDNIGHT = timedelta()
_ZONE_EXPECTED = "a place like Europe/Moscow, or UTC"


class InvalidSetting(Value, frozen=True):
    """One wrong field; `field` is a path like `timetable.week[0]`, `expected` says what was."""

    field: str
    value: str
    expected: str


def timetable_errors(timetable: Timetable) -> tuple[InvalidSetting, ...]:
    """Return every error of a timetable."""
    errors: list[InvalidSetting] = []
    if timetable.time_zone not in zone_names():
        errors.append(InvalidSetting("timetable.time_zone", timetable.time_zone, _ZONE_EXPECTED))
    errors += _week_errors(timetable)
    errors += range_error("timetable.exceptions", len(timetable.exceptions), 0, EXCEPTIONS_MAX)
    for day, exceptional in timetable.exceptions.items():
        errors += _exception_errors(timetable, day, exceptional)
    if timetable.country is None and timetable.closed_on_holidays:
        errors.append(InvalidSetting("timetable.country", "", "a country whose days off are known"))
    if timetable.country is not None and timetable.country not in countries():
        errors.append(
            InvalidSetting(
                "timetable.country", timetable.country, "a country whose days off are known"
            )
        )
    return tuple(errors)


def range_error(field: str, value: int, least: int, most: int) -> tuple[InvalidSetting, ...]:
    """Return the error of a number outside its range, or nothing."""
    if least <= value <= most:
        return ()
    return (InvalidSetting(field, str(value), f"{least}..{most}"),)


def clock_error(field: str, value: time) -> tuple[InvalidSetting, ...]:
    """Return the error of a time of day with a zone or with seconds, or nothing."""
    if value.tzinfo is not None:
        return (InvalidSetting(field, str(value), "a time without a zone"),)
    return () if _is_whole_minute(value) else (InvalidSetting(field, str(value), "whole minutes"),)


def length_error(field: str, value: str, most: int) -> tuple[InvalidSetting, ...]:
    """Return the error of a text that is too long to be shown, or nothing."""
    return () if len(value) <= most else (InvalidSetting(field, value, f"0..{most} characters"),)


def text_error(field: str, value: str) -> tuple[InvalidSetting, ...]:
    """Return the error of an empty text, or nothing."""
    return () if value.strip() else (InvalidSetting(field, value, "a text"),)


def _week_errors(timetable: Timetable) -> list[InvalidSetting]:
    errors: list[InvalidSetting] = []
    for weekday, hours in enumerate(timetable.week):
        field = f"timetable.week[{weekday}]"
        before = timetable.week[weekday - 1]
        errors += _hours_errors(field, hours) or _overlap(field, before, hours)
    return errors


def _exception_errors(
    timetable: Timetable, day: date, exceptional: ExceptionalDay
) -> list[InvalidSetting]:
    """Return the errors of an exception, and of its place between the days beside it."""
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        years = f"{YEAR_MIN}..{YEAR_MAX}"
        return [InvalidSetting(f"timetable.exceptions.{day}", str(day), years)]
    errors = [*length_error(f"timetable.exceptions.{day}.reason", exceptional.reason, REASON_MAX)]
    return errors + _exceptional_hours_errors(timetable, day, exceptional.hours)


def _exceptional_hours_errors(timetable: Timetable, day: date, hours: Day) -> list[InvalidSetting]:
    field = f"timetable.exceptions.{day}.hours"
    before, after = _hours_beside(timetable, day - DAY), _hours_beside(timetable, day + DAY)
    errors = _hours_errors(field, hours) or _overlap(field, before, hours)
    alone = day + DAY not in timetable.exceptions and not _zoned(after)
    if not errors and alone and _overlap(field, hours, after):
        closes = f"closes by {after[0].opens:%H:%M} of the next day"
        errors.append(InvalidSetting(field, _shown(hours[-1]), closes))
    return errors


def _hours_beside(timetable: Timetable, day: date) -> Day:
    exceptional = timetable.exceptions.get(day)
    return timetable.week[day.weekday()] if exceptional is None else exceptional.hours


def _hours_errors(field: str, hours: Day) -> list[InvalidSetting]:
    """Return the errors of a day's hours: too many, with a zone, out of order, or overlapping."""
    if len(hours) > OPENINGS_MAX:
        return [InvalidSetting(field, str(len(hours)), f"0..{OPENINGS_MAX} openings")]
    if _zoned(hours):
        return [InvalidSetting(field, _shown(x), "times without a zone") for x in _zoned(hours)]
    between = [x for x in hours if not (_is_whole_minute(x.opens) and _is_whole_minute(x.closes))]
    if between:
        return [InvalidSetting(field, f"{x.opens}-{x.closes}", "whole minutes") for x in between]
    errors = [
        InvalidSetting(field, _shown(x), "the day's last hours, as they close on the next day")
        for x in hours[:-1]
        if ends_next_day(x)
    ]
    free_from = _MIDNIGHT
    for each in hours:
        opens, closes = interval(each)
        if opens < free_from < DAY:
            errors.append(InvalidSetting(field, _shown(each), _after(free_from)))
        free_from = max(free_from, closes)
    return errors


def _is_whole_minute(value: time) -> bool:
    return value.second == value.microsecond == 0


def _zoned(hours: Day) -> Day:
    return tuple(x for x in hours if x.opens.tzinfo is not None or x.closes.tzinfo is not None)


def _overlap(field: str, before: Day, hours: Day) -> list[InvalidSetting]:
    """Return the error of hours that begin while the place is open since the day before."""
    if not hours or _zoned(before) or not reaches_midnight(before):
        return []
    free_from = interval(before[-1])[1] - DAY
    if interval(hours[0])[0] >= free_from:
        return []
    return [InvalidSetting(field, _shown(hours[0]), _after(free_from))]


def _after(free_from: timedelta) -> str:
    minutes = int(free_from.total_seconds()) // 60
    return f"opens at or after {minutes // 60:02d}:{minutes % 60:02d}"


def _shown(hours: Hours) -> str:
    return f"{hours.opens:%H:%M}-{hours.closes:%H:%M}"
