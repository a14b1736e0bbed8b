"""Watch over the queue of receipts: what /readyz warns of, and what the metrics show.

The law wants a receipt at once, so an hour is late. The program serves meanwhile: whoever looks
after it has to.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from gotovo.order.values.actor import DEFAULT_SHOP_NAME
from gotovo.store.tables.money.fiscal_receipts import FiscalReceipts, OpenReceipts

READ_SECONDS: Final = 60.0
"""How often the queue is counted."""

COUNTED_MAX: Final = 10_000
"""Open receipts are counted no further."""

LATE: Final = timedelta(hours=1)

GUIDE: Final = "docs/guides/receipts.md"


class FiscalWatch:
    """Counts what is open, and says what is wrong with it."""

    def __init__(self, receipts: FiscalReceipts, clock: Callable[[], datetime]) -> None:
        self._receipts = receipts
        self._clock = clock
        self._open: OpenReceipts | None = None

    async def run(self) -> None:
        """Count."""
        self._open = await self._receipts.open(COUNTED_MAX)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what is wrong."""
        return () if self._open is None else tuple(self._told(self._open))

    def _told(self, found: OpenReceipts) -> Iterator[str]:
        if found.since is not None and self._clock() - found.since > LATE:
            yield (
                f"{found.waiting} receipts wait, the oldest since "
                f"{found.since:%Y-%m-%d %H:%M}Z; see {GUIDE}"
            )
        if found.failed:
            yield f"{found.failed} receipts failed: run gotovo receipts list; see {GUIDE}"
        for shop in found.without_terms:
            name = shop or DEFAULT_SHOP_NAME
            yield f"shop {name} has no terms for its receipts, which wait; see {GUIDE}"
