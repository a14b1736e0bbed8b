"""Provider sweep: reads the list of a provider now and then, for what nothing else could find.

Captured money that nobody here asked for is a case, and so is an entry that can't be read; an
attempt whose answer and whose notifications were lost gets its money. One process reads a list,
once an hour.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from gotovo.cases.case import CaseOpener
from gotovo.order.values.number import is_valid
from gotovo.payments.intake.payment_intake import PaymentIntake
from gotovo.payments.providers.port import (
    PaymentProvider,
    ProviderError,
    ProviderPayment,
    ProviderPaymentState,
    UnreadableEntry,
)
from gotovo.payments.reconciliation.daily import case_of
from gotovo.payments.reconciliation.differences import unreadable_payment
from gotovo.store.tables.payments.payment_attempts import AttemptState, PaymentAttempts
from gotovo.store.tables.payments.payment_notifications import PaymentSweeps

LOOK_SECONDS: Final = 60.0
"""How often it is asked whether a list is due."""


class SweepTerms(Struct, frozen=True, kw_only=True):
    """How often a list is read, and how much of it.

    A list of a day overlaps with 23 readings before it, so that one that fails loses nothing. After
    a failure it is read again in `again`.
    """

    every: timedelta = timedelta(hours=1)
    again: timedelta = timedelta(minutes=5)
    period: timedelta = timedelta(days=1)


class ListNotRead(Exception):
    """The list of a provider could not be read; it is read again in some minutes."""


class ProviderSweep:
    """Reads the lists that are due."""

    def __init__(
        self,
        providers: Mapping[str, PaymentProvider],
        attempts: PaymentAttempts,
        sweeps: PaymentSweeps,
        intake: PaymentIntake,
        clock: Callable[[], datetime],
        *,
        cases: CaseOpener,
        terms: SweepTerms | None = None,
        report: Callable[[ListNotRead], None] = lambda _: None,
    ) -> None:
        """Read the lists of all open providers; what can't be read is passed to `report`."""
        self._providers = providers
        self._attempts = attempts
        self._sweeps = sweeps
        self._intake = intake
        self._cases = cases
        self._clock = clock
        self._terms = terms or SweepTerms()
        self._report = report

    async def read_due(self) -> int:
        """Read what is due; return how many payments were handled.

        A list that can't be read holds up neither another one nor the program.
        """
        count = 0
        for provider in self._providers.values():
            now = self._clock()
            if not await self._sweeps.take(provider.name, now, now + self._terms.every):
                continue
            try:
                count += await self.read(provider, now - self._terms.period, now)
            except ProviderError as error:
                await self._sweeps.again_at(provider.name, now + self._terms.again)
                self._report(ListNotRead(f"{provider.name}: {error}"))
        return count

    async def read(self, provider: PaymentProvider, since: datetime, until: datetime) -> int:
        """Handle every captured payment of a period that is not known; return how many.

        The case of an entry that can't be read is that of the reconciliation of its day.
        """
        count = 0
        async for payment in provider.payments(since, until):
            if isinstance(payment, UnreadableEntry):
                difference = unreadable_payment(payment)
                await self._cases.open(case_of(provider.name, difference, self._clock()))
            elif await self._is_news(provider.name, payment):
                await self._intake.take(provider, payment)
                count += 1
        return count

    async def _is_news(self, provider: str, payment: ProviderPayment) -> bool:
        """Return whether a payment may have to be credited; given back, it is always looked at."""
        if payment.state is not ProviderPaymentState.SUCCEEDED:
            return False
        named = payment.attempt
        if payment.refunded or named is None or not is_valid(named.number):
            return True
        attempt = await self._attempts.attempt(named.number, named.attempt)
        if attempt is None or attempt.state is not AttemptState.SUCCEEDED:
            return True
        return (attempt.provider, attempt.payment_id) != (provider, payment.payment_id)
