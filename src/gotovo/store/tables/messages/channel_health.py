"""Whether channels work, in PostgreSQL: one process asks, all of them read what it found."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/messages/channel_health.sql")


class StoredHealth(Struct, frozen=True):
    """What a channel said when it was last asked; `reachable` None is one that can't be asked."""

    channel: str
    answered_at: datetime
    reachable: bool | None
    reason: str
    balance: Decimal | None
    currency: str
    failing_since: datetime | None


class ChannelHealthStore:
    """Health by channel; every call is one statement."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool, or a connection."""
        self._pool = pool

    async def claim(self, channel: str, now: datetime, before: datetime) -> bool:
        """Take the turn to ask a channel, unless some process has since `before`."""
        return bool(await self._pool.fetchval(_sql["claim"], channel, now, before))

    async def put(self, health: StoredHealth) -> None:
        """Store what a channel said; `failing_since` is what is stored, not what is given."""
        await self._pool.execute(
            _sql["put_health"],
            health.channel,
            health.answered_at,
            health.reachable,
            health.reason,
            health.balance,
            health.currency,
        )

    async def all(self) -> Sequence[StoredHealth]:
        """Return what all channels said."""
        return [StoredHealth(**row) for row in await self._pool.fetch(_sql["health"])]

    async def forget_others(self, channels: Sequence[str]) -> None:
        """Remove channels that are not among these."""
        await self._pool.execute(_sql["forget_channels"], channels)
