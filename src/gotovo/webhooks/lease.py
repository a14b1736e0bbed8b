"""Lease of a webhook: of all processes one sends for it at a time, so nothing is sent twice.

Whoever holds it renews it before an attempt that could outlast it. A process that was killed holds
it until it ends; then another one goes on.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from gotovo.store.tables.webhooks.deliveries import LeaseLost
from gotovo.store.tables.webhooks.webhooks import WebhookStore

LEASE_SECONDS: Final = 45.0
"""Three times as long as an attempt takes: how long a killed process holds its webhooks up."""

MARGIN_SECONDS: Final = 2.0
"""For the clocks of two machines, and for a process that is held up between two lines."""


class WebhookLease:
    """The lease of one webhook in one process; `holder` is the process."""

    def __init__(
        self,
        store: WebhookStore,
        webhook: str,
        holder: str,
        clock: Callable[[], datetime],
        seconds: float = LEASE_SECONDS,
    ) -> None:
        self.holder = holder
        self._store = store
        self._webhook = webhook
        self._clock = clock
        self._seconds = seconds
        self._ends = float("-inf")
        self._lock = asyncio.Lock()

    async def take(self) -> bool:
        """Take the lease; False while another process has it."""
        now, begun = self._clock(), asyncio.get_running_loop().time()
        until = now + timedelta(seconds=self._seconds)
        is_taken = await self._store.take_lease(self._webhook, self.holder, until, now)
        if is_taken:
            self._ends = begun + self._seconds
        return is_taken

    async def cover(self, seconds: float) -> None:
        """See to it that it lasts for these seconds, or raise LeaseLost."""
        if self._lasts(seconds):
            return
        async with self._lock:
            if not self._lasts(seconds) and not await self.take():
                raise LeaseLost(self._webhook)

    async def end(self) -> None:
        """Let another process go on at once."""
        self._ends = float("-inf")
        await self._store.end_lease(self._webhook, self.holder, self._clock())

    def _lasts(self, seconds: float) -> bool:
        return asyncio.get_running_loop().time() + seconds + MARGIN_SECONDS < self._ends
