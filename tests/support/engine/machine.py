"""A machine whose two times a test sets."""

from datetime import datetime, timedelta

from gotovo.engine.background.ports import Tick


class SetMachine:
    """The time of day, which can jump, and the seconds since the start, which can't."""

    def __init__(self, now: datetime, *, is_synchronized: bool = False) -> None:
        self.is_kept = is_synchronized
        self._now = now
        self._uptime = 100.0

    def wait(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._uptime += seconds

    def jump(self, by: timedelta) -> None:
        self._now += by

    def tick(self) -> Tick:
        return Tick("this", self._now, self._uptime)

    def kernel_tick(self) -> Tick:
        return self.tick()

    def is_synchronized(self) -> bool:
        return self.is_kept
