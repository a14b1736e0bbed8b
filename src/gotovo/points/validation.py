"""Validation of settings: the field, its value and what was expected, as data."""

from datetime import time

from gotovo.points.holidays import countries
from gotovo.points.local_time import MIDNIGHT, zone_names
from gotovo.points.timetable import Day, Timetable
from gotovo.value import Value

_END_OF_DAY = time.max


class InvalidSetting(Value, frozen=True):
    """One wrong field. `field` is a path like `timetable.week.0`, `expected` a pattern or range."""

    field: str
    value: str
    expected: str


def timetable_errors(timetable: Timetable) -> tuple[InvalidSetting, ...]:
    """Return every error of a timetable."""
    errors: list[InvalidSetting] = []
    if timetable.time_zone not in zone_names():
        errors.append(
            InvalidSetting("timetable.time_zone", timetable.time_zone, "a tz database name")
        )
    for weekday, hours in enumerate(timetable.week):
        errors += _hours_errors(f"timetable.week.{weekday}", hours)
    for day, exceptional in timetable.exceptions.items():
        errors += _hours_errors(f"timetable.exceptions.{day}", exceptional.hours)
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


def text_error(field: str, value: str) -> tuple[InvalidSetting, ...]:
    """Return the error of an empty text, or nothing."""
    return () if value.strip() else (InvalidSetting(field, value, "a text"),)


def _hours_errors(field: str, hours: Day) -> list[InvalidSetting]:
    errors: list[InvalidSetting] = []
    free_from: time | None = None
    for each in hours:
        shown = f"{each.opens:%H:%M}-{each.closes:%H:%M}"
        closes = _END_OF_DAY if each.closes == MIDNIGHT else each.closes
        if each.opens.tzinfo is not None or each.closes.tzinfo is not None:
            errors.append(InvalidSetting(field, shown, "times without a zone"))
            continue
        if each.opens >= closes:
            errors.append(InvalidSetting(field, shown, "opens before closes"))
        elif free_from is not None and each.opens < free_from:
            errors.append(InvalidSetting(field, shown, f"opens at or after {free_from:%H:%M}"))
        free_from = closes if free_from is None else max(free_from, closes)
    return errors
