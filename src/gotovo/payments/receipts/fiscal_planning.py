"""Fiscal planning: a follower of the journal that stores which receipts orders make due.

What is due follows from the whole history of an order, so events that are read again make nothing
new, and what was missed comes with the next event. Sending is another job.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import structlog

from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.engine.ports import FeedEvent
from gotovo.order.ledger.fiscal_moves import FiscalMove, moves_of
from gotovo.order.replay import Recorded, replay
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.money.fiscal_receipts import DueReceipt, DueReceipts, FiscalReceipts

FOLLOWER: Final = "receipts"
"""The name of this follower's cursor in the journal."""

TOLD: Final = frozenset(
    {
        "order.paid",
        "order.payment_received",
        "order.payment_returned",
        "order.issued",
        "order.cancelled",
        "order.corrected",
        "order.reinstated",
        "refund.completed",
    }
)
"""Events that a receipt may be of."""

READS_AT_ONCE: Final = 8

_log: Final = structlog.get_logger("gotovo")


class FiscalPlanner:
    """Turns events into receipts that wait to be sent."""

    def __init__(
        self,
        reads: BuyerReads,
        receipts: FiscalReceipts,
        cases: CaseStore,
        clock: Callable[[], datetime],
        *,
        on_planned: Callable[[], None] = lambda: None,
    ) -> None:
        """Call `on_planned` whenever receipts were stored."""
        self._reads = reads
        self._receipts = receipts
        self._cases = cases
        self._clock = clock
        self._on_planned = on_planned
        self._since: datetime | None = None
        self._turns = asyncio.Semaphore(READS_AT_ONCE)

    async def begin(self) -> datetime:
        """Return since when receipts are made: from now on, where they were off."""
        if self._since is None:
            self._since = await self._receipts.begin(self._clock())
        return self._since

    async def __call__(self, events: Sequence[FeedEvent]) -> None:
        """Store the receipts of these events; after an exception they are handled again."""
        since = await self.begin()
        numbers = {
            each.event.number
            for each in events
            if each.event.type in TOLD and each.event.recorded_at >= since
        }
        planned = await asyncio.gather(*(self._plan(number, since) for number in sorted(numbers)))
        if any(planned):
            self._on_planned()

    async def _plan(self, number: str, since: datetime) -> bool:
        """Store what an order makes due; a fault of ours in one of them must not stop the rest."""
        async with self._turns:
            history = await self._reads.history(number)
        if not history:
            return False
        try:
            due = _due(history, since)
        except Exception as error:  # noqa: BLE001  (a fault of ours, in this order alone)
            _log.exception("receipts of an order can't be made", number=number)
            await self._cases.open(_case(history[-1], type(error).__name__))
            return False
        return due is not None and bool(await self._receipts.put(due))


def _due(history: Sequence[Recorded], since: datetime) -> DueReceipts | None:
    """Return what is due for an order, None for nothing."""
    moves: Sequence[FiscalMove] = [each for each in moves_of(history) if each.amount]
    if not moves:
        return None
    order = replay(history)
    return DueReceipts(
        number=order.number,
        shop=order.shop,
        at=history[-1].recorded_at,
        receipts=[DueReceipt(each.version, each.kind, each.amount) for each in moves],
        is_new=history[moves[0].version - 1].recorded_at >= since,
    )


def _case(event: Recorded, error: str) -> NewCase:
    return NewCase(
        kind=CaseKind.RECEIPT_FAILED,
        subject=f"{event.number}:{event.version}:unmade",
        opened_at=event.recorded_at,
        number=event.number,
        proofs={"reason": "the receipts of this order can't be made", "error": error},
    )
