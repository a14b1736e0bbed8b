"""A provider whose requests are counted and timed, whichever it is."""

import time
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from gotovo.payments.providers.port import (
    NotificationRequest,
    PaymentMethod,
    PaymentProvider,
    PaymentRequest,
    ProviderHealth,
    ProviderNotification,
    ProviderPayment,
    ProviderRefund,
    RefundRequest,
    UnreadableEntry,
)
from gotovo.payments.providers.provider_watch import ProviderCall, ProviderWatch

T = TypeVar("T")


class WatchedProvider:
    """Passes everything on to a provider, and tells its watch what became of it."""

    def __init__(
        self,
        provider: PaymentProvider,
        watch: ProviderWatch,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._provider = provider
        self._watch = watch
        self._monotonic = monotonic

    @property
    def name(self) -> str:
        """Return what the provider is called."""
        return self._provider.name

    @property
    def account(self) -> str:
        """Return the account whose payments are ours."""
        return self._provider.account

    def methods(self, currency: str) -> tuple[PaymentMethod, ...]:
        """Return how a sum of a currency can be paid."""
        return self._provider.methods(currency)

    async def create(self, request: PaymentRequest) -> ProviderPayment:
        """Ask for money, once for each attempt."""
        with self._watched(ProviderCall.CREATE):
            return await self._provider.create(request)

    async def payment(self, reference: str) -> ProviderPayment:
        """Look a payment up."""
        with self._watched(ProviderCall.PAYMENT):
            return await self._provider.payment(reference)

    async def cancel(self, reference: str) -> ProviderPayment:
        """Call off a payment that is pending, where the provider can."""
        with self._watched(ProviderCall.CANCEL):
            return await self._provider.cancel(reference)

    async def refund(self, request: RefundRequest) -> ProviderRefund:
        """Give money back, once for each key."""
        with self._watched(ProviderCall.REFUND):
            return await self._provider.refund(request)

    async def refund_of(self, refund_id: str) -> ProviderRefund:
        """Look a refund up."""
        with self._watched(ProviderCall.REFUND_OF):
            return await self._provider.refund_of(refund_id)

    def payments(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[ProviderPayment | UnreadableEntry]:
        """Yield the payments that were created in a period."""
        return self._listed(ProviderCall.PAYMENTS, self._provider.payments(since, until))

    def refunds(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[ProviderRefund | UnreadableEntry]:
        """Yield the refunds that were created in a period."""
        return self._listed(ProviderCall.REFUNDS, self._provider.refunds(since, until))

    def notification(self, request: NotificationRequest, now: datetime) -> ProviderNotification:
        """Read a notification; the provider is not asked."""
        return self._provider.notification(request, now)

    async def health(self) -> ProviderHealth:
        """Ask whether the provider can be reached; a round of its own keeps what it finds."""
        return await self._provider.health()

    async def _listed(self, call: ProviderCall, found: AsyncIterator[T]) -> AsyncIterator[T]:
        """Yield what a list has; its reader's own time between two of them does not count."""
        seconds = 0.0
        while True:
            begun = self._monotonic()
            try:
                each = await anext(found)
            except StopAsyncIteration:
                self._watch.answered(call, seconds + self._monotonic() - begun)
                return
            except Exception as error:
                self._watch.failed(call, seconds + self._monotonic() - begun, error)
                raise
            seconds += self._monotonic() - begun
            yield each

    @contextmanager
    def _watched(self, call: ProviderCall) -> Generator[None]:
        begun = self._monotonic()
        try:
            yield
        except Exception as error:
            self._watch.failed(call, self._monotonic() - begun, error)
            raise
        self._watch.answered(call, self._monotonic() - begun)
