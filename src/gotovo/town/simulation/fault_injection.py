"""Fault injection: lost races, connections lost before and after a commit, repeated requests.

Nothing may be lost, done twice or answered differently; the audit and `RepeatedRequests` check
that. Everything is derived from a seed, so that a failure can be reproduced.
"""

from collections.abc import Sequence
from random import Random

from msgspec import Struct

from gotovo.engine.engine import Engine
from gotovo.engine.memory import MemoryJournal
from gotovo.engine.ports import Batch, JournalUnreachable, RaceLost
from gotovo.engine.submission import Submission, SubmissionResult

RACE_SHARE = 0.05
AWAY_SHARE = 0.01
"""Of commits. An unreachable journal costs about 50 ms of real time, so it is rarer."""

REPEATED_SHARE = 0.2
"""Of requests; each repetition must get the outcome of the first."""


class FaultyJournal(MemoryJournal):
    """A journal whose commits fail now and then, in every way that a real one's can."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.races = 0
        self.absences = 0
        self._rng = Random(f"faults:{seed}")  # noqa: S311  (a failure has to repeat)

    # typing.override came with Python 3.12.
    async def write(self, batch: Batch) -> None:  # pyright: ignore[reportImplicitOverride]
        """Commit, lose the race, or lose the connection before or after the commit."""
        drawn = self._rng.random()
        if drawn < RACE_SHARE:
            self.races += 1
            raise RaceLost
        if drawn < RACE_SHARE + AWAY_SHARE:
            self.absences += 1
            if self._rng.random() < 0.5:  # noqa: PLR2004  (before or after: even chances)
                await super().write(batch)
            raise JournalUnreachable
        await super().write(batch)


class DifferentOutcome(Struct, frozen=True):
    """A repeated request with another outcome than the first time."""

    submission: Submission
    first: SubmissionResult
    second: SubmissionResult


class RepeatedRequests:
    """Sends some requests again and compares the outcomes."""

    def __init__(self, seed: int, engine: Engine) -> None:
        self.repeated = 0
        self.different: list[DifferentOutcome] = []
        self._engine = engine
        self._rng = Random(f"repeats:{seed}")  # noqa: S311

    async def repeat(
        self, submissions: Sequence[Submission], outcomes: Sequence[SubmissionResult]
    ) -> None:
        """Send a share of the requests again."""
        chosen = [
            pair
            for pair in zip(submissions, outcomes, strict=True)
            if self._rng.random() < REPEATED_SHARE
        ]
        again = await self._engine.submit_all([submission for submission, _ in chosen])
        self.repeated += len(chosen)
        self.different += [
            DifferentOutcome(submission, first, second)
            for (submission, first), second in zip(chosen, again, strict=True)
            if _answer(first) != _answer(second) or not second.repeated
        ]


def _answer(outcome: SubmissionResult) -> tuple[object, ...]:
    return (outcome.kind, outcome.number, outcome.version, outcome.refusal, outcome.order)
