"""Reads of returns at a desk: what is claimed at a point, and who may bring something."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg

from gotovo.store.postgres.statements import load_statements
from gotovo.store.reads.desk.visits import SAME_DIGITS_MAX
from gotovo.store.reads.programs import OrderRead

PLACED_SINCE: Final = timedelta(days=60)
"""How long ago an order was placed that is found here: its way, its storage, the return period and
a month for what was claimed in it. An older one is found by its number."""

_LAST: Final = (datetime(9999, 12, 30, tzinfo=UTC), "")

_sql = load_statements("reads/desk/returns.sql")


class ReturnReads:
    """Reads of one point; each is one statement."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def claimed(
        self,
        point: str,
        shop: str | None,
        now: datetime,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> Sequence[OrderRead]:
        """Return a page of orders that a claim waits for; `after` is the last of the one before."""
        wanted = (point, shop, now - PLACED_SINCE, *(after or _LAST), limit)
        return [OrderRead(row) for row in await self._pool.fetch(_sql["claimed"], *wanted)]

    async def issued_with_phone(
        self, point: str, shop: str | None, phone_last4: str, now: datetime
    ) -> Sequence[OrderRead]:
        """Return what was issued at a point to whom has a phone that ends like this."""
        wanted = (point, shop, phone_last4, now - PLACED_SINCE, SAME_DIGITS_MAX)
        rows = await self._pool.fetch(_sql["issued_with_phone"], *wanted)
        return [OrderRead(row) for row in rows]
