"""The ports of background work: the feed for followers, and the memory of timers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from gotovo.engine.ports import FeedEvent, LaneBacklog
from gotovo.value import Value

CLOCK: Final = "clock"
"""The hold of everything that falls due, while a machine's clock can't be right."""


class Hold(Value, frozen=True, kw_only=True):
    """Something that timers do not do until a person releases it.

    `what` is a kind of step, or `CLOCK` for all kinds. A clock's hold is one machine's, all others
    are everybody's (`machine` is empty). Of a kind, `due` orders are waiting, counted to just above
    the `allowed` ones. Of a clock, `expected_at` is what it should show, and `shown_at` what it
    showed. Released is what a person has let go on and no sweep has done yet.
    """

    what: str
    machine: str = ""
    since: datetime
    due: int = 0
    allowed: int = 0
    expected_at: datetime | None = None
    shown_at: datetime | None = None
    released_at: datetime | None = None


class Tick(Value, frozen=True):
    """An instant that a machine's clock showed, and for how many seconds the machine had run.

    `machine` is the id of its last start: after a restart it is another one.
    """

    machine: str
    at: datetime
    uptime_seconds: float


class Feed(Protocol):
    """Reads of followers."""

    async def feed(self, lane: int, after: int, limit: int) -> Sequence[FeedEvent]:
        """Return events after a position, skipping none and repeating none."""
        ...

    async def backlogs(self, follower: str, limit: int) -> Sequence[LaneBacklog]:
        """Return the lanes in which this follower is behind."""
        ...

    async def advance(self, follower: str, lane: int, after: int, position: int) -> bool:
        """Advance a follower from `after` to `position`; return False if it is not at `after`."""
        ...


class TimerHolds(Protocol):
    """What is held, for all processes."""

    async def holds(self) -> Sequence[Hold]:
        """Return everything that is held, or released and not done yet."""
        ...

    async def hold(self, hold: Hold) -> None:
        """Hold something, unless it is held already."""
        ...

    async def end_hold(self, what: str, machine: str) -> None:
        """Forget a hold."""
        ...


class Ticks(Protocol):
    """The last ticks of all machines' clocks."""

    async def ticks(self) -> Sequence[Tick]:
        """Return the last tick of each start of each machine."""
        ...

    async def add_tick(self, tick: Tick) -> None:
        """Store a machine's last tick, and forget machines that have not ticked for a month."""
        ...
