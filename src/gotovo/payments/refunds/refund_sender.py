"""Refund sender: asks providers to give money back, at least once, under one key for each part.

A part is claimed with its order first, so that it is sent or called off, never both. What a
provider was asked for is stored before it is asked: after a crash it is asked again under the same
key, or, when the key may have been forgotten, looked for in the provider's list first.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import uuid4

import structlog
from msgspec import Struct

from gotovo.engine.ports import EngineError
from gotovo.engine.submission import ResultKind, Submission
from gotovo.order.refusals import Code
from gotovo.order.steps.refund_sending import SendRefund
from gotovo.order.values.payments.refund import RefundState
from gotovo.payments.providers.port import (
    PaymentProvider,
    ProviderRefund,
    ProviderRefundState,
    ProviderRefused,
    ProviderUnavailable,
    RefundRequest,
    UnreadableEntry,
)
from gotovo.payments.refunds.refund_outcomes import (
    SENDER,
    RefundOutcomes,
    Submitter,
    refund_in,
)
from gotovo.store.tables.payments.refund_transfers import (
    RefundTransfer,
    RefundTransfers,
    TransferEnd,
    TransferState,
)

_log: Final = structlog.get_logger("gotovo")


class RefundTerms(Struct, frozen=True, kw_only=True):
    """How refunds are sent.

    `key_lasts` is less than providers promise to keep a key, which is a day.
    """

    at_once: int = 4
    """Requests at once: providers answer 429 to a few dozen a second."""

    page: int = 50
    """Transfers taken at once; all of them are asked for within their lease."""

    lease: timedelta = timedelta(minutes=10)
    """How long a taken transfer is nobody else's: a request takes half a minute at most."""

    retry: timedelta = timedelta(seconds=10)
    """The wait after the first failure; each further one doubles it."""

    retry_max: timedelta = timedelta(hours=1)
    """The longest wait: a provider that is back after a night is asked within the hour."""

    jitter: float = 0.2
    """Each wait is up to a fifth longer or shorter."""

    poll: timedelta = timedelta(minutes=15)
    """How often a pending refund is looked up; banks take hours, and notifications are sooner."""

    closed: timedelta = timedelta(hours=1)
    """How often a transfer is looked at whose provider is not open any more."""

    key_lasts: timedelta = timedelta(hours=20)


class RefundSender:
    """Sends what is due, and looks up what is pending."""

    def __init__(
        self,
        transfers: RefundTransfers,
        engine: Submitter,
        outcomes: RefundOutcomes,
        providers: Mapping[str, PaymentProvider],
        *,
        clock: Callable[[], datetime],
        rng: Random,
        terms: RefundTerms | None = None,
    ) -> None:
        """`providers` are those that are open, by name."""
        self._transfers = transfers
        self._engine = engine
        self._outcomes = outcomes
        self._providers = providers
        self._clock = clock
        self._rng = rng
        self._terms = terms or RefundTerms()
        self._turns = asyncio.Semaphore(self._terms.at_once)

    async def run(self) -> None:
        """Do what is due; what can't be done now is due again later.

        The first unexpected error is raised at the end, and holds up nothing else.
        """
        terms = self._terms
        errors: list[BaseException] = []
        while True:
            now = self._clock()
            due = await self._transfers.take_due(now, now + terms.lease, terms.page)
            results = await asyncio.gather(
                *(self._in_turn(each) for each in due), return_exceptions=True
            )
            errors += [each for each in results if each is not None]
            if len(due) < terms.page:
                break
        if errors:
            raise errors[0]

    async def look_up(self, transfer: RefundTransfer, provider_id: str) -> None:
        """Ask the provider how far a refund is, and take its answer."""
        provider = self._providers[transfer.provider]
        await self.take(transfer, await provider.refund_of(provider_id))

    async def take(self, transfer: RefundTransfer, refund: ProviderRefund) -> None:
        """Store what a provider says of a refund; once it has ended, tell the order."""
        if (refund.payment_id, refund.amount) != (transfer.payment_id, transfer.amount):
            told = f"{refund.amount.amount} {refund.amount.currency} of {refund.payment_id}"
            await self._outcomes.conflict(transfer.key, transfer, {"provider_says": told})
        at = self._clock()
        if refund.state is ProviderRefundState.PENDING:
            await self._transfers.pending(transfer, refund.refund_id, at + self._terms.poll)
            return
        paid = refund.state is ProviderRefundState.SUCCEEDED
        end = TransferEnd(
            state=TransferState.SUCCEEDED if paid else TransferState.FAILED,
            at=at,
            provider_id=refund.refund_id,
            reason=refund.reason,
        )
        await self._settle(transfer, end)

    async def _in_turn(self, transfer: RefundTransfer) -> None:
        async with self._turns:
            try:
                await self._advance(transfer)
            except (ProviderUnavailable, EngineError) as error:
                await self._later(transfer, error)

    async def _advance(self, transfer: RefundTransfer) -> None:
        """Do the next thing with a transfer."""
        if not transfer.state.is_open:
            await self._outcomes.tell(transfer)
            return
        provider = self._providers.get(transfer.provider)
        if provider is None:
            at = self._clock() + self._terms.closed
            await self._transfers.later(transfer, at, "provider_closed")
        elif transfer.state is TransferState.PENDING:
            at = self._clock() + self._terms.poll
            await self._transfers.later(transfer, at, "")
            try:
                await self.look_up(transfer, transfer.provider_id)
            except ProviderRefused as error:  # A person finds out what became of the money.
                proofs = {"provider_says": error.code or "refused"}
                await self._outcomes.conflict(f"{transfer.key}:not_told", transfer, proofs)
        elif transfer.state is TransferState.SENDING or await self._is_claimed(transfer):
            await self._ask(provider, transfer)

    async def _is_claimed(self, transfer: RefundTransfer) -> bool:
        """Return whether the refund may be sent; call the transfer off where it may not."""
        if not transfer.number:
            return True
        command = SendRefund(transfer.refund)
        command_id = uuid4()
        submission = Submission(command_id, transfer.number, command, SENDER, command_id.bytes)
        result = await self._engine.submit(submission)
        refund = None if result.order is None else refund_in(result.order, transfer.refund)
        if refund is None:
            reason = str(Code.UNKNOWN_REFUND)
        elif result.kind is not ResultKind.REFUSED and refund.state is RefundState.SENT:
            return True
        else:
            reason = f"order_says_{refund.state}"
        await self._transfers.cancel(transfer.number, transfer.refund, reason, self._clock())
        return False

    async def _ask(self, provider: PaymentProvider, transfer: RefundTransfer) -> None:
        """Ask the provider; nobody is asked a second time who may have paid without our knowing."""
        now = self._clock()
        since = transfer.asked_at or now
        if now - since > self._terms.key_lasts:
            found = await _find(provider, transfer, since, now)
            if found is not None:
                await self.take(transfer, found)
                return
            since = now
        if not await self._transfers.asking(transfer, since):
            return
        request = RefundRequest(
            key=transfer.key,
            payment_id=transfer.payment_id,
            amount=transfer.amount,
            description=f"{transfer.number or transfer.refund}",
        )
        try:
            refund = await provider.refund(request)
        except ProviderRefused as error:
            await self._refused(provider, transfer, error)
        else:
            await self.take(transfer, refund)

    async def _refused(
        self, provider: PaymentProvider, transfer: RefundTransfer, error: ProviderRefused
    ) -> None:
        """End a transfer that the provider will not make.

        One that was asked for before may have been made then: its list says so.
        """
        now = self._clock()
        if transfer.asked_at is not None:
            found = await _find(provider, transfer, transfer.asked_at, now)
            if found is not None:
                await self.take(transfer, found)
                return
        reason = error.code or "refused"
        end = TransferEnd(state=TransferState.FAILED, at=now, reason=reason)
        await self._settle(transfer, end)

    async def _settle(self, transfer: RefundTransfer, end: TransferEnd) -> None:
        """Store the end, and tell it; after a crash between them it is told by the next run.

        Money that went back after all is a case: another way may have been found for it meanwhile.
        """
        is_new = await self._transfers.settle(transfer, end)
        parts = await self._transfers.of_refund(transfer.home, transfer.refund)
        stored = next(p for p in parts if p.source == transfer.source)
        if is_new:
            await self._outcomes.tell(stored)
        elif end.state is TransferState.SUCCEEDED and (
            stored.round != transfer.round or stored.state is not TransferState.SUCCEEDED
        ):
            proofs = {"provider_id": end.provider_id, "state": end.state.value}
            await self._outcomes.conflict(f"{transfer.key}:paid_after_all", transfer, proofs)

    async def _later(self, transfer: RefundTransfer, error: Exception) -> None:
        """Try again later and later, without end: what is owed stays owed."""
        terms = self._terms
        planned = min(terms.retry_max, terms.retry * 2 ** min(transfer.attempts, 16))
        planned *= self._rng.uniform(1 - terms.jitter, 1 + terms.jitter)
        asked = error.retry_after if isinstance(error, ProviderUnavailable) else None
        wait = max(planned, timedelta(seconds=min(asked or 0.0, terms.retry_max.total_seconds())))
        await self._transfers.later(transfer, self._clock() + wait, type(error).__name__)
        _log.info("refund waits", transfer=transfer.key, error=str(error), seconds=wait.seconds)


async def _find(
    provider: PaymentProvider, transfer: RefundTransfer, since: datetime, until: datetime
) -> ProviderRefund | None:
    """Return the refund that was made with a transfer's key, if the provider's list has one."""
    begin, is_whole = since - _SKEW, True
    async for refund in provider.refunds(begin, until + _SKEW):
        if isinstance(refund, UnreadableEntry):
            is_whole = False
        elif refund.key == transfer.key:
            return refund
    if not is_whole:
        raise ProviderUnavailable("a refund of the list that can't be read may be this one")
    return None


_SKEW: Final = timedelta(hours=1)
"""How far the clocks of providers are taken to be from ours, many times over."""
