"""Troubles with Telegram: what keeps a bot from being reached, said once, and for how long to wait.

A provider that is down makes no page and no command fail, so it is a warning and no failure.
"""

from collections.abc import Callable
from typing import Final

from gotovo.notices.channels.port import ChannelError, ChannelUnavailable

WAIT_FIRST: Final = 5.0
WAIT_MOST: Final = 300.0


class BotTroubles:
    """What is wrong now, by the job that has found it."""

    def __init__(self, report: Callable[[str, str], None] = lambda _name, _error: None) -> None:
        """`report` is told of each new trouble."""
        self._report = report
        self._tries: dict[str, int] = {}
        self._told: dict[str, str] = {}

    @property
    def told(self) -> tuple[str, ...]:
        """Return a sentence for each trouble."""
        return tuple(f"{name}: {error}" for name, error in self._told.items())

    def failed(self, name: str, error: ChannelError) -> float:
        """Note a failure; return how many seconds to wait, longer each time."""
        tries = self._tries[name] = self._tries.get(name, 0) + 1
        if self._told.get(name) != str(error):
            self._told[name] = str(error)
            self._report(name, str(error))
        wait = min(WAIT_FIRST * 2.0 ** min(tries - 1, 16), WAIT_MOST)
        if isinstance(error, ChannelUnavailable) and error.retry_after is not None:
            return max(wait, error.retry_after)
        return wait

    def worked(self, name: str) -> None:
        """Note that it works again."""
        self._tries.pop(name, None)
        self._told.pop(name, None)
