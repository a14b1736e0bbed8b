"""Nearness: which points can stand in for another, the nearest first (rule 4.17).

Points have no coordinates. Nearest are those of the same city, which an address begins with after
its postal code; then those of the same warehouse, then those by the same clock.
"""

from collections.abc import Mapping

from gotovo.points.point import Point


def nearest_points(points: Mapping[str, Point], point: Point) -> list[Point]:
    """Return the other points that accept orders, the nearest first and else in order of code."""
    city, zone = city_of(point.address), point.timetable.time_zone

    def distance(other: Point) -> tuple[bool, bool, bool, str]:
        away = city_of(other.address) != city
        supplied_from_elsewhere = other.warehouse != point.warehouse
        return away, supplied_from_elsewhere, other.timetable.time_zone != zone, other.code

    others = (each for each in points.values() if each.accepting and each.code != point.code)
    return sorted(others, key=distance)


def city_of(address: str) -> str:
    """Return the city of an address, which comes first in it, or after the postal code."""
    first, _, rest = address.partition(",")
    if first.strip().isdigit():
        first = rest.partition(",")[0]
    return first.strip().casefold()
