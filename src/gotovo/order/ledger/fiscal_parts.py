"""Parts of an order's money: units of a line at a price, the delivery, money without goods."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from gotovo.order.values.order import Order
from gotovo.order.values.settlement.balance import paid_for_lines

DELIVERY: Final = 0
"""The `line` of what the order costs beside its goods; lines are counted from 1."""

NO_GOODS: Final = -1
"""The `line` of money that was captured for no goods: too much, or too late."""


class FiscalPhase(StrEnum):
    """Where a part of the money is in the books of the cash register."""

    ADVANCE = "advance"  # paid, and nothing handed over for it
    SETTLED = "settled"  # paid for what was handed over


class FiscalPart(Struct, frozen=True):
    """A number of units of one line at one price, in minor units."""

    line: int
    phase: FiscalPhase
    quantity: int
    price: int

    @property
    def amount(self) -> int:
        """Return what the units come to."""
        return self.quantity * self.price


def sum_of(parts: Sequence[FiscalPart]) -> int:
    """Return what parts come to."""
    return sum(each.amount for each in parts)


def part_of_sum(line: int, phase: FiscalPhase, amount: int, units: int) -> Sequence[FiscalPart]:
    """Return an amount as units of a line, at two prices where it can't be divided.

    An amount smaller than the number of units is one unit: nothing has a price of a part of a
    minor unit, and what costs nothing is on no receipt.
    """
    if not amount:
        return ()
    if amount < units:
        return (FiscalPart(line, phase, 1, amount),)
    return _priced(line, phase, amount, units, 0, units)


def units_of_lines(
    order: Order, phase: FiscalPhase, before: Sequence[int], counts: Sequence[int]
) -> Sequence[FiscalPart]:
    """Return the units of each line that follow those before them, at what was paid for each."""
    paid = paid_for_lines(order)
    return [
        part
        for index, line in enumerate(order.lines)
        for part in _priced(
            index + 1, phase, paid[index], line.quantity, before[index], counts[index]
        )
    ]


def _priced(  # noqa: PLR0917  (what a part has, and which of the units)
    line: int, phase: FiscalPhase, paid: int, quantity: int, before: int, units: int
) -> Sequence[FiscalPart]:
    """Return units at their prices: the first of a line cost one minor unit more, if any do."""
    each, left = divmod(paid, quantity)
    dearer = min(before + units, left) - min(before, left)
    priced = ((dearer, each + 1), (units - dearer, each))
    return [FiscalPart(line, phase, n, price) for n, price in priced if n and price]
