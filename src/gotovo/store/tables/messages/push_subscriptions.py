"""Push subscriptions of browsers in PostgreSQL."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.order.values.customer import home_of_customer
from gotovo.store.postgres.statements import load_statements

BROWSERS_MAX: Final = 20
"""More than anybody owns; the oldest are deleted when their sessions end."""

_sql = load_statements("tables/messages/push_subscriptions.sql")


class Subscription(Struct, frozen=True):
    """The endpoint and the keys of a browser (RFC 8030, RFC 8291)."""

    endpoint: str
    public_key: bytes
    auth: bytes
    language: str


class PushSubscriptions:
    """Stores one row per browser."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def put(
        self, customer: str, session: bytes, subscription: Subscription, now: datetime
    ) -> None:
        """Store a browser's subscription for the customer who is signed in with it."""
        home = home_of_customer(customer)
        digest = _digest(subscription.endpoint)
        await self._pool.execute(_sql["forget_browser"], digest)
        await self._pool.execute(_sql["forget_ended"], home, customer)
        await self._pool.execute(
            _sql["put_subscription"],
            home,
            digest,
            customer,
            session,
            subscription.endpoint,
            subscription.public_key,
            subscription.auth,
            subscription.language,
            now,
            BROWSERS_MAX,
        )

    async def forget(self, endpoint: str) -> None:
        """Delete a browser's subscription."""
        await self._pool.execute(_sql["forget_browser"], _digest(endpoint))

    async def replace(self, endpoint: str, subscription: Subscription) -> bool:
        """Put the subscription that a browser has now in the place of its older one.

        Return whether there was one: only its browser knows the endpoint. The language stays.
        """
        return bool(
            await self._pool.fetchval(
                _sql["replace_subscription"],
                _digest(endpoint),
                _digest(subscription.endpoint),
                subscription.endpoint,
                subscription.public_key,
                subscription.auth,
            )
        )

    async def living(
        self, customer: str, now: datetime, placed_at: datetime | None = None
    ) -> Sequence[Subscription]:
        """Return the customer's browsers that are signed in, and may open an order placed then."""
        home = home_of_customer(customer)
        rows = await self._pool.fetch(_sql["subscriptions_of"], home, customer, now, placed_at)
        return [Subscription(**row) for row in rows]


def _digest(endpoint: str) -> bytes:
    return hashlib.sha256(endpoint.encode()).digest()
