"""Seeds the network: the town's places, and stock in its warehouse."""

import uuid
from datetime import datetime

from gotovo.engine.ports import Sku, SkuLevel
from gotovo.points.local_time import local_date
from gotovo.store.tables.network.stock import NewStockEntry
from gotovo.town.dataset.places import TIME_ZONE, WAREHOUSE, points
from gotovo.town.dataset.products import PRODUCTS, RARE_ON_HAND, Product
from gotovo.town.simulation.runtime import TownRuntime

_NAMESPACE = uuid.UUID("a2b6a0a7-3b0e-5b43-8a3d-f2a3b4c9d201")
_ACTOR = "warehouse:gulnara"

LOW = 20
"""Unreserved units of a product below which it is restocked."""

DELIVERED = 100


async def seed_network(runtime: TownRuntime, now: datetime, units: int) -> None:
    """Create the warehouse, the points and `units` of each product."""
    await runtime.directory.put_warehouse(WAREHOUSE, now)
    for point in points(local_date(now, TIME_ZONE)):
        await runtime.directory.put_point(point, now)
    wanted = {product: RARE_ON_HAND if product.rare else units for product in PRODUCTS}
    entries = [_receipt(product, n, "first") for product, n in wanted.items()]
    await runtime.stock.enter(entries, _ACTOR, now)


async def restock(runtime: TownRuntime) -> int:
    """Restock products that run low, except rare ones; return how many products."""
    now = runtime.clock()
    usual = [product for product in PRODUCTS if not product.rare]
    levels = await runtime.journal.levels([Sku(WAREHOUSE.code, product.sku) for product in usual])
    low = [
        product for product in usual if _free(levels.get(Sku(WAREHOUSE.code, product.sku))) < LOW
    ]
    if low:
        entries = [_receipt(product, DELIVERED, now.isoformat()) for product in low]
        await runtime.stock.enter(entries, _ACTOR, now)
    return len(low)


def _free(level: SkuLevel | None) -> int:
    return level.on_hand - level.reserved if level else 0


def _receipt(product: Product, units: int, delivery: str) -> NewStockEntry:
    name = uuid.uuid5(_NAMESPACE, f"{product.sku}:{delivery}")
    return NewStockEntry(name, WAREHOUSE.code, product.sku, units, "поставка", product.title)
