"""What became of the messages of webhooks, in PostgreSQL.

Results are stored with the cursor in one transaction, which only the holder of the lease commits:
what a process that lost it has sent is sent again under the same id.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/webhooks/deliveries.sql")
_webhooks = load_statements("tables/webhooks/webhooks.sql")


class WebhookDeliveryState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"  # it is tried again at `next_at`
    BEHIND = "behind"  # an earlier event of the same order has to arrive first
    DELIVERED = "delivered"
    RESENDING = "resending"  # it is sent again by request, in no order
    FAILED = "failed"  # it was re-sent in vain


class Delivery(Struct, frozen=True):
    """A message; the columns of `webhook_delivery` say what each field is."""

    position: int
    lane: int
    number: str
    type: str
    message: str
    state: str
    attempts: int
    last_at: datetime | None
    next_at: datetime | None
    status: int | None
    error: str


class LeaseLost(Exception):
    """Another process sends for this webhook now; nothing was stored."""


class RoundResults(Struct, frozen=True, kw_only=True):
    """What a process stores after it has sent: messages, and up to where the feed was read.

    `arrived` are orders of which a message that others wait behind has arrived. `is_back`: the
    receiver answers again after it failed for long, so that everything that waits is tried at once.
    """

    rows: Sequence[Delivery]
    failing_since: datetime | None
    cursor: tuple[int, int] | None = None
    arrived: Sequence[str] = ()
    is_back: bool = False


class DeliveryStore:
    """Reads and writes `webhook_delivery`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def known(self, webhook: str, lane: int, after: int, last: int) -> frozenset[int]:
        """Return the positions between two, of which there is a message already."""
        rows = await self._pool.fetch(_sql["known_positions"], webhook, lane, after, last)
        return frozenset(row["position"] for row in rows)

    async def open_orders(self, webhook: str, numbers: Sequence[str]) -> frozenset[str]:
        """Return which of these orders have a message that has not arrived yet."""
        rows = await self._pool.fetch(_sql["open_orders"], webhook, numbers)
        return frozenset(row["number"] for row in rows)

    async def due(self, webhook: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return messages that are to be tried by now, the longest waiting first."""
        rows = await self._pool.fetch(_sql["due_deliveries"], webhook, now, limit)
        return [Delivery(**row) for row in rows]

    async def store(self, webhook: str, holder: str, now: datetime, results: RoundResults) -> None:
        """Store results, or raise LeaseLost and store nothing."""
        async with self._pool.acquire() as connection, connection.transaction():
            held = await connection.fetchval(
                _webhooks["confirm_lease"], webhook, holder, now, results.failing_since
            )
            if held is None:
                raise LeaseLost(webhook)
            if results.rows:
                columns: list[list[Any]] = [
                    [getattr(each, name) for each in results.rows]
                    for name in Delivery.__struct_fields__
                ]
                await connection.execute(_sql["put_deliveries"], webhook, *columns)
            if results.arrived:
                await connection.execute(_sql["promote"], webhook, results.arrived, now)
            if results.is_back:
                await connection.execute(_sql["retry_now"], webhook, now)
            if results.cursor is not None:
                await connection.execute(_webhooks["advance_cursor"], webhook, *results.cursor)

    async def begin_again(self, webhook: str, now: datetime) -> None:
        """Let everything that waits be tried at once, counted from the start: it is on again."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_webhooks["forget_failures"], webhook)
            await connection.execute(_sql["begin_again"], webhook)
            await connection.execute(_sql["retry_now"], webhook, now)

    async def page(self, webhook: str, state: str, after: str, limit: int) -> Sequence[Delivery]:
        """Return messages, newest first, of one state or of all, after the one with this id."""
        rows = await self._pool.fetch(_sql["deliveries_page"], webhook, state, after, limit)
        return [Delivery(**row) for row in rows]

    async def find(self, webhook: str, message: str) -> Delivery | None:
        """Return a message."""
        row = await self._pool.fetchrow(_sql["delivery"], webhook, message)
        return Delivery(**row) if row else None

    async def resend(self, webhook: str, message: str, now: datetime) -> Delivery | None:
        """Let a message be sent again; None where there is none, or it waits behind another."""
        row = await self._pool.fetchrow(_sql["resend"], webhook, message, now)
        return Delivery(**row) if row else None
