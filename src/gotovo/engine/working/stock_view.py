"""Stock view of a batch: the levels as they were read, and what the batch moves.

All orders of a batch see one view, so the last unit goes to the command that came first (rule 4.9),
and the batch writes each sku once however many orders moved it.
"""

from collections.abc import Iterable, Mapping

from gotovo.engine.ports import Sku, SkuLevel
from gotovo.order.stock_movements import StockMovement


class WorkingStock:
    """One batch's view of the stock; it implements `order.facts.AvailableStock`."""

    def __init__(self, levels: Mapping[Sku, SkuLevel]) -> None:
        self._levels = levels
        self._moved: dict[tuple[str, str], list[int]] = {}

    def known(self, warehouse: str, sku: str) -> bool:
        """Return whether the warehouse has ever listed the sku."""
        return (warehouse, sku) in self._levels

    def available(self, warehouse: str, sku: str) -> int:
        """Return the units on hand that are not reserved, this batch included."""
        key = Sku(warehouse, sku)
        level = self._levels.get(key)
        if level is None:
            return 0
        on_hand, reserved = self._moved.get(key, (0, 0))
        return level.on_hand + on_hand - level.reserved - reserved

    def move(self, movements: Iterable[StockMovement]) -> None:
        """Apply the movements of a command."""
        for movement in movements:
            moved = self._moved.setdefault((movement.warehouse, movement.sku), [0, 0])
            moved[0] += movement.on_hand
            moved[1] += movement.reserved

    def summed(self) -> tuple[StockMovement, ...]:
        """Return the movements of the whole batch: one per sku, in the order of locks."""
        return tuple(
            StockMovement(warehouse, sku, on_hand, reserved)
            for (warehouse, sku), (on_hand, reserved) in sorted(self._moved.items())
            if on_hand or reserved
        )
