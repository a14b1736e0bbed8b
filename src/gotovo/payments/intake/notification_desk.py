"""Notification desk: takes what providers tell, and stores it before anybody is answered.

Nothing of a notification is believed but that something may have changed: it is stored with what
is to be looked up, and a job does that afterwards. A signature proves who sent it. Where there is
none, anybody may name payments that do not exist, and each would be a row and a question to the
provider: an address may send so many about what is not known, and none more while many wait.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from gotovo.access.rate_limits import LeakyBucket, RateLimit, network_of
from gotovo.payments.intake.notification_counts import NotificationCounts, RefusedAs
from gotovo.payments.providers.port import (
    NotificationRefused,
    NotificationRequest,
    NotifiedOf,
    PaymentProvider,
    ProviderNotification,
    RefusedBecause,
)
from gotovo.store.tables.payments.payment_attempts import PaymentAttempts
from gotovo.store.tables.payments.payment_notifications import NewNotification, PaymentNotifications

UNKNOWN_LIMIT: Final = RateLimit("payment-hints", 120, timedelta(seconds=1))
"""Unsigned notifications about nothing known, of one address: a lost answer, or a payment that
another program asked for with the same account. What is refused is sent again by the provider, and
is in its list, which is read every hour."""

KNOWN_LIMIT: Final = RateLimit("known-payment-hints", 30, timedelta(seconds=10))
"""Unsigned notifications about one payment: whoever pays knows its id, and could make up others."""

BUCKETS_MAX: Final = 10_000
"""Addresses and payments whose limits are remembered: of more, the one that was quiet longest is
forgotten."""

WAITING_MAX: Final = 50_000
"""While so many wait, nothing unsigned and unknown is added: some ten megabytes."""

LONGEST_TEXT: Final = 255
"""Ids and words of providers have some forty characters."""


class Limited(Struct, frozen=True):
    """A notification is not taken now; after `seconds` it may be."""

    seconds: float
    is_busy: bool = False


class NotificationDesk:
    """Takes notifications of all open providers."""

    def __init__(
        self,
        providers: Mapping[str, PaymentProvider],
        notifications: PaymentNotifications,
        attempts: PaymentAttempts,
        counts: NotificationCounts,
        clock: Callable[[], datetime],
        *,
        on_taken: Callable[[], None] = lambda: None,
        waiting: Callable[[], int] = lambda: 0,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Call `on_taken` when there is something to look up; `waiting` says how much waits."""
        self._providers = providers
        self._notifications = notifications
        self._attempts = attempts
        self._counts = counts
        self._clock = clock
        self._on_taken = on_taken
        self._waiting = waiting
        self._monotonic_ns = monotonic_ns
        self._buckets: OrderedDict[str, LeakyBucket] = OrderedDict()

    def knows(self, provider: str) -> bool:
        """Return whether a provider is open here."""
        return provider in self._providers

    async def take(
        self, provider: str, request: NotificationRequest, address: str
    ) -> Limited | None:
        """Store a notification of an open provider; return why not, if it has to come later.

        Raises NotificationRefused for what the provider did not send, and the database's errors:
        then nothing was taken.
        """
        now = self._clock()
        try:
            told = self._providers[provider].notification(request, now)
            _check(told)
        except NotificationRefused as error:
            self._counts.refuse(provider, RefusedAs(error.because.value), address)
            raise
        if told.about is NotifiedOf.OTHER:
            self._counts.refuse(provider, RefusedAs.IGNORED)
            return None
        limited = await self._limited(provider, told, address)
        if limited is not None:
            self._counts.refuse(provider, RefusedAs.LIMITED, address)
            return limited
        new = NewNotification(
            provider=provider,
            id=told.id,
            about=told.about,
            kind=told.kind,
            reference=told.reference,
            received_at=now,
        )
        added = await self._notifications.add(new)
        self._counts.count("taken" if added.is_new else "replayed")
        if added.is_waiting:
            self._on_taken()
        return None

    async def _limited(
        self, provider: str, told: ProviderNotification, address: str
    ) -> Limited | None:
        """Return how long an unsigned notification has to wait, by what it is about.

        One about a payment that is known here is limited by the payment, all others by the address
        and by how many wait.
        """
        if told.is_signed:
            return None
        now, reference = self._monotonic_ns(), told.reference
        is_payment = told.about is NotifiedOf.PAYMENT
        if is_payment and await self._attempts.of_provider(provider, reference) is not None:
            wait = self._bucket(f"{provider}:{reference}", KNOWN_LIMIT).take(now)
            return Limited(wait / 1e9) if wait else None
        wait = self._bucket(network_of(address), UNKNOWN_LIMIT).take(now)
        if wait:
            return Limited(wait / 1e9)
        return Limited(60.0, is_busy=True) if self._waiting() >= WAITING_MAX else None

    def _bucket(self, subject: str, limit: RateLimit) -> LeakyBucket:
        bucket = self._buckets.pop(subject, None) or LeakyBucket(limit)
        self._buckets[subject] = bucket
        if len(self._buckets) > BUCKETS_MAX:
            self._buckets.popitem(last=False)
        return bucket


def _check(told: ProviderNotification) -> None:
    """Refuse names that no provider gives, and that could not be stored."""
    for name, text in (("id", told.id), ("reference", told.reference), ("kind", told.kind)):
        if not 0 < len(text) <= LONGEST_TEXT or not text.isascii() or not text.isprintable():
            reason = f"{name}: expected 1..{LONGEST_TEXT} printable ASCII characters"
            raise NotificationRefused(RefusedBecause.MALFORMED, reason)
