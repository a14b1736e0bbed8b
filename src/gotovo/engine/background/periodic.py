"""Periodic job: runs at intervals, sooner when woken, later after a failure.

Everything in this program that happens again and again is one of these.
"""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from gotovo.value import Value

PAUSE_SECONDS_MAX = 60.0
"""The longest pause after failures: short enough to be back soon after the cause is gone."""


class Failure(Value, frozen=True):
    """Why the last run failed, and how many in a row have."""

    error: str
    tries: int


class PeriodicJob:
    """Runs a job until it is stopped; a failure is reported and the job tried again."""

    def __init__(
        self,
        name: str,
        job: Callable[[], Awaitable[object]],
        every_seconds: float,
        *,
        report: Callable[[str, Exception], None] | None = None,
        rng: Random | None = None,
    ) -> None:
        """Prepare to run; every exception is passed to `report`, with the name."""
        self.name = name
        self.failure: Failure | None = None
        self._job = job
        self._every_seconds = every_seconds
        self._report = report
        self._rng = rng or Random()  # noqa: S311  (jitter, no secrets)
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """Run again now."""
        self._woken.set()

    def stop(self) -> None:
        """Let the run under way end and start no other."""
        self._stopping.set()
        self._woken.set()

    @property
    def is_stopping(self) -> bool:
        """Whether a long run should end where it can."""
        return self._stopping.is_set()

    async def rest(self, seconds: float) -> None:
        """Pause within a run; return at once when the job is stopped."""
        await _wait(self._stopping, seconds)

    async def run(self) -> None:
        """Run the job again and again until stopped."""
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                await self._job()
            except Exception as error:  # noqa: BLE001  (whatever it is, the next run tries again)
                self._failed(error)
                await _wait(self._stopping, self._pause())  # a wake-up does not remove the cause
            else:
                self.failure = None
                await _wait(self._woken, self._every_seconds)

    def _failed(self, error: Exception) -> None:
        tries = self.failure.tries + 1 if self.failure else 1
        self.failure = Failure(f"{type(error).__name__}: {error}", tries)
        if self._report is not None:
            self._report(self.name, error)

    def _pause(self) -> float:
        """Back off exponentially, with jitter."""
        tries = self.failure.tries if self.failure else 1
        longest = min(PAUSE_SECONDS_MAX, self._every_seconds * 2 ** min(tries, 16))
        return longest * self._rng.uniform(0.5, 1.0)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
