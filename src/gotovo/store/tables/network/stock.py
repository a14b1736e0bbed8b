"""Stock entries by hand: receipts and corrections, append-only, each applied once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.errors import StoreError
from gotovo.store.postgres.statements import load_statements

STOCK_HOME = 0
"""Stock has no customer: all of it has one home, and a cluster distributes it by sku."""

_sql = load_statements("tables/network/stock.sql")


class StockShort(StoreError):
    """An entry would take away units that are reserved, or that were never there."""


class NewStockEntry(Struct, frozen=True):
    """One receipt (`delta` above zero) or correction; `id` makes a repetition harmless.

    An empty title leaves the one the sku has.
    """

    id: UUID
    warehouse: str
    sku: str
    delta: int
    reason: str
    title: str = ""


class StockEntry(Struct, frozen=True):
    """A stored entry."""

    id: UUID
    warehouse: str
    sku: str
    delta: int
    reason: str
    actor: str
    recorded_at: datetime


class StockLevel(Struct, frozen=True):
    """One sku of one warehouse: units on hand, and how many of them are reserved."""

    warehouse: str
    sku: str
    title: str
    on_hand: int
    reserved: int


class StockStore:
    """Stock levels, and the entries by which people change them."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use a pool; each call is one statement."""
        self._pool = pool

    async def enter(self, entries: Sequence[NewStockEntry], actor: str, at: datetime) -> int:
        """Apply entries, all or none, and return how many were new.

        `actor` is `role:id`. Raises StockShort when what is reserved would not be there.
        """
        ordered = sorted(entries, key=lambda x: (x.warehouse, x.sku))
        try:
            row = await self._pool.fetchrow(
                _sql["enter"],
                STOCK_HOME,
                [x.id for x in ordered],
                [x.warehouse for x in ordered],
                [x.sku for x in ordered],
                [x.title for x in ordered],
                [x.delta for x in ordered],
                [x.reason for x in ordered],
                actor,
                at,
            )
        except asyncpg.CheckViolationError as error:
            raise StockShort(str(error)) from error
        return row["entered"] if row else 0

    async def levels(
        self, warehouse: str | None = None, after: tuple[str, str] = ("", ""), limit: int = 100
    ) -> list[StockLevel]:
        """Return a page of levels behind a (warehouse, sku), in that order."""
        rows = await self._pool.fetch(_sql["list_levels"], STOCK_HOME, warehouse, *after, limit)
        return [StockLevel(**row) for row in rows]

    async def entries(self, warehouse: str, sku: str, limit: int = 100) -> list[StockEntry]:
        """Return the latest entries of a sku, newest first."""
        rows = await self._pool.fetch(_sql["list_entries"], STOCK_HOME, warehouse, sku, limit)
        return [StockEntry(**row) for row in rows]
