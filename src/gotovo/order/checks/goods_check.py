"""Goods check: the units that a command names are units that the order has."""

from collections.abc import Iterable

from gotovo.order.facts import Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, Units, units_per_line


def wrong_units(field: str, units: tuple[Units, ...], available: Iterable[int]) -> Decision | None:
    """Refuse units of an unknown line, or more of a line than are available there."""
    left = list(available)
    counted = [0] * len(left)
    for each in units:
        if not 1 <= each.line <= len(left):
            return refuse(Code.UNKNOWN_LINE, field, each.line, f"1..{len(left)}")
        index = each.line - 1
        counted[index] += each.quantity
        if each.quantity < 1 or counted[index] > left[index]:
            expected = f"1..{left[index]}" if left[index] else "0"
            return refuse(Code.WRONG_QUANTITY, field, counted[index], expected)
    return None


def wrong_return(order: Order, units: tuple[Units, ...]) -> Decision | None:
    """Refuse units that the buyer does not have."""
    return wrong_units("units", units, (line.issued - line.returned for line in order.lines))


def brought_back(order: Order, units: tuple[Units, ...]) -> bool:
    """Return whether these units came back and are no units that the buyer still has.

    None named are all: then the buyer has nothing left.
    """
    if not units:
        came = any(line.returned for line in order.lines)
        return came and not units_with_buyer(order)
    counts = units_per_line(order, units)
    if sum(counts) != sum(each.quantity for each in units) or min(counts) < 0:
        return False
    came = all(n <= line.returned for n, line in zip(counts, order.lines, strict=True))
    left = all(n <= x.issued - x.returned for n, x in zip(counts, order.lines, strict=True))
    return came and not left


def units_with_buyer(order: Order) -> tuple[Units, ...]:
    """Return everything that was issued and not brought back yet."""
    return tuple(
        Units(index, line.issued - line.returned)
        for index, line in enumerate(order.lines, 1)
        if line.issued > line.returned
    )
