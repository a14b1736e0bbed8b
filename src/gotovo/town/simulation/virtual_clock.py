"""A clock that the simulator moves, so that days pass in a second."""

from datetime import datetime


class VirtualClock:
    """Returns the instant it was moved to; it never runs backwards."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self) -> datetime:
        """Return the present instant."""
        return self._now

    def move(self, now: datetime) -> None:
        """Move to an instant; one in the past changes nothing."""
        self._now = max(self._now, now)
