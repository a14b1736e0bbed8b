"""Links for following an order, in PostgreSQL: digests only."""

from datetime import datetime
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/access/track_links.sql")


class TrackLink(Struct, frozen=True):
    """A valid link: the digest of its token, and when it was made."""

    digest: bytes
    made_at: datetime


class TrackLinkStore:
    """Stores at most one valid link per order; `access` makes the tokens."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def put(self, number: str, digest: bytes, made_at: datetime) -> None:
        """Store a link, unless there is a valid one."""
        await self._pool.execute(_sql["put_link"], home_of(number), digest, number, made_at)

    async def link(self, number: str) -> TrackLink | None:
        """Return the order's valid link, None if it has none."""
        row = await self._pool.fetchrow(_sql["living_link"], home_of(number), number)
        return None if row is None else TrackLink(row["digest"], row["made_at"])

    async def number(self, home: int, digest: bytes) -> str | None:
        """Return the order of a link; None for a revoked or unknown one."""
        return await self._pool.fetchval(_sql["linked_number"], home, digest)

    async def revoke(self, number: str, now: datetime) -> None:
        """Revoke the order's link."""
        await self._pool.execute(_sql["revoke_link"], home_of(number), number, now)
