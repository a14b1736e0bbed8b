"""Which orders have changed: the engine's `ChangeFeed`."""

from typing import Any

import asyncpg

from gotovo.engine.ports import ChangedOrders, ChangePage, OrderChange
from gotovo.order.values.customer import home_of_customer
from gotovo.store.postgres.connection_cache import ConnectionCache
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("reads/changes.sql")


class ChangeReads:
    """Reads the journal for the change reader."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool
        self._connections = ConnectionCache(pool)

    async def changes_after(self, lane: int, position: int | None, limit: int) -> ChangePage:
        """Return the changes in a lane after a position; with None only the lane's head."""
        bounds = (0, 0) if position is None else (position, limit)
        rows = await self._connections.fetch(_sql["changes_after"], lane, *bounds)
        changes = [
            OrderChange(x["position"], x["number"], x["customer"]) for x in rows if x["number"]
        ]
        return ChangePage(rows[0]["head"], changes)

    async def changed_orders(
        self, lane: int, customer: str, position: int, limit: int
    ) -> ChangedOrders:
        """Return the orders of a customer that have events after a position."""
        home = home_of_customer(customer)
        found = await self._pool.fetch(
            _sql["changed_orders"], lane, home, customer, position, limit
        )
        return ChangedOrders(found[0]["head"], found[0]["numbers"])
