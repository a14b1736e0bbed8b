"""The messages of the demo phone in PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.order.values.customer import home_of_customer
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/messages/phone_messages.sql")


class PhoneMessage(Struct, frozen=True):
    """One message; `key` identifies its event, `number` its order if there is one.

    `phone` is E.164. What the demo shows of an e-mail has its address there.
    """

    key: str
    phone: str
    purpose: str
    number: str
    sent_at: datetime
    text: str


class PhoneMessageStore:
    """Messages by phone."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def put(self, message: PhoneMessage) -> None:
        """Store a message, unless there is one with the same key (rule 4.10)."""
        await self._pool.execute(
            _sql["put_message"],
            message.key,
            message.phone,
            message.purpose,
            message.number,
            message.sent_at,
            message.text,
        )

    async def latest(self, phone: str | None, limit: int) -> Sequence[PhoneMessage]:
        """Return the latest messages of one phone or address, or of all, in order of time."""
        rows = await self._pool.fetch(_sql["latest_messages"], phone, limit)
        return [PhoneMessage(**row) for row in reversed(rows)]

    async def latest_of(
        self, customer: str, phones: Collection[str], limit: int
    ) -> Sequence[PhoneMessage]:
        """Return the latest messages to these phones or about a customer's orders, oldest first."""
        home = home_of_customer(customer)
        rows = await self._pool.fetch(
            _sql["latest_messages_of_buyer"], phones, home, customer, limit
        )
        return [PhoneMessage(**row) for row in reversed(rows)]
