"""What is done again and again in the background, sooner when woken, later after a fault."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from gotovo.value import Value

PAUSE_SECONDS_MAX = 60.0
"""The longest pause after faults: short enough to be back soon after whatever it was is mended."""


class Failure(Value, frozen=True):
    """Why the last round came to nothing, and how many in a row have."""

    error: str
    tries: int


class Repeating:
    """Runs rounds one at a time until it is stopped; a fault is shown and tried again."""

    def __init__(
        self,
        name: str,
        round_: Callable[[], Awaitable[object]],
        every_seconds: float,
        *,
        report: Callable[[str, Exception], None] | None = None,
        chance: Random | None = None,
    ) -> None:
        """Prepare to run; `report` hears of every fault, with the name."""
        self.name = name
        self.failure: Failure | None = None
        self._round = round_
        self._every_seconds = every_seconds
        self._report = report
        self._chance = chance or Random()  # noqa: S311  (spreads pauses, keeps no secret)
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """Begin the next round now."""
        self._woken.set()

    def stop(self) -> None:
        """Let the round under way end and begin no other."""
        self._stopping.set()
        self._woken.set()

    @property
    def is_stopping(self) -> bool:
        """Whether a long round should end where it can."""
        return self._stopping.is_set()

    async def rest(self, seconds: float) -> None:
        """Let others work for a while within a round; no longer than until it is to stop."""
        await _wait(self._stopping, seconds)

    async def run(self) -> None:
        """Run rounds until stopped."""
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                await self._round()
            except Exception as error:  # noqa: BLE001  (whatever it is, the next round tries again)
                self._failed(error)
                await _wait(self._stopping, self._pause())  # news does not mend a fault
            else:
                self.failure = None
                await _wait(self._woken, self._every_seconds)

    def _failed(self, error: Exception) -> None:
        tries = self.failure.tries + 1 if self.failure else 1
        self.failure = Failure(f"{type(error).__name__}: {error}", tries)
        if self._report is not None:
            self._report(self.name, error)

    def _pause(self) -> float:
        tries = self.failure.tries if self.failure else 1
        longest = min(PAUSE_SECONDS_MAX, self._every_seconds * 2 ** min(tries, 16))
        return longest * self._chance.uniform(0.5, 1.0)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
