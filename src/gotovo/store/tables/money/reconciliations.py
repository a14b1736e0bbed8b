"""Reconciled days in PostgreSQL: which days were compared, by whom now, and what was found."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

_sql: Final = load_statements("tables/money/reconciliations.sql")


class DayResult(Struct, frozen=True):
    """What was compared of a day (UTC), and how much differs; `failure` is why it was not."""

    provider: str
    day: date
    payments: int
    refunds: int
    differences: int
    failure: str = ""


class ReconciliationStore:
    """Reads and writes days."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def take(self, provider: str, day: date, now: datetime, until: datetime) -> bool:
        """Take a day, until an instant; return False where it is done or somebody else's."""
        row = (provider, day, now, until)
        return await self._pool.fetchval(_sql["take_day"], *row) is not None

    async def failed(self, provider: str, day: date, reason: str, again_at: datetime) -> None:
        """Store why a day could not be compared; it may be taken again from then on."""
        await self._pool.execute(_sql["day_failed"], provider, day, reason, again_at)

    async def finish(self, result: DayResult, now: datetime) -> None:
        """Store what was found."""
        sums = (result.payments, result.refunds, result.differences)
        await self._pool.execute(_sql["finish_day"], result.provider, result.day, now, *sums)

    async def latest(self, providers: Sequence[str]) -> Sequence[DayResult]:
        """Return the last day of each of these providers."""
        rows = await self._pool.fetch(_sql["latest_days"], providers)
        return [DayResult(**row) for row in rows]

    async def first_attempt(self, provider: str) -> datetime | None:
        """Return when a buyer first began to pay through this provider."""
        return await self._pool.fetchval(_sql["first_attempt"], provider)
