"""What a buyer adds beside an order, and what was sent about it, in PostgreSQL.

None of it is history: it decides nothing, and it goes when its buyer is forgotten.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
from msgspec import Struct

from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/orders/order_aside.sql")

PHOTOS_MAX = 20
"""Four claims with five pictures each: about 8 MB an order at worst."""

_TOLD_MAX = 100  # About ten messages an order are usual.


class Rating(Struct, frozen=True):
    """One to five stars and what was added in words."""

    stars: int
    said: str
    rated_at: datetime
    changed_at: datetime


class Told(Struct, frozen=True):
    """A message that was sent about an order: by which channel, and whether it arrived."""

    channel: str
    purpose: str
    sent_at: datetime
    state: Literal["sent", "delivered", "failed"]
    text: str


class OrderAside:
    """Reads and writes beside one order at a time; whose order it is was asked before."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is a statement or two."""
        self._pool = pool

    async def comment_claim(self, number: str, said: str, at: datetime) -> None:
        """Keep the words of a claim in place of those of the claim before."""
        await self._pool.execute(_sql["put_claim_comment"], home_of(number), number, said, at)

    async def claim_comment(self, number: str) -> str:
        """Return the words of the newest claim; nothing where there are none."""
        return await self._pool.fetchval(_sql["claim_comment"], home_of(number), number) or ""

    async def add_photo(self, number: str, id_: UUID, added_at: datetime, picture: bytes) -> None:
        """Keep a picture; the same one comes once, and a full order takes none."""
        row = (home_of(number), number, id_, added_at, picture)
        await self._pool.execute(_sql["put_photo"], *row, PHOTOS_MAX)

    async def photo_ids(self, number: str) -> Sequence[UUID]:
        """Return which pictures there are, oldest first."""
        rows = await self._pool.fetch(_sql["photo_ids"], home_of(number), number)
        return [row["id"] for row in rows]

    async def photo(self, number: str, id_: UUID) -> bytes | None:
        """Return one picture of this order."""
        return await self._pool.fetchval(_sql["photo"], home_of(number), number, id_)

    async def rate(
        self, number: str, stars: int, said: str, *, at: datetime, open_since: datetime
    ) -> bool:
        """Rate, or change what was first given after `open_since`; False when it stands."""
        row = (home_of(number), number, stars, said, at, open_since)
        return await self._pool.fetchval(_sql["put_rating"], *row) is not None

    async def rating(self, number: str) -> Rating | None:
        """Return the rating, None before there is one."""
        row = await self._pool.fetchrow(_sql["rating"], home_of(number), number)
        return None if row is None else Rating(**row)

    async def told(self, number: str, phone: str) -> Sequence[Told]:
        """Return what was sent to the buyer (E.164) about an order, oldest first."""
        rows = await self._pool.fetch(_sql["messages_told"], number, phone, _TOLD_MAX)
        return [Told(**row) for row in rows]
