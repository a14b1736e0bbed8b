"""Duration key: the stage, what it leads to, the route, the time of week."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from gotovo.order.values.order import COURIER_PLACE, Order, Stage, place_of
from gotovo.points.local_time import zone
from gotovo.value import Value

Goal = Literal["next", "shelved", "issued"]
"""next: the stage is left for the one after it · shelved, issued: the whole way from its begin."""

ANY_ROUTE = ""
ANY_TIME = -1

_PARTS_OF_DAY = (8, 14, 20)
"""Hours at which a part of the day ends: before work, before and after dinner, past the cut-off."""

_FRIDAY = 4


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
