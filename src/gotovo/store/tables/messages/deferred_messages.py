"""Messages that wait for the end of the quiet hours, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/messages/deferred_messages.sql")


class DeferredMessage(Struct, frozen=True):
    """A message to send later: the event of an order that it announces, and when."""

    number: str
    version: int
    send_at: datetime


class DeferredMessageStore:
    """What is to be sent, and when."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def put(self, message: DeferredMessage) -> None:
        """Store a message, unless the event has one."""
        number = message.number
        await self._pool.execute(
            _sql["put_deferred"], home_of(number), number, message.version, message.send_at
        )

    async def due(
        self, now: datetime, after: DeferredMessage | None, limit: int
    ) -> Sequence[DeferredMessage]:
        """Return the next messages that may be sent by now, the longest waiting first."""
        last = (after.send_at, home_of(after.number), after.number, after.version) if after else ()
        rows = await self._pool.fetch(_sql["due_messages"], now, *(last or (None,) * 4), limit)
        return [DeferredMessage(**row) for row in rows]

    async def waiting(self, now: datetime, limit: int) -> tuple[int, int]:
        """Return how many messages wait, and how many of them could be sent by now."""
        (row,) = await self._pool.fetch(_sql["waiting"], now, limit)
        return row["waiting"], row["overdue"]

    async def delete(self, message: DeferredMessage) -> None:
        """Delete a message that was sent or overtaken."""
        number = message.number
        await self._pool.execute(_sql["delete_deferred"], home_of(number), number, message.version)
