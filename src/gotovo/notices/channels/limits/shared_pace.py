"""The pace of a channel: a token bucket that all processes share.

It is a leaky bucket in PostgreSQL (`store/tables/access/rate_limits.py`). A process takes a tenth
of a second's messages at once, so that its row is written ten times a second at any pace. Messages
that somebody waits for on a page come first: the last seconds of the bucket are theirs alone, and
what they use is missing to the others, who wait.
"""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

from gotovo.store.tables.access.rate_limits import RateLimitStore, RateLimitUse

CHUNKS: Final = 10
"""How often in a second a process asks for more at full pace."""

URGENT_SECONDS: Final = 5
"""How many seconds of the pace urgent messages may be ahead of the others."""

KEPT: Final = timedelta(seconds=1)
"""How long a process keeps what it took and did not use; older tokens would add to the burst."""

_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


class SharedPace:
    """Grants messages of one channel, at most so many in a second."""

    def __init__(self, store: RateLimitStore, channel: str, per_second: int) -> None:
        """`per_second` is at least one; as many may go out at once after a pause."""
        self._store = store
        self._interval = timedelta(seconds=1) / per_second
        self._chunk = max(1, per_second // CHUNKS)
        burst = -(-per_second // self._chunk)
        name = f"messages by {channel}"
        subject = hashlib.sha256(name.encode()).digest()
        chunks = burst * (1 + URGENT_SECONDS)
        self._several = RateLimitUse(
            name=name,
            subject=subject,
            interval=self._interval * self._chunk,
            burst=chunks,
            reserve=self._interval * self._chunk * burst * URGENT_SECONDS,
        )
        self._urgent = RateLimitUse(
            name=name, subject=subject, interval=self._interval, burst=chunks * self._chunk
        )
        self._lock = asyncio.Lock()
        self._asked_at = _BEGINNING
        self._kept = 0
        self._kept_until = _BEGINNING
        self._free_at: datetime | None = None
        self._turn: datetime | None = None

    async def wait(self, now: datetime, *, is_urgent: bool = False) -> timedelta:
        """Take one message's place: return zero, or else after how long to ask again.

        Of several that have to wait each gets a turn of its own.
        """
        async with self._lock:
            if now < self._asked_at:  # The clock was set back, and with it every instant here.
                self._kept, self._free_at, self._turn = 0, None, None
            self._asked_at = now
            if self._kept > 0 and now < self._kept_until:
                self._kept -= 1
                return timedelta(0)
            if is_urgent:
                free_at = await self._store.use([self._urgent], now)
                return timedelta(0) if free_at is None else free_at - now
            if self._free_at is None or now >= self._free_at:
                self._free_at = await self._store.use([self._several], now)
            if self._free_at is not None:
                self._turn = max(self._turn or self._free_at, self._free_at) + self._interval
                return self._turn - self._interval - now
            self._kept, self._kept_until = self._chunk - 1, now + KEPT
            return timedelta(0)
