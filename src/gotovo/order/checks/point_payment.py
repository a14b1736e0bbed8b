"""Point payment: whether an order may be paid when it is handed over, and not in advance."""

from collections.abc import Mapping

from gotovo.order.facts import Decision, World, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Delivery, Pickup
from gotovo.order.values.payments.payment import PaymentTerm
from gotovo.points.point import Point


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
