"""Notification round: looks up what notifications were about, and stores what they ended as.

A notification is taken for a moment. A process that dies in between leaves it to another one, and
what follows from a payment may be repeated. One that can't be looked up waits, longer each time,
and is never given up.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Final

from gotovo.payments.intake.judgement import IntakeOutcome
from gotovo.payments.intake.notification_counts import NotificationCounts, RefusedAs
from gotovo.payments.intake.payment_intake import NOT_FOUND, PaymentIntake
from gotovo.payments.intake.refund_lookup import RefundLookup
from gotovo.payments.intake.retries import LookUpRetries, wait_after
from gotovo.payments.providers.port import (
    DISPUTES,
    NotifiedOf,
    ProviderRefused,
    ProviderUnavailable,
)
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE
from gotovo.store.tables.payments.payment_notifications import (
    NotificationOutcome,
    PaymentNotifications,
    WaitingNotification,
)

POLL_SECONDS: Final = 2.0
"""How often waiting notifications are looked for; new ones of the same process wake the job."""

PAGE: Final = 64
AT_ONCE: Final = 8
"""Payments that are looked up at the same time: providers allow some tens of requests a second."""

LEASE: Final = timedelta(seconds=20)
"""After a process that died, another one goes on so soon; two that look the same up do no harm."""

LOOK_UP_MAX: Final = timedelta(seconds=8)
"""What has less time left of its lease is left to the next round."""

WAITING_COUNTED_MAX: Final = 100_000
"""Waiting notifications are counted no further."""


class NotificationNotHandled(Exception):
    """A notification could not be looked up; it waits for its next turn."""


class NotificationRound:
    """Handles waiting notifications."""

    def __init__(
        self,
        notifications: PaymentNotifications,
        intake: PaymentIntake,
        counts: NotificationCounts,
        clock: Callable[[], datetime],
        *,
        refunds: RefundLookup | None = None,
        terms: LookUpRetries | None = None,
        report: Callable[[NotificationNotHandled], None] = lambda _: None,
        rng: Random | None = None,
    ) -> None:
        """Without `refunds`, notifications about refunds wait."""
        self._notifications = notifications
        self._intake = intake
        self._counts = counts
        self._clock = clock
        self._refunds = refunds
        self._terms = terms or LookUpRetries()
        self._report = report
        self._rng = rng or Random()  # noqa: S311  (spreads attempts, no secrets)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.waiting = 0
        """How many waited when the last round ended."""

    async def handle_due(self, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Handle what is due; return how many notifications were taken."""
        count = 0
        while True:
            now = self._clock()
            until = now + LEASE
            taken = await self._notifications.take(now, until, PAGE)
            count += len(taken)
            handled = (self._handle(each, until) for each in taken)
            errors = await asyncio.gather(*handled, return_exceptions=True)
            if error := next((each for each in errors if each is not None), None):
                raise error
            if len(taken) < PAGE or is_stopping():
                break
        waiting = await self._notifications.waiting(WAITING_COUNTED_MAX)
        self.waiting = sum(each.count for each in waiting.values())
        return count

    async def _handle(self, taken: WaitingNotification, until: datetime) -> None:
        async with self._turns:
            if until - self._clock() < LOOK_UP_MAX:
                await self._notifications.postpone(taken, self._clock())
                return
            try:
                await self._look_up(taken)
            except DATABASE_UNREACHABLE:
                raise  # Its lease ends by itself.
            except Exception as error:  # noqa: BLE001  (whatever it is, the others go on)
                name = f"{taken.provider} {taken.kind} {taken.reference}"
                self._report(NotificationNotHandled(f"{name}: {type(error).__name__}: {error}"))
                wait = wait_after(error, taken.attempts, self._terms, self._rng)
                await self._notifications.postpone(taken, self._clock() + wait)

    async def _look_up(self, taken: WaitingNotification) -> None:
        """Do what follows from a payment or a refund, and store what the notification ended as."""
        if taken.about == NotifiedOf.REFUND:
            if self._refunds is None:
                raise ProviderUnavailable("refunds are not watched here")
            try:
                await self._refunds.check(taken.provider, taken.reference)
            except ProviderRefused as error:
                if error.code != NOT_FOUND:
                    raise
                await self._drop(taken)
                return
            outcome = NotificationOutcome.REFUND
        else:
            found = await self._intake.check(taken.provider, taken.reference)
            if found is IntakeOutcome.UNKNOWN:
                await self._drop(taken)
                return
            outcome = NotificationOutcome(found.value)
            if taken.kind.startswith(DISPUTES):
                await self._intake.disputed(taken.provider, taken.reference, taken.kind)
                outcome = NotificationOutcome.CONFLICT
        await self._notifications.settle(taken, outcome, self._clock())
        self._counts.count(outcome)

    async def _drop(self, taken: WaitingNotification) -> None:
        """Forget a notification of what its provider does not have: anybody can invent one."""
        await self._notifications.drop(taken)
        self._counts.refuse(taken.provider, RefusedAs.FORGED)
