"""Return without a claim: goods that nobody announced, and above a value a second person agrees.

Who takes back what was never brought gets a refund for nothing. A claim comes from the buyer, so
there two already say the same; without one there is the clerk alone.
"""

from gotovo.order.facts import Decision, Facts, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, Units, units_per_line
from gotovo.order.values.settlement.balance import value_of
from gotovo.points.desk.second_person import ApprovalKind, needs_second_person, rule_for
from gotovo.points.point import Point


def unclaimed(order: Order, units: tuple[Units, ...]) -> tuple[Units, ...]:
    """Return those of these units that the buyer has not claimed, a line at most once."""
    announced = units_per_line(order, order.claim.units if order.claim else ())
    brought = units_per_line(order, units)
    return tuple(
        Units(line, n - most)
        for line, (n, most) in enumerate(zip(brought, announced, strict=True), 1)
        if n > most
    )


def asks_for_second_person(order: Order, units: tuple[Units, ...], point: Point) -> bool:
    """Return whether the point wants somebody else's word before it takes these back."""
    without = unclaimed(order, units)
    if not without:
        return False
    rule = rule_for(point.second_person, ApprovalKind.RETURN_WITHOUT_CLAIM)
    count = sum(each.quantity for each in without)
    return needs_second_person(rule, value_of(order, without), order.currency, count)


def not_approved_return(
    order: Order, units: tuple[Units, ...], point: str, approved_by: str, facts: Facts
) -> Decision | None:
    """Refuse a clerk of a point who alone takes back too much that nobody claimed."""
    if facts.actor.role is not Role.POINT or order.imported:
        return None
    if approved_by not in {"", facts.actor.id}:
        return None
    if not asks_for_second_person(order, units, facts.world.points[point]):
        return None
    rule = rule_for(facts.world.points[point].second_person, ApprovalKind.RETURN_WITHOUT_CLAIM)
    limit = rule.above.get(order.currency, 0)
    value = value_of(order, unclaimed(order, units))
    return refuse(Code.APPROVAL_REQUIRED, "approval", value, f"..{limit}")
