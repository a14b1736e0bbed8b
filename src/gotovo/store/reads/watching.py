"""What open pages are told of: the engine's `Changes`, without a word of what has changed."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from gotovo.engine.journal import Noticed, Since
from gotovo.order.customer import home_of_customer
from gotovo.store.statements import load_statements

_sql = load_statements("reads/watching.sql")


class WatchingReads:
    """Reads the feed for those who look at their orders."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def head(self) -> int:
        """Return the position of the newest event."""
        return await self._pool.fetchval(_sql["head"])

    async def after(self, position: int, limit: int) -> Sequence[Noticed]:
        """Return what follows a position, in order."""
        rows = await self._pool.fetch(_sql["after"], position, limit)
        return [Noticed(row["position"], row["number"], row["customer"]) for row in rows]

    async def since(self, customer: str, position: int, limit: int) -> Since:
        """Return the orders of a customer that have events after a position."""
        home = home_of_customer(customer)
        found = await self._pool.fetch(_sql["since"], home, customer, position, limit)
        return Since(found[0]["head"], found[0]["numbers"])
