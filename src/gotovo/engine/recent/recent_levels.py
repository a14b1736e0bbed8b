"""Recent levels: the stock that was read lately, where there is far more of it than is asked for.

Others take from it meanwhile. The write of a batch takes nothing that is not there, so a level that
is out of date loses the race, and is read. That goods are gone is never decided from memory.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from gotovo.engine.ports import Sku, SkuLevel
from gotovo.order.stock_movements import StockMovement

MARGIN_UNITS = 100
"""Left over when a batch has all that it asks for: about what others take in the seconds until the
level is read again."""

SKUS_MAX = 10_000
"""Some 3 MB."""

ReadLevels = Callable[[Sequence[Sku]], Awaitable[Mapping[Sku, SkuLevel]]]
"""Reads the level of each sku that its warehouse lists."""


class RecentLevels:
    """The levels of one process; those read longest ago are dropped."""

    def __init__(self) -> None:
        self._levels: OrderedDict[Sku, SkuLevel] = OrderedDict()

    async def of(
        self, wanted: Mapping[Sku, int], read: ReadLevels, *, from_memory: bool
    ) -> Mapping[Sku, SkuLevel]:
        """Return the levels of skus, of which a batch asks for so many units."""
        levels: dict[Sku, SkuLevel] = {}
        if from_memory:
            for sku, units in wanted.items():
                level = self._levels.get(sku)
                if level is not None and _available(level) >= units + MARGIN_UNITS:
                    levels[sku] = level
        absent = [sku for sku in wanted if sku not in levels]
        if absent:
            found = await read(absent)
            levels.update(found)
            self._store(absent, found)
        return levels

    def move(self, movements: Iterable[StockMovement]) -> None:
        """Apply what a committed batch has moved."""
        for movement in movements:
            sku = Sku(movement.warehouse, movement.sku)
            level = self._levels.get(sku)
            if level is not None:
                self._levels[sku] = SkuLevel(
                    level.on_hand + movement.on_hand, level.reserved + movement.reserved
                )

    def _store(self, read: Iterable[Sku], found: Mapping[Sku, SkuLevel]) -> None:
        for sku in read:
            self._levels.pop(sku, None)
            if sku in found and _available(found[sku]) >= MARGIN_UNITS:
                self._levels[sku] = found[sku]
        while len(self._levels) > SKUS_MAX:
            self._levels.popitem(last=False)


def _available(level: SkuLevel) -> int:
    return level.on_hand - level.reserved
