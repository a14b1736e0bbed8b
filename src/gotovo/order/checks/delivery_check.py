"""Delivery check: a place that an order can be handed over at, for placement and redirection.

Unpaid orders are handed over only at points where money is taken.
"""

from collections.abc import Mapping
from datetime import datetime

from gotovo.order.checks.point_room import point_full
from gotovo.order.facts import Decision, World, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Delivery, Pickup
from gotovo.order.values.payments.payment import PaymentTerm
from gotovo.points.point import Point
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


def offers_payment(point: Point | None) -> bool:
    """Return whether orders that are handed over here may be paid then; a courier has no point."""
    return point is not None and point.pays_at_point


def prepayment_required(delivery: Delivery, world: World) -> Decision | None:
    """Refuse an unpaid order where it can only be paid in advance: by courier, or at this point."""
    point = world.points.get(delivery.point) if isinstance(delivery, Pickup) else None
    return None if offers_payment(point) else in_advance()


def sum_too_large(total: int, world: World) -> Decision | None:
    """Refuse an order that costs more than may be left unpaid until it is handed over."""
    limit = world.terms.pay_at_point_max
    return in_advance() if limit and total > limit else None


def point_elsewhere(left: str, points: Mapping[str, Point]) -> bool:
    """Return whether an unpaid order may go to another point than the one it leaves."""
    return any(
        point.pays_at_point and point.accepting and code != left for code, point in points.items()
    )


def in_advance() -> Decision:
    """Refuse to leave an order unpaid."""
    return refuse(Code.PREPAYMENT_REQUIRED, "payment", PaymentTerm.AT_POINT, PaymentTerm.IN_ADVANCE)


def _unfit_point(code: str, world: World, at: datetime, left: str) -> Decision | None:
    point = world.points.get(code)
    if point is None:
        return refuse(Code.UNKNOWN_POINT, "delivery.point", code)
    if not (point.accepting and opens_again(point.timetable, at)):
        return refuse(Code.POINT_CLOSED, "delivery.point", code)
    return point_full(point, world, left)
