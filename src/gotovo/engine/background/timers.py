"""Timers: what falls due is submitted as ordinary commands, in bounded batches.

A command's id is made of the order, the step and the instant, so two timers are harmless. The
cost grows with what is due, not with what exists. A mass of storage expiries, as after a wrong
clock, is stopped before it begins, and a person is asked (product.md rule 4.2).
"""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from gotovo.engine.background.periodic import Failure, Repeating
from gotovo.engine.engine import Engine
from gotovo.engine.ports import Deadlines, DueOrder, EngineClosed, JournalUnreachable
from gotovo.engine.submission import Kind, Outcome, Submission
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
    """A kind that stands still until a person releases it.

    `due` orders are waiting (counted to just above what was allowed), `allowed` would have been
    done without asking.
    """

    what: str
    due: int
    allowed: int
    since: datetime


class Tried(Value, frozen=True):
    """A due order that a command did not help; after two tries it is left to people."""

    due: DueOrder
    tries: int
    error: str = ""


class Timers:
    """Sweeps what is due; state that people should see is in `braked` and `stuck`."""

    def __init__(
        self,
        engine: Engine,
        deadlines: Deadlines,
        clock: Callable[[], datetime],
        terms: TimerTerms | None = None,
        *,
        report: Callable[[str, Exception], None] | None = None,
    ) -> None:
        """Submit to an engine what falls due by this clock."""
        self.braked: dict[str, Brake] = {}
        self._engine = engine
        self._deadlines = deadlines
        self._clock = clock
        self._terms = terms or TimerTerms()
        self._released: set[str] = set()
        self._tried: dict[DueOrder, Tried] = {}
        self._repeating = Repeating("timers", self.sweep, self._terms.poll_seconds, report=report)

    @property
    def stuck(self) -> tuple[Tried, ...]:
        """Due orders that no command helps until they change."""
        return tuple(tried for tried in self._tried.values() if tried.tries >= _TRIES_MAX)

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

    def release(self, what: str) -> None:
        """Let a braked kind do everything that is due by the next sweep, whatever the number."""
        if self.braked.pop(what, None) is not None:
            self._released.add(what)

    async def sweep(self) -> int:
        """Submit everything that is due by now, once; return how many commands that were."""
        now = self._clock()
        released = frozenset(self._released)
        await self._look_at_brake(now)
        tried: dict[DueOrder, Tried] = {}
        after: DueOrder | None = None
        count = 0
        while page := await self._page(now, after):
            after = page[-1]
            count += await self._submit(page, tried, now, released)
        self._tried = tried
        self._released -= released
        return count

    async def _page(self, now: datetime, after: DueOrder | None) -> Sequence[DueOrder]:
        return await self._deadlines.due(now, after, self._terms.page, list(self.braked))

    async def _submit(
        self,
        page: Sequence[DueOrder],
        tried: dict[DueOrder, Tried],
        now: datetime,
        released: frozenset[str],
    ) -> int:
        """Submit a page; note in `tried` what it did not help."""
        submissions: list[Submission] = []
        submitted: list[DueOrder] = []
        for due in page:
            before = self._tried.get(due)
            if before is not None and before.tries >= _TRIES_MAX:
                tried[due] = before
            elif due.what in COMMANDS:
                submissions.append(_submission(due, again=before is not None))
                submitted.append(due)
        done = 0
        for due, result in zip(submitted, await self._engine.submit_each(submissions), strict=True):
            if isinstance(result, EngineClosed | JournalUnreachable):
                raise result
            if isinstance(result, Outcome) and result.kind is Kind.DONE and not result.repeated:
                done += due.what == BRAKED_KIND
                continue
            before = self._tried.get(due)
            error = repr(result) if isinstance(result, BaseException) else ""
            tried[due] = Tried(due, before.tries + 1 if before else 1, error)
        if done and BRAKED_KIND not in released:
            await self._deadlines.add_to_tally(BRAKED_KIND, now.date(), done)
        return len(submitted)

    async def _look_at_brake(self, now: datetime) -> None:
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


def _submission(due: DueOrder, *, again: bool) -> Submission:
    """Return the command for what is due.

    The second try has an id of its own: the order may have come back to where it was when the
    first one was answered, as after the correction of a hand-over, and that answer is kept.
    """
    command_id = due_command_id(due.number, Due(due.at, due.what))
    if again:
        command_id = uuid.uuid5(command_id, str(due.version))
    return Submission(
        command_id=command_id,
        number=due.number,
        command=COMMANDS[due.what],
        actor=TIMER,
        fingerprint=hashlib.blake2b(due.what.encode(), digest_size=16).digest(),
    )
