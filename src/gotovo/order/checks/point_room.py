"""Room at a point: what it holds counts when an order is placed or redirected (rule 4.17)."""

from gotovo.order.facts import Decision, World, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, Pickup
from gotovo.order.values.status import STATUS_OF
from gotovo.points.point import Point

_HELD = frozenset(
    stage for stage, status in STATUS_OF.items() if status in {"processing", "ready_for_pickup"}
)


def point_holding(order: Order | None) -> str:
    """Return the point on whose shelves or on whose way an order is; empty when there is none."""
    if order is None or order.stage not in _HELD:
        return ""
    return order.delivery.point if isinstance(order.delivery, Pickup) else ""


def point_full(point: Point, world: World, left: str = "") -> Decision | None:
    """Refuse a point without room for one more order; name the nearest ones that have room.

    The point that a redirected order leaves is not among them.
    """
    if world.load.held(point.code) < point.capacity:
        return None
    near = ", ".join(world.load.nearest_with_room(point, left))
    return refuse(Code.POINT_FULL, "delivery.point", point.code, near)


def over_capacity(code: str, world: World) -> bool:
    """Return whether a point holds more orders than it has room for."""
    return code in world.points and world.load.held(code) > world.points[code].capacity
