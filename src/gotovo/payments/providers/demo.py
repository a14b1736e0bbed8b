"""The demo's provider: a bank inside this installation that moves no money.

Its page is `/demo-bank/{reference}` (`web/demo/bank`), where the visitor decides what becomes of
the payment. All that it knows stands in the database, so every process sees the same.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

import structlog

from gotovo.order.values.money import Money
from gotovo.payments.providers.port import (
    AttemptName,
    NotificationRefused,
    NotificationRequest,
    PaymentMethod,
    PaymentRequest,
    ProviderHealth,
    ProviderNotification,
    ProviderPayment,
    ProviderPaymentState,
    ProviderRefund,
    ProviderRefundState,
    ProviderRefused,
    RefundRequest,
    RefusedBecause,
)
from gotovo.store.tables.payments.demo_bank import (
    DemoBankStore,
    DemoPayment,
    DemoRefund,
    DemoRefundDraft,
    NothingToRefund,
)

DEMO_BANK_PATH: Final = "/demo-bank/"
"""Where the bank's page is, before the reference of a payment."""

DEMO_ACCOUNT: Final = "demo-bank"
"""The only account at the bank."""

PAYABLE: Final = timedelta(hours=24)
"""How long a payment can be paid; a Checkout Session of Stripe lasts as long."""

REFUND_TAKES: Final = timedelta(seconds=20)
"""A refund is pending as long: enough to see it on the page, and not so long as a real one."""

PAGE_SIZE: Final = 100
"""Rows of one read of a list."""

_log = structlog.get_logger("gotovo")


class DemoDecision(StrEnum):
    """What the visitor lets become of a payment."""

    PAY = "pay"
    PAY_HALF = "pay-half"  # another sum than was asked for, as a faulty provider might report
    PAY_AND_CLOSE_CARD = "pay-and-close-card"  # refunds to a closed card fail
    DECLINE = "decline"


DEMO: Final = "demo"
"""What the demo's bank is called in payments."""


class DemoProvider:
    """The demo's provider, over the payments and refunds in the database.

    `token` returns a new random reference; `on_change` is told the reference of a payment that was
    decided, as a provider tells it by a notification.
    """

    def __init__(
        self,
        store: DemoBankStore,
        clock: Callable[[], datetime],
        token: Callable[[], str],
        on_change: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self.name: Final = DEMO
        self.account: Final = DEMO_ACCOUNT
        self._store = store
        self._clock = clock
        self._token = token
        self._on_change = on_change

    def methods(self, currency: str) -> tuple[PaymentMethod, ...]:
        """Return SBP for roubles, and the card for any currency."""
        card = (PaymentMethod.CARD,)
        return (PaymentMethod.SBP, *card) if currency == "RUB" else card

    async def create(self, request: PaymentRequest) -> ProviderPayment:
        """Begin a payment, once for each attempt."""
        now = self._clock()
        begun = DemoPayment(
            reference=f"demo-{self._token()}",
            number=request.attempt.number,
            attempt=request.attempt.attempt,
            shop=request.shop,
            amount=request.amount,
            method=request.method,
            description=request.description,
            return_url=request.return_url,
            created_at=now,
        )
        return _payment(await self._store.begin(begun, now), now)

    async def payment(self, reference: str) -> ProviderPayment:
        """Look a payment up; its reference is its payment id too."""
        return _payment(await self._found(reference), self._clock())

    async def cancel(self, reference: str) -> ProviderPayment:
        """Call a payment off, unless it has ended."""
        await self._store.call_off(reference, "called_off", self._clock())
        return await self.payment(reference)

    async def refund(self, request: RefundRequest) -> ProviderRefund:
        """Give money back, once for each key; it ends a moment later."""
        now = self._clock()
        draft = DemoRefundDraft(
            refund_id=f"demo-refund-{self._token()}",
            key=request.key,
            reference=request.payment_id,
            amount=request.amount,
            created_at=now,
            ends_at=now + REFUND_TAKES,
        )
        try:
            refund = await self._store.give_back(draft)
        except NothingToRefund:
            reason = "the payment has less left than is to be given back"
            raise ProviderRefused(reason, code="amount_too_large") from None
        if refund is None:
            raise ProviderRefused("no such payment", code="not_found")
        return _refund(refund, now)

    async def refund_of(self, refund_id: str) -> ProviderRefund:
        """Look a refund up."""
        refund = await self._store.refund(refund_id)
        if refund is None:
            raise ProviderRefused("no such refund", code="not_found")
        return _refund(refund, self._clock())

    async def payments(self, since: datetime, until: datetime) -> AsyncIterator[ProviderPayment]:
        """Yield the payments that were begun in a period."""
        after, now = (datetime.min.replace(tzinfo=UTC), ""), self._clock()
        while page := await self._store.payments(since, until, after, now, PAGE_SIZE):
            for each in page:
                yield _payment(each, now)
            after = (page[-1].created_at, page[-1].reference)

    async def refunds(self, since: datetime, until: datetime) -> AsyncIterator[ProviderRefund]:
        """Yield the refunds that were made in a period."""
        after, now = (datetime.min.replace(tzinfo=UTC), ""), self._clock()
        while page := await self._store.refunds(since, until, after, PAGE_SIZE):
            for each in page:
                yield _refund(each, now)
            after = (page[-1].created_at, page[-1].refund_id)

    def notification(
        self,
        request: NotificationRequest,  # noqa: ARG002  (it is of no one)
        now: datetime,  # noqa: ARG002
    ) -> ProviderNotification:
        """Refuse every notification: the bank of the demo tells the program by `on_change`."""
        raise NotificationRefused(RefusedBecause.FORGED, "the demo's bank sends no notifications")

    async def health(self) -> ProviderHealth:
        """Return that it can be reached: it is in the database."""
        return ProviderHealth(reachable=True)

    async def shown(self, reference: str) -> DemoPayment | None:
        """Return a payment for the bank's page; one that was never paid ends after a day."""
        payment = await self._store.payment(reference, self._clock())
        if payment is not None and _is_over(payment, self._clock()):
            await self._store.call_off(reference, "expired", self._clock())
            return await self._store.payment(reference, self._clock())
        return payment

    async def decide(self, payment: DemoPayment, decision: DemoDecision) -> bool:
        """Let a payment end as the visitor wants, and tell the program; return whether it did.

        A payment that has ended stays as it is.
        """
        now, reference = self._clock(), payment.reference
        if decision is DemoDecision.DECLINE:
            is_new = await self._store.call_off(reference, "declined", now)
        else:
            half = -(-payment.amount.amount // 2)
            is_new = await self._store.capture(
                reference,
                half if decision is DemoDecision.PAY_HALF else payment.amount.amount,
                now,
                begun_after=now - PAYABLE,
                closes=decision is DemoDecision.PAY_AND_CLOSE_CARD,
            )
        if is_new:
            await self._tell(reference)
        return is_new

    async def _tell(self, reference: str) -> None:
        """Tell the program; what goes wrong there is not the bank's, and polling finds it."""
        if self._on_change is None:
            return
        try:
            await self._on_change(reference)
        except Exception:  # noqa: BLE001  (logged)
            _log.exception("a payment of the demo could not be looked up", reference=reference)

    async def _found(self, reference: str) -> DemoPayment:
        payment = await self._store.payment(reference, self._clock())
        if payment is None:
            raise ProviderRefused("no such payment", code="not_found")
        return payment


def _is_over(payment: DemoPayment, now: datetime) -> bool:
    return payment.state == ProviderPaymentState.PENDING and now >= payment.created_at + PAYABLE


def _payment(payment: DemoPayment, now: datetime) -> ProviderPayment:
    is_over = _is_over(payment, now)
    state = ProviderPaymentState.CANCELLED if is_over else ProviderPaymentState(payment.state)
    is_paid = state is ProviderPaymentState.SUCCEEDED
    is_pending = state is ProviderPaymentState.PENDING
    return ProviderPayment(
        reference=payment.reference,
        payment_id=payment.reference,
        state=state,
        amount=Money(payment.captured, payment.amount.currency) if is_paid else payment.amount,
        created_at=payment.created_at,
        captured_at=payment.ended_at if is_paid else None,
        account=DEMO_ACCOUNT,
        attempt=AttemptName(payment.number, payment.attempt),
        url=f"{DEMO_BANK_PATH}{payment.reference}" if is_pending else "",
        reason="expired" if is_over else payment.reason,
        method=payment.method,
        refunded=payment.refunded,
        is_test=True,
    )


def _refund(refund: DemoRefund, now: datetime) -> ProviderRefund:
    if now < refund.ends_at:
        state = ProviderRefundState.PENDING
    else:
        state = ProviderRefundState.FAILED if refund.fails else ProviderRefundState.SUCCEEDED
    is_failed = state is ProviderRefundState.FAILED
    return ProviderRefund(
        refund_id=refund.refund_id,
        payment_id=refund.reference,
        state=state,
        amount=refund.amount,
        created_at=refund.created_at,
        key=refund.key,
        reason="card_closed" if is_failed else "",
    )
