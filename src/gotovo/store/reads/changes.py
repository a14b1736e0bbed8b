"""Which orders have changed: the engine's `Changes`, without a word of what has changed."""

from typing import Any

import asyncpg

from gotovo.engine.ports import Noticed, Since, Touched
from gotovo.order.values.customer import home_of_customer
from gotovo.store.postgres.connection_cache import Lender
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("reads/changes.sql")


class ChangeReads:
    """Reads the journal for those who look at it again and again."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool
        self._lender = Lender(pool)

    async def touched(self, lane: int, after: int | None, limit: int) -> Touched:
        """Return what happened in a lane after a position; with None only where the lane ends."""
        bounds = (0, 0) if after is None else (after, limit)
        rows = await self._lender.fetch(_sql["touched"], lane, *bounds)
        events = [Noticed(x["position"], x["number"], x["customer"]) for x in rows if x["number"]]
        return Touched(rows[0]["head"], events)

    async def since(self, lane: int, customer: str, position: int, limit: int) -> Since:
        """Return the orders of a customer that have events after a position."""
        home = home_of_customer(customer)
        found = await self._pool.fetch(_sql["since"], lane, home, customer, position, limit)
        return Since(found[0]["head"], found[0]["numbers"])
