"""Reads of the hand-over at a desk: who may be standing there."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from gotovo.store.postgres.statements import load_statements
from gotovo.store.reads.programs import OrderRead

SAME_DIGITS_MAX: Final = 40
"""Orders at one point whose phones end alike: of a thousand it is one in ten, with several each."""

_sql = load_statements("reads/desk/visits.sql")


class VisitReads:
    """Reads of one point; each is one statement."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def ready_with_phone(
        self, point: str, shop: str | None, phone_last4: str
    ) -> Sequence[OrderRead]:
        """Return what may be handed over at a point to whom has a phone that ends like this."""
        wanted = (point, shop, phone_last4, SAME_DIGITS_MAX)
        return [OrderRead(row) for row in await self._pool.fetch(_sql["ready_with_phone"], *wanted)]
