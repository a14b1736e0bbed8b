"""Ratings of hand-overs in PostgreSQL: they decide nothing, and erasing the buyer deletes them."""

from datetime import datetime
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/orders/ratings.sql")


class Rating(Struct, frozen=True):
    """One to five stars, and a comment."""

    stars: int
    said: str
    rated_at: datetime
    changed_at: datetime


class Ratings:
    """Reads and writes `rating`; callers have checked whose order it is."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def rate(
        self, number: str, stars: int, comment: str, *, at: datetime, open_since: datetime
    ) -> bool:
        """Rate, or change a rating first given after `open_since`; False when it is older."""
        row = (home_of(number), number, stars, comment, at, open_since)
        return await self._pool.fetchval(_sql["put_rating"], *row) is not None

    async def of_order(self, number: str) -> Rating | None:
        """Return the rating, None before there is one."""
        row = await self._pool.fetchrow(_sql["rating"], home_of(number), number)
        return None if row is None else Rating(**row)
