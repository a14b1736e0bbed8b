"""Comments and photos of return claims in PostgreSQL.

They decide nothing, and erasing the buyer deletes them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

PHOTOS_MAX = 20
"""Four claims with five pictures each: about 8 MB an order at worst."""

_sql = load_statements("tables/orders/claim_attachments.sql")


class ClaimAttachments:
    """Comments and photos of one order at a time; callers have checked whose order it is."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def put_comment(self, number: str, comment: str, at: datetime) -> None:
        """Store the comment of a claim; it replaces that of the claim before."""
        await self._pool.execute(_sql["put_claim_comment"], home_of(number), number, comment, at)

    async def comment(self, number: str) -> str:
        """Return the comment of the newest claim, empty if there is none."""
        return await self._pool.fetchval(_sql["claim_comment"], home_of(number), number) or ""

    async def add_photo(self, number: str, id_: UUID, added_at: datetime, picture: bytes) -> None:
        """Store a picture, unless it is there already or the order has `PHOTOS_MAX`."""
        row = (home_of(number), number, id_, added_at, picture)
        await self._pool.execute(_sql["put_photo"], *row, PHOTOS_MAX)

    async def photo_ids(self, number: str) -> Sequence[UUID]:
        """Return the ids of the pictures, oldest first."""
        rows = await self._pool.fetch(_sql["photo_ids"], home_of(number), number)
        return [row["id"] for row in rows]

    async def photo(self, number: str, id_: UUID) -> bytes | None:
        """Return one picture of this order."""
        return await self._pool.fetchval(_sql["photo"], home_of(number), number, id_)
