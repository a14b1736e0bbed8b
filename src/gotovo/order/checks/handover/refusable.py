"""Goods that can't be refused: hygiene, jewellery and the like, unless they are defective."""

from gotovo.order.facts import Decision, Facts, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import is_person
from gotovo.order.values.handover.refused_units import GoodsRefusal, RefusedUnits
from gotovo.order.values.order import Line, Order, Pickup, Units
from gotovo.points.point import Point


def not_refusable(order: Order, units: tuple[Units, ...], facts: Facts) -> Decision | None:
    """Refuse to take back goods of a class that is not refusable here, save for a defect."""
    classes = not_refusable_classes(_point_of(order, facts), facts.world.terms.not_refusable)
    return _of_such_class(order, units, classes, "refused")


def not_returnable(
    order: Order, units: tuple[Units, ...], point: str, facts: Facts
) -> Decision | None:
    """Refuse to take back issued goods of a class that is not refusable at this point.

    A defect may always be brought. Programs that say no reasons are asked for none; a person is.
    """
    told = is_person(facts.actor) or any(isinstance(x, RefusedUnits) and x.reason for x in units)
    if not told or order.imported:
        return None
    classes = not_refusable_classes(facts.world.points.get(point), facts.world.terms.not_refusable)
    return _of_such_class(order, units, classes, "units")


def _of_such_class(
    order: Order, units: tuple[Units, ...], classes: frozenset[str], field: str
) -> Decision | None:
    if not classes:
        return None
    for each in units:
        line = order.lines[each.line - 1]
        is_defective = isinstance(each, RefusedUnits) and each.is_defective
        if not is_defective and not is_refusable(line, classes):
            return refuse(Code.NOT_REFUSABLE, field, each.line, GoodsRefusal.DEFECT)
    return None


def not_refusable_classes(point: Point | None, network: tuple[str, ...]) -> frozenset[str]:
    """Return the classes of goods that a buyer can't leave at this point without a defect."""
    return frozenset((*network, *(point.not_refusable if point else ())))


def is_refusable(line: Line, classes: frozenset[str]) -> bool:
    """Return whether the goods of a line may be refused because they are not wanted."""
    return line.goods_class not in classes


def _point_of(order: Order, facts: Facts) -> Point | None:
    if isinstance(order.delivery, Pickup):
        return facts.world.points.get(order.delivery.point)
    return None
