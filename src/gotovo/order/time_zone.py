"""The time zone that an order's times are shown and counted in (rule 4.15)."""

from collections.abc import Mapping

from gotovo.order.values.order import Order, place_of
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse


def time_zone_of(
    order: Order, points: Mapping[str, Point], warehouses: Mapping[str, Warehouse]
) -> str:
    """Return the point's time zone, for a courier order the warehouse's, UTC without either."""
    place = points.get(place_of(order)) or warehouses.get(order.warehouse)
    return place.timetable.time_zone if place else "UTC"
