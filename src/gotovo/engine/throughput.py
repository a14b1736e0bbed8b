"""How fast work is done while there is any, and so how long a newcomer would wait.

A queue with a fixed number of places is too long on a slow day and too short on a fast one; what
a caller feels is the time.
"""

_KEPT = 0.9
"""What of the past counts beside the latest commit: the last ten make two thirds of the figure,
which at a handful of milliseconds each follows a change within a tenth of a second."""


class Pace:
    """Commands a second over the last commits, idle times left out."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._commands = 0.0
        self._seconds = 0.0
        self._since = 0.0

    def begin(self, now: float) -> None:
        """Take note that work begins after an idle time; `now` is by the loop's clock."""
        self._since = now

    def done(self, commands: int, now: float) -> None:
        """Take note of a commit."""
        self._commands = self._commands * _KEPT + commands
        self._seconds = self._seconds * _KEPT + (now - self._since)
        self._since = now

    def seconds_for(self, commands: int) -> float:
        """Return how long so many commands would take; nothing while that is not known."""
        return commands * self._seconds / self._commands if self._commands else 0.0
