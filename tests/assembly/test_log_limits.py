"""A fault that lasts for hours does not fill the disk with its own log."""

import io
import sys
from typing import Any

import pytest
import structlog
from typing_extensions import override

from gotovo.assembly.log_limits import LINES_PER_MINUTE, LineLimits, StandardError


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def passes(limits: LineLimits, method: str, **event: Any) -> dict[str, Any] | None:
    """Return the line that is written, if one is."""
    try:
        return dict(limits(None, method, event))
    except structlog.DropEvent:
        return None


def test_of_the_same_error_a_few_lines_a_minute_are_written() -> None:
    clock = Clock()
    limits = LineLimits(clock)
    written = [passes(limits, "error", event="job failed", name="timers") for _ in range(1_000)]
    assert sum(line is not None for line in written) == LINES_PER_MINUTE
    assert passes(limits, "error", event="job failed", name="retention") is not None
    clock.now = 60
    line = passes(limits, "error", event="job failed", name="timers")
    assert line is not None
    assert line["left_out"] == 1_000 - LINES_PER_MINUTE
    following = passes(limits, "error", event="job failed", name="timers")
    assert following is not None
    assert "left_out" not in following


def test_what_is_no_fault_is_always_written() -> None:
    limits = LineLimits(Clock())
    assert all(passes(limits, "info", event="started") for _ in range(100))


class FullDisk(io.StringIO):
    """A file on a disk without room."""

    @override
    def write(self, text: str, /) -> int:
        raise OSError(28, "No space left on device")


def test_a_line_that_finds_no_room_fails_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", FullDisk())
    log = StandardError()
    log.write("a line\n")
    log.flush()
