"""Refund health: what has waited too long to go back, and what failed, for whoever operates it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from gotovo.store.tables.payments.refund_transfers import RefundTransfers, TransferCounts

GUIDE: Final = "docs/operating/refunds.md"

WAITS_MAX: Final = timedelta(days=1)
"""A transfer that is open for longer: a provider that is away or holds it back."""


class RefundHealth:
    """Counts what waits; `warnings` stand in /readyz."""

    def __init__(self, transfers: RefundTransfers, clock: Callable[[], datetime]) -> None:
        self._transfers = transfers
        self._clock = clock
        self._counts = TransferCounts(0, 0, 0)

    async def run(self) -> None:
        """Count."""
        self._counts = await self._transfers.counts(self._clock() - WAITS_MAX)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return a sentence for each thing that somebody should look into."""
        counted, told = self._counts, list[str]()
        if counted.old:
            told.append(f"{counted.old} refunds have waited for more than a day; see {GUIDE}")
        if counted.failed:
            told.append(f"{counted.failed} refunds failed and need another way; see {GUIDE}")
        return tuple(told)
