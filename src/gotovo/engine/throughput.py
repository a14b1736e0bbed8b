"""Throughput: commands a second while there is work, and how long a new command would wait.

A queue with a fixed number of places is too long on a slow day and too short on a fast one; what a
caller notices is the time.
"""

_PAST_WEIGHT = 0.9
"""Of the past, beside the latest commit: the last ten make two thirds of the figure, which at a
handful of milliseconds each follows a change within a tenth of a second."""


class Throughput:
    """An exponential moving average over commits, idle times left out."""

    def __init__(self) -> None:
        self._commands = 0.0
        self._seconds = 0.0
        self._since = 0.0

    def start(self, now: float) -> None:
        """Start measuring after an idle time; `now` is the event loop's time."""
        self._since = now

    def record(self, commands: int, now: float) -> None:
        """Record a commit."""
        self._commands = self._commands * _PAST_WEIGHT + commands
        self._seconds = self._seconds * _PAST_WEIGHT + (now - self._since)
        self._since = now

    def seconds_for(self, commands: int) -> float:
        """Return how long this many commands would take; zero before the first commit."""
        return commands * self._seconds / self._commands if self._commands else 0.0
