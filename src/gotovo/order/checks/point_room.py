"""Room at a point: what it holds counts when an order is placed or redirected (rule 4.17)."""

from gotovo.order.facts import Decision, World, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, Pickup
from gotovo.order.values.status import status_of

_HELD = frozenset({"processing", "ready_for_pickup"})


def point_holding(order: Order | None) -> str:
    """Return the point on whose shelves or on whose way an order is; empty when there is none."""
    if order is None or not isinstance(order.delivery, Pickup) or status_of(order) not in _HELD:
        return ""
    return order.delivery.point


def point_full(code: str, world: World) -> Decision | None:
    """Refuse a point without room for one more order; name the nearest ones that have room."""
    point, load = world.points[code], world.load
    if load.held(code) < point.capacity:
        return None
    return refuse(Code.POINT_FULL, "delivery.point", code, ", ".join(load.nearest_with_room(point)))


def over_capacity(code: str, world: World) -> bool:
    """Return whether a point holds more orders than it has room for."""
    return code in world.points and world.load.held(code) > world.points[code].capacity
