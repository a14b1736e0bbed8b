"""Places whose running orders still have to follow their settings, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from gotovo.engine.ports import ChangedPlace, RunningOrder
from gotovo.order.values.order import Stage
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/network/changed_places.sql")


class ChangedPlaceStore:
    """Which places have changed, and how far their orders have been recalculated."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def changed_places(self, before: datetime, limit: int) -> Sequence[ChangedPlace]:
        """Return the places that were changed before an instant, the longest waiting first."""
        rows = await self._pool.fetch(_sql["changed_places"], before, limit)
        return [ChangedPlace(**row) for row in rows]

    async def running_orders(self, place: ChangedPlace, limit: int) -> Sequence[RunningOrder]:
        """Return the next page of the place's running orders, newest first."""
        rows = await self._pool.fetch(
            _sql[f"running_orders_{place.kind}"],
            place.code,
            place.after_placed_at,
            place.after_number,
            limit,
        )
        return [RunningOrder(r["number"], r["placed_at"], Stage(r["stage"])) for r in rows]

    async def advance(self, place: ChangedPlace) -> None:
        """Store how far the place's orders have been recalculated."""
        await self._pool.execute(
            _sql["advance_place"],
            place.kind,
            place.code,
            place.version,
            place.after_placed_at,
            place.after_number,
        )

    async def finish(self, place: ChangedPlace) -> None:
        """Take the place off the list, unless it was changed once more."""
        await self._pool.execute(_sql["finish_place"], place.kind, place.code, place.version)
