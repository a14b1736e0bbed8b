"""Health of a receiver: whether it takes messages, and since when it does not.

While it is down, events stay in the journal: one of them is tried from time to time, and the rest
follow when it answers again.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

DOWN_FAILURES: Final = 10
"""Failures in a row after which a receiver is down: one that fails at random does not get there."""

PROBE_EVERY: Final = timedelta(minutes=1)
"""How often one new event is tried while a receiver is down."""


class ReceiverHealth:
    """What a process knows of one receiver."""

    def __init__(self, failing_since: datetime | None = None) -> None:
        self.failing_since = failing_since
        self.probe_at = datetime.min.replace(tzinfo=UTC)
        self._failures = 0
        self._is_back = False

    @property
    def is_down(self) -> bool:
        """Whether it takes nothing at present."""
        return self._failures >= DOWN_FAILURES

    def may_try(self, now: datetime) -> bool:
        """Tell whether a new event may be tried."""
        return not self.is_down or self.probe_at <= now

    def note(self, now: datetime, *, is_success: bool) -> None:
        """Take note of what became of an attempt that began at this instant."""
        if is_success:
            self._is_back = self._is_back or self.is_down
            self._failures, self.failing_since = 0, None
            return
        self._failures += 1
        self.failing_since = self.failing_since or now
        if self.is_down:
            self.probe_at = now + PROBE_EVERY

    def take_return(self) -> bool:
        """Tell, once, whether it has come back after it was down."""
        is_back, self._is_back = self._is_back, False
        return is_back
