"""Our books of one provider: the ledger of the orders' events, and the refunds that were sent."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from gotovo.payments.reconciliation.differences import BookedPayment, BookedRefund
from gotovo.store.tables.money.money_ledger import CapturedPayment, MoneyLedger
from gotovo.store.tables.payments.sent_refunds import SentRefund, SentRefunds


class OurBooks:
    """What our tables have of a provider."""

    def __init__(self, provider: str, ledger: MoneyLedger, refunds: SentRefunds) -> None:
        self._provider = provider
        self._ledger = ledger
        self._refunds = refunds

    async def payments_under(self, ids: Sequence[str]) -> Sequence[BookedPayment]:
        """Return the payments that have these payment ids."""
        return [_payment(each) for each in await self._ledger.captured_under(self._provider, ids)]

    async def payments_between(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[Sequence[BookedPayment]]:
        """Yield the payments captured in a period, page by page."""
        last: CapturedPayment | None = None
        while page := await self._ledger.captured_between(self._provider, since, until, last):
            yield [_payment(each) for each in page]
            last = page[-1]

    async def refunds_under(self, ids: Sequence[str]) -> Sequence[BookedRefund]:
        """Return the refunds that have these ids at the provider."""
        return [_refund(each) for each in await self._refunds.under(self._provider, ids)]

    async def refunds_between(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[Sequence[BookedRefund]]:
        """Yield the refunds sent in a period that the provider has given an id, page by page."""
        last: SentRefund | None = None
        while page := await self._refunds.between(self._provider, since, until, last):
            yield [_refund(each) for each in page]
            last = page[-1]


def _payment(each: CapturedPayment) -> BookedPayment:
    return BookedPayment(each.payment_id, each.number, each.amount)


def _refund(each: SentRefund) -> BookedRefund:
    return BookedRefund(each.provider_id, each.number, each.amount, each.is_paid)
