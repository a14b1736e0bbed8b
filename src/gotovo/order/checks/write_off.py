"""Writing off: who says that parcels are lost, and from what they are worth a second one agrees."""

from collections.abc import Sequence

from gotovo.order.facts import Facts
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, place_of
from gotovo.points.desk.second_person import ApprovalKind, needs_second_person, rule_for


def writes_off_alone(order: Order, lost: Sequence[str], facts: Facts) -> bool:
    """Return whether who stands at a point would write off more than its setting lets one person.

    What is lost on a shelf may be in somebody's pocket. The office answers for itself.
    """
    if facts.actor.role is not Role.POINT or not lost:
        return False
    point = facts.world.points.get(place_of(order))
    if point is None:
        return False
    rule = rule_for(point.second_person, ApprovalKind.WRITE_OFF)
    return needs_second_person(rule, worth(order, lost), order.currency, units(order, lost))


def worth(order: Order, parcels: Sequence[str]) -> int:
    """Return what the goods in these parcels cost, in minor units."""
    return sum(
        order.lines[each.line - 1].price * each.quantity
        for parcel in order.parcels
        if parcel.barcode in parcels
        for each in parcel.contents
    )


def units(order: Order, parcels: Sequence[str]) -> int:
    """Return how many units are in these parcels."""
    inside = (parcel.contents for parcel in order.parcels if parcel.barcode in parcels)
    return sum(each.quantity for contents in inside for each in contents)
