"""Long work in slices: between two of them the event loop serves everybody else.

What takes long here is C code that holds the interpreter, so a thread would not help. One slice is
worked on at a time, whoever has work; shares take turns, so that many long requests of one client
delay another's as little as one does.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from gotovo.engine.admission import AdmissionLimit

SLICE_SECONDS: Final = 0.005
"""A batch of the engine holds the loop for about as long."""

T = TypeVar("T")
R = TypeVar("R")


class Slices:
    """The turns of one process; `seconds` is how long each may hold the loop, and one item more."""

    def __init__(
        self, seconds: float = SLICE_SECONDS, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._turns = AdmissionLimit(1)

    async def map(self, work: Callable[[T], R], items: Iterable[T], share: str | None) -> list[R]:
        """Return the result of the work for each item, in order; raise the first error.

        Without a share it is short work, which is done at once.
        """
        if share is None:
            return [work(item) for item in items]
        call_soon = asyncio.get_running_loop().call_soon
        remaining = iter(items)
        results: list[R] = []
        while True:
            await self._turns.acquire(1, share)
            try:
                ends_at = self._clock() + self._seconds
                for item in remaining:
                    results.append(work(item))
                    if self._clock() >= ends_at:
                        break
                else:
                    return results
            finally:  # The turn ends with that of the loop, in which everybody else is served.
                call_soon(self._turns.release, 1)
