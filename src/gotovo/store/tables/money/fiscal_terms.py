"""Fiscal terms of shops in PostgreSQL."""

from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec
from msgspec import Struct

from gotovo.order.values.fiscal.fiscal_terms import FiscalTerms
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import PROGRAM, Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import append

_sql: Final = load_statements("tables/money/fiscal_terms.sql")


class StoredTerms(Struct, frozen=True):
    """The terms of a shop; `version` counts their changes."""

    shop: str
    version: int
    terms: FiscalTerms


class FiscalTermsStore:
    """Reads and writes terms."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; each call is one transaction."""
        self._pool = pool

    async def find(self, shop: str) -> StoredTerms | None:
        """Return the terms of a shop; that of the default shop is empty."""
        row = await self._pool.fetchrow(_sql["fiscal_terms"], shop)
        if row is None:
            return None
        return StoredTerms(row["shop"], row["version"], _decoder.decode(row["terms"]))

    async def put(
        self,
        shop: str,
        terms: FiscalTerms,
        at: datetime,
        version: int | None = None,
        by: Author = PROGRAM,
    ) -> int | None:
        """Store terms and return their version; None when those to replace are others."""
        content = msgspec.json.encode(terms).decode()
        async with self._pool.acquire() as connection, connection.transaction():
            row = (shop, content, at, version)
            stored = await connection.fetchval(_sql["put_fiscal_terms"], *row)
            if stored is not None:
                entry = SecurityEntry(
                    kind=SecurityKind.SHOP_CHANGED,
                    at=at,
                    by=by,
                    shop=shop,
                    subject=f"receipt-terms:{shop}",
                    details=EntryDetails(version=stored),
                )
                await append(connection, [entry])
        return stored


_decoder = msgspec.json.Decoder(FiscalTerms)
