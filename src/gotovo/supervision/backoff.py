"""Pauses before a process that keeps ending is started again."""

import random
from typing import Final

SOUND_SECONDS: Final = 1.0
"""Who has worked this long was started well: the next start waits for nothing."""

FIRST_PAUSE: Final = 0.25
PAUSE_MAX: Final = 10.0
"""However long a fault lasts, this long after it is mended everything works again."""


class Backoff:
    """No pause after a sound run; from then on each pause is twice as long, give or take a third.

    It never gives up: a fault outside, such as a full disk, ends some time.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._failures = 0

    def pause(self, worked_seconds: float) -> float:
        """Return how many seconds to wait after a run in which it worked for so long."""
        if worked_seconds >= SOUND_SECONDS:
            self._failures = 0
        failures, self._failures = self._failures, self._failures + 1
        if failures == 0:
            return 0.0
        longest = min(FIRST_PAUSE * 2 ** min(failures - 1, 16), PAUSE_MAX)
        return longest * self._rng.uniform(2 / 3, 1)
