"""The shops of the network (rule 4.18)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.order.values.actor import DEFAULT_SHOP
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import PROGRAM, Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.states import WithState, record_change

_sql = load_statements("tables/network/shops.sql")


class StoredShop(Struct, frozen=True):
    """A shop; `version` counts its changes."""

    code: str
    title: str
    version: int


class Shops:
    """Reads and writes shops, and knows which codes exist."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool. A shop is never deleted, so a code that was found is known for good."""
        self._pool = pool
        self._known = {DEFAULT_SHOP}

    async def is_known(self, code: str) -> bool:
        """Tell whether there is such a shop; only the first question about one is a query."""
        return code in self._known or await self.find(code) is not None

    async def find(self, code: str) -> StoredShop | None:
        """Return a shop."""
        row = await self._pool.fetchrow(_sql["shop"], code)
        if row is None:
            return None
        self._known.add(code)
        return StoredShop(**row)

    async def page(self, after: str, only: str | None, limit: int) -> Sequence[StoredShop]:
        """Return the shops after a code, in order of code, or `only` this one."""
        rows = await self._pool.fetch(_sql["shops_page"], after, only, limit)
        return [StoredShop(**row) for row in rows]

    async def put(
        self,
        code: str,
        title: str,
        at: datetime,
        version: int | None = None,
        by: Author = PROGRAM,
    ) -> int | None:
        """Store a shop and return its version; None when the one to replace is another."""
        async with self._pool.acquire() as connection, connection.transaction():
            stored = await connection.fetchval(_sql["put_shop"], code, title, at, version)
            if stored is not None:
                entry = SecurityEntry(
                    kind=SecurityKind.SHOP_CHANGED,
                    at=at,
                    by=by,
                    shop=code,
                    details=EntryDetails(version=stored),
                )
                await record_change(connection, WithState.SHOP, code, entry)
        return stored
