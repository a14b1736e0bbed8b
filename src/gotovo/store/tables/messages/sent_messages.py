"""Messages that were sent about an order, and whether they arrived, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

MESSAGES_MAX = 100
"""About ten messages per order are usual."""

_sql = load_statements("tables/messages/sent_messages.sql")


class SentMessage(Struct, frozen=True):
    """A message sent through one channel."""

    channel: str
    purpose: str
    sent_at: datetime
    state: Literal["sent", "delivered", "failed"]
    text: str


class SentMessages:
    """Reads the messages of every channel; callers have checked whose order it is."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def of_order(self, number: str, phone: str) -> Sequence[SentMessage]:
        """Return what was sent to a phone (E.164) about an order, oldest first."""
        rows = await self._pool.fetch(_sql["messages_of_order"], number, phone, MESSAGES_MAX)
        return [SentMessage(**row) for row in rows]
