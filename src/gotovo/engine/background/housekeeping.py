"""What has served its time is deleted: answers to command ids, thirty days old."""

from collections.abc import Callable
from datetime import datetime, timedelta

from gotovo.engine.background.periodic import Failure, Repeating
from gotovo.engine.ports import Answers

KEPT_DAYS = 30
"""How long a repeated command gets its first answer (contract, `Idempotency-Key`)."""

EVERY_SECONDS = 600.0
"""How often: what is a few minutes past its time does no harm."""

SWEPT_MAX = 1_000
"""Answers deleted in one statement, so that none holds its locks for long."""


class Housekeeping:
    """Deletes in bounded batches."""

    def __init__(
        self,
        answers: Answers,
        clock: Callable[[], datetime],
        *,
        report: Callable[[str, Exception], None] | None = None,
    ) -> None:
        """Sweep these answers by this clock."""
        self._answers = answers
        self._clock = clock
        self._repeating = Repeating("housekeeping", self.sweep, EVERY_SECONDS, report=report)

    @property
    def failure(self) -> Failure | None:
        """Why the last sweep came to nothing, if it did."""
        return self._repeating.failure

    async def run(self) -> None:
        """Sweep until stopped."""
        await self._repeating.run()

    def stop(self) -> None:
        """Finish the sweep under way and stop."""
        self._repeating.stop()

    async def sweep(self) -> int:
        """Delete everything that is old enough; return how many answers that were."""
        before = self._clock() - timedelta(days=KEPT_DAYS)
        total = 0
        while count := await self._answers.forget_answers(before, SWEPT_MAX):
            total += count
            if count < SWEPT_MAX:
                break
        return total
