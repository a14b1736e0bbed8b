"""Goods that can't be refused: hygiene, jewellery and the like, unless they are defective."""

from gotovo.order.facts import Decision, Facts, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.handover.refused_units import GoodsRefusal, RefusedUnits
from gotovo.order.values.order import Line, Order, Pickup, Units
from gotovo.points.point import Point


def not_refusable(order: Order, units: tuple[Units, ...], facts: Facts) -> Decision | None:
    """Refuse to take back goods of a class that is not refusable here, save for a defect."""
    classes = not_refusable_classes(_point_of(order, facts), facts.world.terms.not_refusable)
    if not classes:
        return None
    for each in units:
        line = order.lines[each.line - 1]
        is_defective = isinstance(each, RefusedUnits) and each.is_defective
        if not is_defective and not is_refusable(line, classes):
            return refuse(Code.NOT_REFUSABLE, "refused", each.line, GoodsRefusal.DEFECT)
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
