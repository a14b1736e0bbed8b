"""Imports: the checkpoints of unfinished ones, and the orders that came with them."""

from collections.abc import Callable, Sequence
from datetime import datetime

import asyncpg

from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/orders/imports.sql")


class ImportedOrderReads:
    """A shop's orders by their ids in the system they came from."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def numbers(self, shop: str, origin: str, external_ids: Sequence[str]) -> dict[str, str]:
        """Return the numbers of the shop's orders there are, by external id."""
        rows = await self._pool.fetch(_sql["numbers"], shop, origin, external_ids)
        return {row["external_id"]: row["number"] for row in rows}


class ImportCheckpointStore:
    """Checkpoints by the name of the import: the numbers in the order of the table's columns."""

    def __init__(self, pool: asyncpg.Pool, clock: Callable[[], datetime]) -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool
        self._clock = clock

    async def get(self, name: str) -> tuple[int, ...] | None:
        """Return the checkpoint of an unfinished import."""
        row = await self._pool.fetchrow(_sql["get"], name)
        return None if row is None else tuple(row)

    async def put(self, name: str, numbers: tuple[int, ...]) -> None:
        """Store the checkpoint of an import."""
        await self._pool.execute(_sql["put"], name, *numbers, self._clock())

    async def remove(self, name: str) -> None:
        """Delete the checkpoint of a finished import."""
        await self._pool.execute(_sql["remove"], name)
