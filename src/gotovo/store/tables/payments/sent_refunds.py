"""Refunds that providers have given an id, as reconciliation reads them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.order.values.money import Money
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.payments.refund_transfers import TransferState

PAGE: Final = 1_000
"""Refunds read at once."""

_sql: Final = load_statements("tables/payments/sent_refunds.sql")


class SentRefund(Struct, frozen=True, kw_only=True):
    """A refund that a provider knows; `number` is empty for money that fitted no order."""

    refund: str
    source: int
    number: str
    provider_id: str
    amount: Money
    is_paid: bool
    asked_at: datetime


class SentRefunds:
    """Reads refunds that were sent."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def under(self, provider: str, ids: Sequence[str]) -> Sequence[SentRefund]:
        """Return the refunds that have these ids at the provider."""
        rows = await self._pool.fetch(_sql["sent_under"], provider, ids)
        return [_refund_of(row) for row in rows]

    async def between(
        self, provider: str, since: datetime, until: datetime, after: SentRefund | None = None
    ) -> Sequence[SentRefund]:
        """Return a page of the refunds asked for in a period, after the last one read."""
        last = (since, "", 0) if after is None else (after.asked_at, after.refund, after.source)
        rows = await self._pool.fetch(_sql["sent_between"], provider, since, until, *last, PAGE)
        return [_refund_of(row) for row in rows]


def _refund_of(row: Mapping[str, Any]) -> SentRefund:
    return SentRefund(
        refund=row["refund"],
        source=row["source"],
        number=row["number"],
        provider_id=row["provider_id"],
        amount=Money(row["amount"], row["currency"]),
        is_paid=row["state"] == TransferState.SUCCEEDED,
        asked_at=row["asked_at"],
    )
