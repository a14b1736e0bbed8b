"""Delivery check: a place that an order can be handed over at, for placement and redirection."""

from datetime import datetime

from gotovo.order.checks.point_room import point_full
from gotovo.order.facts import Decision, World, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Delivery, Pickup
from gotovo.points.timetable import opens_again


def unfit_delivery(
    delivery: Delivery, contact: Contact | None, world: World, at: datetime, left: str = ""
) -> Decision | None:
    """Refuse a point that is unknown, closed to orders or full, and a courier without an address.

    `contact` is the buyer's, as it will be with this delivery; `left` is the point that an order
    leaves. A point that never opens again after the instant is closed, too.
    """
    if isinstance(delivery, Pickup):
        return _unfit_point(delivery.point, world, at, left)
    if contact is None or not contact.address.strip():
        return refuse(Code.ADDRESS_MISSING, "delivery.address", "", "street, house")
    return None


def _unfit_point(code: str, world: World, at: datetime, left: str) -> Decision | None:
    point = world.points.get(code)
    if point is None:
        return refuse(Code.UNKNOWN_POINT, "delivery.point", code)
    if not (point.accepting and opens_again(point.timetable, at)):
        return refuse(Code.POINT_CLOSED, "delivery.point", code)
    return point_full(point, world, left)
