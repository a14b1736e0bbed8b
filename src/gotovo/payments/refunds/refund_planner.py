"""Refund planning: a follower of the journal that lets refunds wait to be sent.

An event that is read again plans nothing new. A refund is sent from here only where every provider
it goes back to is open in this installation; the others are left to programs, which report
`refund-completion`. Sending is another job (`refund_sender.py`).
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from msgspec import Struct

from gotovo.engine.ports import FeedEvent
from gotovo.order.refunds import RefundCancelled, RefundRerouted, RefundStarted
from gotovo.order.replay import TYPE_OF, Recorded, decode
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Order, Reason
from gotovo.order.values.payments.payment import RefundSource
from gotovo.order.values.payments.refund import Refund, RefundRoute, RefundState
from gotovo.payments.refunds.refund_outcomes import RefundOutcomes
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.payments.refund_transfers import (
    NewTransfer,
    RefundTransfers,
    TransferState,
)

FOLLOWER: Final = "refunds"
"""The name of this follower's cursor in the journal."""

HOLD: Final = timedelta(minutes=60)
"""How long a refund waits whose order may still be reinstated; a setting."""

CALLED_OFF: Final = "called_off"
"""Why a transfer was not sent: its order was reinstated."""

PAID_IN_PART: Final = "paid_in_part_by_hand"
PROVIDER_NOT_OPEN: Final = "provider_not_open"
"""Why a refund that was to be sent once more can't be."""

_FOLLOWED: Final = {TYPE_OF[each] for each in (RefundStarted, RefundRerouted, RefundCancelled)}
_UNPAID: Final = frozenset({TransferState.FAILED, TransferState.CANCELLED})
_REINSTATABLE: Final = str(Reason.NOT_COLLECTED)

_log: Final = structlog.get_logger("gotovo")


class _Planned(Struct, frozen=True, kw_only=True):
    """What goes back of one refund, and when."""

    refund: str
    sources: tuple[RefundSource, ...]
    currency: str
    send_at: datetime
    round: int = 0


class RefundPlanner:
    """Turns events of refunds into transfers that wait to be sent."""

    def __init__(
        self,
        transfers: RefundTransfers,
        orders: ProgramReads,
        providers: Collection[str],
        outcomes: RefundOutcomes,
        *,
        hold: timedelta = HOLD,
        on_planned: Callable[[], None] = lambda: None,
    ) -> None:
        """`providers` are the names of those that are open; `on_planned` is called after each.

        `outcomes` tell of what was to be sent once more, and can't be.
        """
        self._transfers = transfers
        self._orders = orders
        self._providers = frozenset(providers)
        self._outcomes = outcomes
        self._hold = hold
        self._on_planned = on_planned

    async def __call__(self, events: Sequence[FeedEvent]) -> None:
        """Handle these events; after an exception they are handled again.

        All refunds that started are stored at once, so that a day on which thousands of orders
        expire costs a statement for each page of events.
        """
        followed = [each.event for each in events if each.event.type in _FOLLOWED]
        decoded = [(event, decode(event.type, event.body)) for event in followed]
        started = [
            transfer
            for event, body in decoded
            if isinstance(body, RefundStarted)
            for transfer in self._started(event, body)
        ]
        await self._transfers.put(started)
        for event, body in decoded:
            if isinstance(body, RefundRerouted):
                await self._rerouted(event, body)
            elif isinstance(body, RefundCancelled):
                at = event.recorded_at
                await self._transfers.cancel(event.number, body.refund, CALLED_OFF, at)
        if followed:
            self._on_planned()

    def _started(self, event: Recorded, started: RefundStarted) -> Sequence[NewTransfer]:
        hold = self._hold if started.reason == _REINSTATABLE else timedelta()
        planned = _Planned(
            refund=started.refund,
            sources=started.sources,
            currency=started.currency,
            send_at=event.recorded_at + hold,
        )
        return self._transfers_of(event, planned)

    async def _rerouted(self, event: Recorded, rerouted: RefundRerouted) -> None:
        """Send again what failed, or all of a refund that nobody here has sent.

        Where a person has paid a part by hand, the provider would pay it a second time: the rest
        goes another way. When nothing can be sent it has failed once more, and
        whoever sent it this way can name another one.
        """
        if rerouted.route is not RefundRoute.ORIGINAL:
            return
        stored = await self._orders.order(event.number)
        refunds = () if stored is None else stored.order.refunds
        refund = next((each for each in refunds if each.id == rerouted.refund), None)
        if stored is None or refund is None:
            return
        at = event.recorded_at
        if not refund.paid_back:
            planned = _Planned(
                refund=refund.id,
                sources=refund.sources,
                currency=refund.currency,
                send_at=at,
                round=rerouted.round,
            )
            await self._transfers.put(self._transfers_of(event, planned))
        parts = await self._transfers.of_refund(home_of(event.number), refund.id)
        unpaid = sum(part.amount.amount for part in parts if part.state in _UNPAID)
        if unpaid > refund.amount - refund.paid_back:
            _log.warning("a refund that was paid in part by hand is not sent", refund=refund.id)
            await self._not_sent(stored.order, refund, rerouted, PAID_IN_PART)
            return
        if not parts and self._providers:
            await self._not_sent(stored.order, refund, rerouted, PROVIDER_NOT_OPEN)
            return
        await self._transfers.send_again(event.number, refund.id, rerouted.round, at)

    async def _not_sent(
        self, order: Order, refund: Refund, rerouted: RefundRerouted, reason: str
    ) -> None:
        is_newest = refund.state is RefundState.REROUTED and refund.reroutes == rerouted.round
        if is_newest:
            await self._outcomes.not_sent(order, refund, reason)

    def _transfers_of(self, event: Recorded, planned: _Planned) -> Sequence[NewTransfer]:
        """Return a transfer for each payment; none where one of them is not for us to give back."""
        if not all(source.provider in self._providers for source in planned.sources):
            return ()
        return [
            NewTransfer(
                refund=planned.refund,
                source=index,
                number=event.number,
                provider=source.provider,
                payment_id=source.payment_id,
                amount=source.amount,
                currency=planned.currency,
                created_at=event.recorded_at,
                send_at=planned.send_at,
                round=planned.round,
            )
            for index, source in enumerate(planned.sources)
        ]
