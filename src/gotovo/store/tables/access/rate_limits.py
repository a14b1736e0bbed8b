"""Rate limits in PostgreSQL: a bucket is one instant, shared by all processes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/access/rate_limits.sql")


class RateLimitUse(Struct, frozen=True):
    """One use of a limit: at most `burst` at once, and one more every `interval`.

    `reserve` is the part of the bucket that others may use, and this use may not.
    """

    name: str
    subject: bytes
    interval: timedelta
    burst: int
    reserve: timedelta = timedelta(0)

    @property
    def room(self) -> timedelta:
        """Return how far ahead of now the bucket may be for this use to be granted."""
        return self.interval * (self.burst - 1) - self.reserve


class RateLimitStore:
    """Uses buckets; subjects are digests, which `access` makes."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; nothing here needs a transaction of several statements."""
        self._pool = pool

    async def use(self, uses: Sequence[RateLimitUse], now: datetime) -> datetime | None:
        """Use all limits once or none; return None when all allow it, else when all will again.

        A name occurs once among `uses`. No bucket is left further ahead of `now` than its own size,
        its burst times its interval.
        """
        names, subjects, intervals = _columns(uses)
        rooms = [use.room for use in uses]
        rows = await self._pool.fetch(_sql["use_limits"], names, subjects, intervals, rooms, now)
        granted = {row["name"] for row in rows}
        refused = [use for use in uses if use.name not in granted]
        if not refused:
            return None
        await self.give_back([use for use in uses if use.name in granted], now)
        names, subjects, _ = _columns(refused)
        sizes = [use.interval * use.burst for use in refused]
        rooms = [use.room for use in refused]
        free_at = await self._pool.fetchval(
            _sql["limits_free_at"], names, subjects, sizes, rooms, now
        )
        return max(free_at or now, now)

    async def give_back(self, uses: Sequence[RateLimitUse], now: datetime) -> None:
        """Undo uses that were granted; a name occurs once among `uses`."""
        if uses:
            await self._pool.execute(_sql["return_uses"], *_columns(uses), now)


def _columns(
    uses: Sequence[RateLimitUse],
) -> tuple[list[str], list[bytes], list[timedelta]]:
    return (
        [use.name for use in uses],
        [use.subject for use in uses],
        [use.interval for use in uses],
    )
