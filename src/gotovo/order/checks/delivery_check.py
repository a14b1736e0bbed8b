"""Delivery check: a place that an order can be handed over at, for placement and redirection."""

from gotovo.order.checks.point_room import point_full
from gotovo.order.facts import Decision, World, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Courier, Delivery, Pickup


def unfit_delivery(delivery: Delivery, contact: Contact | None, world: World) -> Decision | None:
    """Refuse a point that is unknown, closed to orders or full, and a courier without an address.

    `contact` is the buyer's, as it will be with this delivery.
    """
    match delivery:
        case Courier() if contact is None or not contact.address.strip():
            return refuse(Code.ADDRESS_MISSING, "delivery.address")
        case Pickup(code) if code not in world.points:
            return refuse(Code.UNKNOWN_POINT, "delivery.point", code)
        case Pickup(code) if not world.points[code].accepting:
            return refuse(Code.POINT_CLOSED, "delivery.point", code)
        case Pickup(code):
            return point_full(code, world)
        case _:
            return None
