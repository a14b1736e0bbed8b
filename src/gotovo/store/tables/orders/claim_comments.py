"""Comments of return claims in PostgreSQL.

They decide nothing, and erasing the buyer deletes them. The photos are attachments.
"""

from datetime import datetime
from typing import Any

import asyncpg

from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/orders/claim_comments.sql")


class ClaimComments:
    """Comments of one order at a time; callers have checked whose order it is."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def put(self, number: str, comment: str, at: datetime) -> None:
        """Store the comment of a claim; it replaces that of the claim before."""
        await self._pool.execute(_sql["put_claim_comment"], home_of(number), number, comment, at)

    async def of_order(self, number: str) -> str:
        """Return the comment of the newest claim, empty if there is none."""
        return await self._pool.fetchval(_sql["claim_comment"], home_of(number), number) or ""
