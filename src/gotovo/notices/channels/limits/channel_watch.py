"""What really happened to the messages of a channel in this process: counts, and whether it fails.

A failure here and there is ordinary; several in a row, with nothing that went through in between,
mean that the channel is down.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final

import structlog
from msgspec import Struct

from gotovo.notices.channels.port import ChannelError, MessageRefused

FAILURES_MIN: Final = 3
"""Failures in a row after which a channel counts as down."""

_log = structlog.get_logger("gotovo.messages")


class AttemptOutcome(StrEnum):
    """What became of one attempt to send a message."""

    TAKEN = "taken"  # by the channel
    REFUSED = "refused"  # for good: a number that is none
    FAILED = "failed"  # for now: no answer, no money
    HELD = "held"  # by our own limits: the channel was not asked


class Failing(Struct, frozen=True):
    """A channel that fails: since when, how often in a row, and why at last."""

    since: datetime
    count: int
    reason: str


class ChannelWatch:
    """Counts the attempts of one channel."""

    def __init__(self, channel: str, clock: Callable[[], datetime]) -> None:
        self.channel = channel
        self._clock = clock
        self._failing: Failing | None = None
        self._counts = dict.fromkeys(AttemptOutcome, 0)

    @property
    def counts(self) -> dict[AttemptOutcome, int]:
        """Return how many attempts ended how since the start of this process."""
        return dict(self._counts)

    @property
    def failing(self) -> Failing | None:
        """Return how it fails; None while it works."""
        failing = self._failing
        return failing if failing is not None and failing.count >= FAILURES_MIN else None

    def taken(self) -> None:
        """Note that the channel took a message."""
        self._counts[AttemptOutcome.TAKEN] += 1
        self._answered()

    def held(self) -> None:
        """Note that a message waits for our own limits."""
        self._counts[AttemptOutcome.HELD] += 1

    def failed(self, error: Exception) -> None:
        """Note what the channel raised; one that refuses a message for good works."""
        if isinstance(error, MessageRefused):
            self._counts[AttemptOutcome.REFUSED] += 1
            self._answered()
            return
        self._counts[AttemptOutcome.FAILED] += 1
        reason = str(error) if isinstance(error, ChannelError) else type(error).__name__
        before = self._failing
        since, count = (before.since, before.count) if before else (self._clock(), 0)
        self._failing = Failing(since, count + 1, reason)
        if self._failing.count == FAILURES_MIN:
            _log.warning("a channel fails", channel=self.channel, reason=reason)

    def _answered(self) -> None:
        if self.failing is not None:
            _log.info("a channel works again", channel=self.channel)
        self._failing = None
