"""Faults on purpose: races lost, connections gone before and after a commit, requests repeated.

Whatever they do, nothing may be lost, done twice or answered differently: the audit and `Repeats`
look for exactly that. All of it follows from a seed, so a failure can be had again.
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
"""Of commits. An absent journal costs a pause of some 50 ms of real time, so it is rarer."""

REPEATED_SHARE = 0.2
"""Of requests; each repetition must get the answer of the first."""


class FaultyJournal(MemoryJournal):
    """A journal whose commits go wrong now and then, in every way that a real one's can."""

    def __init__(self, seed: int) -> None:
        """Let the seed decide which commits."""
        super().__init__()
        self.races = 0
        self.absences = 0
        self._chance = Random(f"faults:{seed}")  # noqa: S311  (a failure has to repeat)

    # typing.override came with Python 3.12.
    async def write(self, batch: Batch) -> None:  # pyright: ignore[reportImplicitOverride]
        """Commit, or lose the race, or be away before the commit, or right after it."""
        drawn = self._chance.random()
        if drawn < RACE_SHARE:
            self.races += 1
            raise RaceLost
        if drawn < RACE_SHARE + AWAY_SHARE:
            self.absences += 1
            if self._chance.random() < 0.5:  # noqa: PLR2004  (before or after: even chances)
                await super().write(batch)
            raise JournalUnreachable
        await super().write(batch)


class Different(Struct, frozen=True):
    """A repeated request that was answered differently."""

    submission: Submission
    first: SubmissionResult
    second: SubmissionResult


class Repeats:
    """Sends some requests again and compares the answers."""

    def __init__(self, seed: int, engine: Engine) -> None:
        """Repeat into this engine what the seed chooses."""
        self.repeated = 0
        self.different: list[Different] = []
        self._engine = engine
        self._chance = Random(f"repeats:{seed}")  # noqa: S311

    async def repeat(
        self, submissions: Sequence[Submission], outcomes: Sequence[SubmissionResult]
    ) -> None:
        """Send a share of what was answered again."""
        chosen = [
            pair
            for pair in zip(submissions, outcomes, strict=True)
            if self._chance.random() < REPEATED_SHARE
        ]
        again = await self._engine.submit_all([submission for submission, _ in chosen])
        self.repeated += len(chosen)
        self.different += [
            Different(submission, first, second)
            for (submission, first), second in zip(chosen, again, strict=True)
            if _answer(first) != _answer(second) or not second.repeated
        ]


def _answer(outcome: SubmissionResult) -> tuple[object, ...]:
    return (outcome.kind, outcome.number, outcome.version, outcome.refusal, outcome.order)
