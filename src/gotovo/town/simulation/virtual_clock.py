"""A clock that is moved by hand, so that days pass in a second."""

from datetime import datetime


class VirtualClock:
    """Tells the instant it was moved to; it never runs backwards."""

    def __init__(self, now: datetime) -> None:
        """Begin at an aware instant in UTC."""
        self._now = now

    def __call__(self) -> datetime:
        """Return the present instant."""
        return self._now

    def move(self, now: datetime) -> None:
        """Move on to an instant; one that has passed changes nothing."""
        self._now = max(self._now, now)
