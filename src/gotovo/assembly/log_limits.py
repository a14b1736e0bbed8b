"""What keeps the log from growing without end while something is broken for hours.

A fault that lasts is said again and again: by each request, and by each job once a second. Of the
same line a few a minute are written, and the next one tells how many were left out.
"""

import sys
import time
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any, Final

import structlog

LINES_PER_MINUTE: Final = 10
"""Of each kind of warning or error: enough to see that a fault lasts, and whom it hits."""

KINDS_MAX: Final = 1_000
"""Kinds remembered at once; the program has far fewer, and a new minute forgets them."""

_MINUTE: Final = 60.0
_LIMITED: Final = frozenset({"warning", "error", "critical"})
_OF_KIND: Final = ("event", "name", "logger", "reason", "path")


class LineLimits:
    """Counts the warnings and errors of each kind in the present minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._minute_began = clock()
        self._counts: dict[tuple[str, ...], int] = {}
        self._left_out: dict[tuple[str, ...], int] = {}

    def __call__(
        self, _logger: Any, method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Pass a line on, or drop it when there were too many of its kind."""
        if method not in _LIMITED:
            return event
        if self._clock() - self._minute_began >= _MINUTE or len(self._counts) > KINDS_MAX:
            self._minute_began = self._clock()
            self._left_out = {
                kind: count - LINES_PER_MINUTE
                for kind, count in self._counts.items()
                if count > LINES_PER_MINUTE
            }
            self._counts = {}
        kind = tuple(str(event.get(name, "")) for name in _OF_KIND)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if self._counts[kind] > LINES_PER_MINUTE:
            raise structlog.DropEvent
        if left_out := self._left_out.pop(kind, 0):
            event["left_out"] = left_out
        return event


class StandardError:
    """Standard error as it is at that moment; a line that finds no room is given up.

    The disk may be full that a log goes to, or its reader gone: no request fails for that.
    """

    def write(self, text: str) -> None:
        """Write a text."""
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Let it go at once."""
        with suppress(OSError, ValueError):
            sys.stderr.flush()
