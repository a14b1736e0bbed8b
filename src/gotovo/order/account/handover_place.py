"""Where an order is handed over, and the time zone in which its times are shown."""

from collections.abc import Mapping

from gotovo.order.time_zone import time_zone_of
from gotovo.order.values.order import Order, place_of
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.value import Value


class HandoverPlace(Value, frozen=True):
    """Where an order is handed over, and the time zone there; a courier's order has no point."""

    point: Point | None
    warehouse: Warehouse | None
    time_zone: str


def handover_place(
    order: Order, places: tuple[Mapping[str, Point], Mapping[str, Warehouse]]
) -> HandoverPlace:
    """Return where an order is handed over; without a point, times are in the warehouse's zone."""
    points, warehouses = places
    warehouse = warehouses.get(order.warehouse)
    zone = time_zone_of(order, points, warehouses)
    return HandoverPlace(points.get(place_of(order)), warehouse, zone)
