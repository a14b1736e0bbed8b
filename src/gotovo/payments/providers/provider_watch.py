"""What became of this process's requests to a provider: counts, seconds, and whether it fails.

A failure here and there is ordinary; several in a row, with nothing that was answered in between,
mean that the provider is down, or our account with it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import structlog
from msgspec import Struct

from gotovo.payments.providers.port import ProviderError, ProviderRefused

FAILURES_MIN: Final = 3
"""Failures in a row after which a provider counts as down."""

_log = structlog.get_logger("gotovo.payments")


class ProviderCall(StrEnum):
    """What a provider is asked for."""

    CREATE = "create"
    PAYMENT = "payment"
    CANCEL = "cancel"
    REFUND = "refund"
    REFUND_OF = "refund-of"
    PAYMENTS = "payments"
    REFUNDS = "refunds"


class CallOutcome(StrEnum):
    """What became of a request."""

    ANSWERED = "answered"
    REFUSED = "refused"  # for good
    FAILED = "failed"  # for now: no answer, or none that can be read


class ProviderFailing(Struct, frozen=True):
    """A provider that fails: since when, how often in a row, and why at last."""

    since: datetime
    count: int
    reason: str


class ProviderWatch:
    """Counts the requests to one provider."""

    def __init__(self, provider: str, clock: Callable[[], datetime]) -> None:
        self.provider = provider
        self._clock = clock
        self._failing: ProviderFailing | None = None
        self._counts = {(call, outcome): 0 for call in ProviderCall for outcome in CallOutcome}
        self._seconds = dict.fromkeys(ProviderCall, 0.0)

    @property
    def counts(self) -> Mapping[tuple[ProviderCall, CallOutcome], int]:
        """Return how many requests ended how since the start of this process."""
        return dict(self._counts)

    @property
    def seconds(self) -> Mapping[ProviderCall, float]:
        """Return how long all requests have taken together; of a list, until its last page."""
        return dict(self._seconds)

    @property
    def failing(self) -> ProviderFailing | None:
        """Return how it fails; None while it works."""
        failing = self._failing
        return failing if failing is not None and failing.count >= FAILURES_MIN else None

    def answered(self, call: ProviderCall, seconds: float) -> None:
        """Note that the provider did what it was asked for."""
        self._count(call, CallOutcome.ANSWERED, seconds)
        self._works()

    def failed(self, call: ProviderCall, seconds: float, error: Exception) -> None:
        """Note what was raised; a provider that refuses something for good works."""
        if isinstance(error, ProviderRefused):
            self._count(call, CallOutcome.REFUSED, seconds)
            self._works()
            return
        self._count(call, CallOutcome.FAILED, seconds)
        reason = str(error) if isinstance(error, ProviderError) else type(error).__name__
        before = self._failing
        since, count = (before.since, before.count) if before else (self._clock(), 0)
        self._failing = ProviderFailing(since, count + 1, reason)
        if self._failing.count == FAILURES_MIN:
            _log.warning("a payment provider fails", provider=self.provider, reason=reason)

    def _count(self, call: ProviderCall, outcome: CallOutcome, seconds: float) -> None:
        self._counts[call, outcome] += 1
        self._seconds[call] += seconds

    def _works(self) -> None:
        if self.failing is not None:
            _log.info("a payment provider works again", provider=self.provider)
        self._failing = None
