"""Timers: submit what falls due as ordinary commands, in bounded batches.

A command's id is made of the order, the step and the instant, so two timers are harmless. The cost
grows with what is due, not with what exists. A mass of storage expiries, as after a wrong clock, is
stopped before it starts, and a person is asked (rule 4.2).
"""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from gotovo.engine.engine import Engine
from gotovo.engine.ports import Deadlines, DueOrder, EngineClosed, JournalUnreachable
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.order.deadlines import COMMANDS, Due, due_command_id
from gotovo.order.values.actor import TIMER
from gotovo.value import Value

BRAKED_KIND = "storage-expiry"
"""The one kind that closes orders people still wait for; the others warn or free what is unpaid."""

_TRIES_MAX = 2


class TimerTerms(Value, frozen=True):
    """How timers run; each is a setting (docs/reference/settings.md).

    Every second: a deadline is honoured about as exactly as a person can notice. 256 at once:
    one commit. The brake: three times the daily mean of the last seven days, and never below a
    thousand, so that a young network with no habits yet is not stopped at every turn.
    """

    poll_seconds: float = 1.0
    page: int = 256
    brake_multiple: int = 3
    brake_floor: int = 1_000
    usual_days: int = 7


class Brake(Value, frozen=True):
    """A kind that is stopped until a person releases it.

    `due` orders are waiting (counted to just above what was allowed), `allowed` would have been
    done without asking.
    """

    what: str
    due: int
    allowed: int
    since: datetime


class DueAttempt(Value, frozen=True):
    """A due order whose command changed nothing; after two tries it is left to people."""

    due: DueOrder
    tries: int
    error: str = ""


class Timers:
    """Sweeps what is due. `braked` and `stuck` are for people to see."""

    def __init__(
        self,
        engine: Engine,
        deadlines: Deadlines,
        clock: Callable[[], datetime],
        terms: TimerTerms | None = None,
    ) -> None:
        self.braked: dict[str, Brake] = {}
        self._engine = engine
        self._deadlines = deadlines
        self._clock = clock
        self._terms = terms or TimerTerms()
        self._released: set[str] = set()
        self._attempts: dict[DueOrder, DueAttempt] = {}

    @property
    def stuck(self) -> tuple[DueAttempt, ...]:
        """Due orders that no command moves until they change."""
        return tuple(
            attempts for attempts in self._attempts.values() if attempts.tries >= _TRIES_MAX
        )

    def release(self, what: str) -> None:
        """Submit everything of a braked kind in the next sweep, whatever the number."""
        if self.braked.pop(what, None) is not None:
            self._released.add(what)

    async def sweep(self) -> int:
        """Submit everything that is due by now, once; return how many commands that were."""
        now = self._clock()
        released = frozenset(self._released)
        await self._check_brake(now)
        attempts: dict[DueOrder, DueAttempt] = {}
        after: DueOrder | None = None
        count = 0
        while page := await self._page(now, after):
            after = page[-1]
            count += await self._submit(page, attempts, now, released)
        self._attempts = attempts
        self._released -= released
        return count

    async def _page(self, now: datetime, after: DueOrder | None) -> Sequence[DueOrder]:
        return await self._deadlines.due(now, after, self._terms.page, list(self.braked))

    async def _submit(
        self,
        page: Sequence[DueOrder],
        attempts: dict[DueOrder, DueAttempt],
        now: datetime,
        released: frozenset[str],
    ) -> int:
        """Submit a page; add to `attempts` what it did not move."""
        submissions: list[Submission] = []
        submitted: list[DueOrder] = []
        for due in page:
            before = self._attempts.get(due)
            if before is not None and before.tries >= _TRIES_MAX:
                attempts[due] = before
            elif due.what in COMMANDS:
                submissions.append(_submission(due, is_retry=before is not None))
                submitted.append(due)
        done = 0
        for due, result in zip(submitted, await self._engine.submit_each(submissions), strict=True):
            if isinstance(result, EngineClosed | JournalUnreachable):
                raise result
            if (
                isinstance(result, SubmissionResult)
                and result.kind is ResultKind.DONE
                and not result.repeated
            ):
                is_closed = result.order is not None and result.order.outcome is not None
                done += due.what == BRAKED_KIND and is_closed
                continue
            before = self._attempts.get(due)
            error = repr(result) if isinstance(result, BaseException) else ""
            attempts[due] = DueAttempt(due, before.tries + 1 if before else 1, error)
        if done and BRAKED_KIND not in released:
            await self._deadlines.add_to_tally(BRAKED_KIND, now.date(), done)
        return len(submitted)

    async def _check_brake(self, now: datetime) -> None:
        """Stop expiries when more are due than is usual.

        What a person released is done without counting, and does not become usual by that.
        """
        what = BRAKED_KIND
        if what in self._released or what in self.braked:
            return
        allowed = await self._allowed(what, now)
        due = await self._deadlines.count_due(now, what, allowed + 1)
        if due > allowed:
            self.braked[what] = Brake(what, due, allowed, now)

    async def _allowed(self, what: str, now: datetime) -> int:
        """Return how many more may be done today without asking."""
        today = now.date()
        terms = self._terms
        tallies = await self._deadlines.tallies(what, today - timedelta(days=terms.usual_days))
        before = sum(count for day, count in tallies.items() if day < today)
        most = max(terms.brake_floor, terms.brake_multiple * before // terms.usual_days)
        return max(0, most - tallies.get(today, 0))


def _submission(due: DueOrder, *, is_retry: bool) -> Submission:
    """Return the command for what is due.

    The second try has an id of its own: the order may have come back to where it was when the
    first one was tried, as after the correction of a hand-over, and that result is recorded.
    """
    command_id = due_command_id(due.number, Due(due.at, due.what))
    if is_retry:
        command_id = uuid.uuid5(command_id, str(due.version))
    return Submission(
        command_id=command_id,
        number=due.number,
        command=COMMANDS[due.what],
        actor=TIMER,
        fingerprint=hashlib.blake2b(due.what.encode(), digest_size=16).digest(),
    )
