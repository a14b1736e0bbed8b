"""What timers hold, in the memory of one process: for simulations and tests."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import structs

from gotovo.engine.background.ports import Hold, Tick


class MemoryTimerHolds:
    """Holds and ticks that nobody else sees."""

    def __init__(self) -> None:
        self._holds: dict[tuple[str, str], Hold] = {}
        self._ticks: dict[str, Tick] = {}

    async def holds(self) -> Sequence[Hold]:
        """Return everything that is held."""
        return tuple(self._holds.values())

    async def hold(self, hold: Hold) -> None:
        """Hold something, unless it is held already."""
        self._holds.setdefault((hold.what, hold.machine), hold)

    async def end_hold(self, what: str, machine: str) -> None:
        """Forget a hold."""
        self._holds.pop((what, machine), None)

    async def release(self, what: str, at: datetime) -> Sequence[Hold]:
        """Let a kind, or the clocks, go on; return what was held."""
        held = [hold for hold in self._holds.values() if hold.what == what]
        for hold in held:
            released = structs.replace(hold, released_at=at)
            self._holds[hold.what, hold.machine] = released
        return held

    async def ticks(self) -> Sequence[Tick]:
        """Return the last tick of each start of each machine."""
        return tuple(self._ticks.values())

    async def add_tick(self, tick: Tick) -> None:
        """Store a machine's last tick."""
        self._ticks[tick.machine] = tick
