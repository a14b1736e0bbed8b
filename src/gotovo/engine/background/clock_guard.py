"""The clock's guard: stores its ticks, and holds the timers while it can't be right."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from gotovo.engine.background.ports import CLOCK, Hold, Ticks, TimerHolds
from gotovo.engine.background.steady_clock import ClockFault, SteadyClock

TICK_EVERY = timedelta(seconds=10)
"""How often a tick is stored: no step is held for a jump that this could hide."""


class ClockGuard:
    """Checks one process's clock before each sweep; `fault` is what the last check found."""

    def __init__(self, clock: SteadyClock, ticks: Ticks, holds: TimerHolds) -> None:
        self.fault: ClockFault | None = None
        self._clock = clock
        self._ticks = ticks
        self._holds = holds
        self._ticked_at: datetime | None = None

    async def check(self, holds: Sequence[Hold]) -> ClockFault | None:
        """Return what is wrong with the clock, or store a tick; `holds` are those of this moment.

        A clock that a person has released is believed from then on. The other processes of the
        machine learn it from the tick.
        """
        self.fault = await self._fault()
        machine = self._clock.machine
        mine = next((x for x in holds if x.what == CLOCK and x.machine == machine), None)
        if self.fault is not None and mine is not None and mine.released_at is not None:
            await self._ticks.add_tick(self._clock.accept())
            self.fault = None
        if self.fault is None:
            if mine is not None:
                await self._holds.end_hold(CLOCK, machine)
            await self._tick()
        elif mine is None:
            await self._holds.hold(
                Hold(
                    what=CLOCK,
                    machine=machine,
                    since=self.fault.expected_at,
                    expected_at=self.fault.expected_at,
                    shown_at=self.fault.shown_at,
                )
            )
        return self.fault

    async def _fault(self) -> ClockFault | None:
        """Return what is wrong, unless another process has stored that it is right."""
        fault = self._clock.fault()
        if fault is None:
            return None
        for tick in await self._ticks.ticks():
            if tick.machine == self._clock.machine:
                self._clock.follow(tick)
        return self._clock.fault()

    async def _tick(self) -> None:
        now = self._clock()
        if self._ticked_at is None or abs(now - self._ticked_at) >= TICK_EVERY:
            await self._ticks.add_tick(self._clock.accept())
            self._ticked_at = now
