"""Duration key: the stage, what it leads to, the route, the time of week."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from gotovo.order.values.order import COURIER_PLACE, Order, Stage, place_of
from gotovo.points.local_time import zone
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.value import Value

Goal = Literal["next", "shelved", "issued"]
"""next: the stage is left for the one after it · shelved, issued: the whole way from its begin."""

ANY_ROUTE = ""
ANY_TIME = -1

_PARTS_OF_DAY = (8, 14, 20)
"""Hours at which a part of the day ends: before work, before and after dinner, past the cut-off."""

_FRIDAY = 4
_NO_ZONE = "UTC"


class DurationKey(Value, frozen=True, cache_hash=True):
    """One sketch's name; a route is `warehouse>point`, or `warehouse>courier`."""

    stage: Stage
    goal: Goal
    route: str
    slot: int


def goal_of(order: Order) -> Goal:
    """Return what makes an order ready: its shelf, or with a courier its hand-over."""
    return "issued" if place_of(order) == COURIER_PLACE else "shelved"


def route_of(order: Order) -> str:
    """Return the route of an order, from its warehouse."""
    return f"{order.warehouse}>{place_of(order)}"


def slot_of(instant: datetime, time_zone: str) -> int:
    """Return the time of week: Monday to Thursday, Friday, Saturday, Sunday, by part of the day."""
    local = instant.astimezone(zone(time_zone))
    day = max(local.weekday() - _FRIDAY + 1, 0)
    part = sum(local.hour >= hour for hour in _PARTS_OF_DAY)
    return day * (len(_PARTS_OF_DAY) + 1) + part


def zone_of(order: Order, points: Mapping[str, Point], warehouses: Mapping[str, Warehouse]) -> str:
    """Return the zone that counts: the point's, else the warehouse's."""
    point = points.get(place_of(order))
    place = point or warehouses.get(order.warehouse)
    return place.timetable.time_zone if place else _NO_ZONE


def widening(key: DurationKey) -> tuple[DurationKey, ...]:
    """Return the key and ever wider ones: the same route at any time, any route, anything."""
    return (
        key,
        DurationKey(key.stage, key.goal, key.route, ANY_TIME),
        DurationKey(key.stage, key.goal, ANY_ROUTE, key.slot),
        DurationKey(key.stage, key.goal, ANY_ROUTE, ANY_TIME),
    )


def widened(keys: Iterable[DurationKey]) -> set[DurationKey]:
    """Return the keys and all their wider ones."""
    return {wide for key in keys for wide in widening(key)}
