"""What is wrong with a setting: the field, its value and what was expected, as data."""

from datetime import time

from gotovo.points.holidays import countries
from gotovo.points.local_time import MIDNIGHT, zone_names
from gotovo.points.timetable import Day, Timetable
from gotovo.value import Value

_END_OF_DAY = time.max


class Fault(Value, frozen=True):
    """One wrong field. `field` is a path like `timetable.week.0`, `expected` a pattern or range."""

    field: str
    value: str
    expected: str


def timetable_faults(timetable: Timetable) -> tuple[Fault, ...]:
    """Return every fault of a timetable, none when it can be computed with."""
    faults: list[Fault] = []
    if timetable.time_zone not in zone_names():
        faults.append(Fault("timetable.time_zone", timetable.time_zone, "a tz database name"))
    for weekday, hours in enumerate(timetable.week):
        faults += _hours_faults(f"timetable.week.{weekday}", hours)
    for day, exceptional in timetable.exceptions.items():
        faults += _hours_faults(f"timetable.exceptions.{day}", exceptional.hours)
    if timetable.country is None and timetable.closed_on_holidays:
        faults.append(Fault("timetable.country", "", "a country whose days off are known"))
    if timetable.country is not None and timetable.country not in countries():
        faults.append(
            Fault("timetable.country", timetable.country, "a country whose days off are known")
        )
    return tuple(faults)


def range_fault(field: str, value: int, least: int, most: int) -> tuple[Fault, ...]:
    """Return the fault of a number outside its range, or nothing."""
    if least <= value <= most:
        return ()
    return (Fault(field, str(value), f"{least}..{most}"),)


def text_fault(field: str, value: str) -> tuple[Fault, ...]:
    """Return the fault of a text that says nothing, or nothing."""
    return () if value.strip() else (Fault(field, value, "a text"),)


def _hours_faults(field: str, hours: Day) -> list[Fault]:
    faults: list[Fault] = []
    free_from: time | None = None
    for each in hours:
        said = f"{each.opens:%H:%M}-{each.closes:%H:%M}"
        closes = _END_OF_DAY if each.closes == MIDNIGHT else each.closes
        if each.opens.tzinfo is not None or each.closes.tzinfo is not None:
            faults.append(Fault(field, said, "times without a zone"))
            continue
        if each.opens >= closes:
            faults.append(Fault(field, said, "opens before closes"))
        elif free_from is not None and each.opens < free_from:
            faults.append(Fault(field, said, f"opens at or after {free_from:%H:%M}"))
        free_from = closes if free_from is None else max(free_from, closes)
    return faults
