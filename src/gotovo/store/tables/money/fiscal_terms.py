"""Fiscal terms of shops in PostgreSQL."""

from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec
from msgspec import Struct

from gotovo.order.values.fiscal.fiscal_terms import FiscalTerms
from gotovo.store.postgres.statements import load_statements

_sql: Final = load_statements("tables/money/fiscal_terms.sql")


class StoredTerms(Struct, frozen=True):
    """The terms of a shop; `version` counts their changes."""

    shop: str
    version: int
    terms: FiscalTerms


class FiscalTermsStore:
    """Reads and writes terms."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def find(self, shop: str) -> StoredTerms | None:
        """Return the terms of a shop; that of the default shop is empty."""
        row = await self._pool.fetchrow(_sql["fiscal_terms"], shop)
        if row is None:
            return None
        return StoredTerms(row["shop"], row["version"], _decoder.decode(row["terms"]))

    async def put(
        self, shop: str, terms: FiscalTerms, at: datetime, version: int | None = None
    ) -> int | None:
        """Store terms and return their version; None when those to replace are others."""
        stored = msgspec.json.encode(terms).decode()
        return await self._pool.fetchval(_sql["put_fiscal_terms"], shop, stored, at, version)


_decoder = msgspec.json.Decoder(FiscalTerms)
