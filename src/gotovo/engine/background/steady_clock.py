"""The installation's clock: the machine's, as long as it agrees with the time that has passed.

A machine knows two times: the time of day, which people and time services set, and the seconds
since its start, which nobody can set. While the time of day moves as the seconds do, it is
believed. When it jumps, this clock goes on by the seconds, timers hold what falls due, and a person
is asked (rule 4.2). After a restart of the machine nothing is left to compare with but what was
written before; there a time service that vouches for the clock is believed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gotovo.engine.background.ports import Tick
from gotovo.engine.ports import EngineError
from gotovo.value import Value

JUMP_MAX = timedelta(hours=1)
"""How far a clock may jump and still be believed; a setting."""


class TwoTimes(Protocol):
    """The two times of a machine."""

    def tick(self) -> Tick:
        """Return what both show now; costs next to nothing."""
        ...

    def kernel_tick(self) -> Tick:
        """Return the same with the kernel's own count of seconds, whatever libraries pretend."""
        ...

    def is_synchronized(self) -> bool:
        """Return whether a time service vouches for the time of day."""
        ...


class ClockError(EngineError):
    """The clock can't be right, and what was asked for depends on it."""


class ClockFault(Value, frozen=True):
    """A clock that shows something else than it should."""

    expected_at: datetime
    shown_at: datetime


class SteadyClock:
    """Call it for the present instant, UTC. It is no slower than the machine's own clock."""

    def __init__(self, machine: TwoTimes, jump_max: timedelta = JUMP_MAX) -> None:
        """Believe the machine until `begin` knows better."""
        self._machine = machine
        self._jump_max = jump_max
        self._anchor = machine.tick()
        self._unverified_since: datetime | None = None

    def __call__(self) -> datetime:
        """Return the instant: the time of day where it is believed."""
        tick = self._machine.tick()
        expected = self._expected(tick)
        return tick.at if self._agree(tick.at, expected) else expected

    @property
    def machine(self) -> str:
        """The id of the machine's last start."""
        return self._anchor.machine

    def begin(self, ticks: Sequence[Tick], newest: datetime | None) -> None:
        """Compare with what was written before: ticks, or without any the newest record."""
        now = self._machine.kernel_tick()
        mine = next((tick for tick in ticks if tick.machine == now.machine), None)
        if mine is not None:
            self._anchor = mine
            return
        before = max((tick.at for tick in ticks), default=newest)
        if before is None or self._agree(now.at, before) or self._machine.is_synchronized():
            return
        if now.at < before:
            self._anchor = Tick(now.machine, before, now.uptime_seconds)
        else:  # The machine may have been off so long, and nothing else knows the time.
            self._unverified_since = before

    def fault(self) -> ClockFault | None:
        """Return what is wrong with the clock; a clock that came back is right again."""
        tick = self._machine.kernel_tick()
        before = self._unverified_since
        if before is not None:
            if not (self._agree(tick.at, before) or self._machine.is_synchronized()):
                return ClockFault(before, tick.at)
            self.accept()
        expected = self._expected(tick)
        return None if self._agree(tick.at, expected) else ClockFault(expected, tick.at)

    def follow(self, tick: Tick) -> None:
        """Measure from a stored tick of this machine on: another process may have accepted it."""
        if self._unverified_since is None or self._agree(self._machine.tick().at, self._from(tick)):
            self._anchor, self._unverified_since = tick, None

    def accept(self) -> Tick:
        """Believe the machine as it is now; return the tick to store."""
        self._anchor, self._unverified_since = self._machine.kernel_tick(), None
        return self._anchor

    def _expected(self, now: Tick) -> datetime:
        passed = now.uptime_seconds - self._anchor.uptime_seconds
        return self._anchor.at + timedelta(seconds=passed)

    def _from(self, tick: Tick) -> datetime:
        passed = self._machine.tick().uptime_seconds - tick.uptime_seconds
        return tick.at + timedelta(seconds=passed)

    def _agree(self, one: datetime, other: datetime) -> bool:
        return abs(one - other) <= self._jump_max
