"""Setting the town up: its places, and goods in its warehouse."""

import uuid
from datetime import datetime

from gotovo.engine.ports import Sku, SkuLevel
from gotovo.points.local_time import local_date
from gotovo.store.tables.network.stock import NewEntry
from gotovo.town.dataset.goods import GOODS, RARE_ON_HAND, Good
from gotovo.town.dataset.places import TIME_ZONE, WAREHOUSE, points
from gotovo.town.simulation.runtime import House

_NAMESPACE = uuid.UUID("a2b6a0a7-3b0e-5b43-8a3d-f2a3b4c9d201")
_ACTOR = "warehouse:gulnara"

LOW = 20
"""Units free to be sold below which more is ordered."""

DELIVERED = 100


async def furnish(house: House, now: datetime, units: int) -> None:
    """Put the warehouse, the points and so many units of each good into the house."""
    await house.directory.put_warehouse(WAREHOUSE, now)
    for point in points(local_date(now, TIME_ZONE)):
        await house.directory.put_point(point, now)
    wanted = {good: RARE_ON_HAND if good.rare else units for good in GOODS}
    entries = [_receipt(good, n, "first") for good, n in wanted.items()]
    await house.stock.enter(entries, _ACTOR, now)


async def restock(house: House) -> int:
    """Receive more of what runs low, rare things apart; return how many goods that were."""
    now = house.clock()
    usual = [good for good in GOODS if not good.rare]
    levels = await house.journal.levels([Sku(WAREHOUSE.code, good.sku) for good in usual])
    low = [good for good in usual if _free(levels.get(Sku(WAREHOUSE.code, good.sku))) < LOW]
    if low:
        entries = [_receipt(good, DELIVERED, now.isoformat()) for good in low]
        await house.stock.enter(entries, _ACTOR, now)
    return len(low)


def _free(level: SkuLevel | None) -> int:
    return level.on_hand - level.reserved if level else 0


def _receipt(good: Good, units: int, delivery: str) -> NewEntry:
    name = uuid.uuid5(_NAMESPACE, f"{good.sku}:{delivery}")
    return NewEntry(name, WAREHOUSE.code, good.sku, units, "поставка", good.title)
