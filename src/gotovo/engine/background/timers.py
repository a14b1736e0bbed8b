"""Timers: submit what falls due as ordinary commands, in bounded batches.

A command's id is made of the order, the step and the instant, so two timers are harmless. The cost
grows with what is due, not with what exists. While the clock can't be right nothing is submitted,
and a mass of storage expiries is stopped before it starts: both hold until a person is asked
(rule 4.2).
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from gotovo.engine.background.clock_guard import ClockGuard
from gotovo.engine.background.ports import Hold, TimerHolds
from gotovo.engine.engine import Engine
from gotovo.engine.ports import Deadlines, DueOrder, EngineClosed, JournalUnreachable
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.order.deadlines import BRAKED_KIND, COMMANDS, Due, due_command_id
from gotovo.order.values.actor import TIMER
from gotovo.value import Value

_NOT_BRAKED = tuple(what for what in COMMANDS if what != BRAKED_KIND)

_SHARE = "timers"
"""What is due takes turns with the lists of commands that programs submit."""

_TRIES_MAX = 2

_COUNTED_FOR = timedelta(minutes=1)
"""How long the number of orders on the shelves is used before they are counted again."""


class TimerTerms(Value, frozen=True):
    """How timers run; the share is a setting (docs/reference/settings.md).

    Every second: a deadline is honoured about as exactly as a person can notice. 1,024 at once:
    four commits, two of them under way while nobody else submits anything. The brake: a quarter of
    what lies on the shelves may expire in a day (UTC). In a network of any size a week on the shelf
    is a seventh a day if nobody ever came. Three orders pass always: a shelf of four is no
    statistic.
    """

    poll_seconds: float = 1.0
    page: int = 1_024
    brake_share: float = 0.25
    brake_floor: int = 3


class DueAttempt(Value, frozen=True):
    """A due order whose command changed nothing; after two tries it is left to people."""

    due: DueOrder
    tries: int
    error: str = ""


class Timers:
    """Sweeps what is due. `held` and `stuck` are for people to see."""

    def __init__(
        self,
        engine: Engine,
        deadlines: Deadlines,
        holds: TimerHolds,
        clock: Callable[[], datetime],
        *,
        terms: TimerTerms | None = None,
        guard: ClockGuard | None = None,
    ) -> None:
        """Without a guard the clock is believed, as a simulation's is."""
        self.held: Sequence[Hold] = ()
        self._engine = engine
        self._deadlines = deadlines
        self._holds = holds
        self._clock = clock
        self._terms = terms or TimerTerms()
        self._guard = guard
        self._attempts: dict[DueOrder, DueAttempt] = {}
        self._shelves: tuple[datetime, int] | None = None

    @property
    def stuck(self) -> tuple[DueAttempt, ...]:
        """Due orders that no command moves until they change."""
        return tuple(
            attempts for attempts in self._attempts.values() if attempts.tries >= _TRIES_MAX
        )

    async def sweep(self) -> int:
        """Submit everything that is due by now, once; return how many commands that were."""
        held = await self._holds.holds()
        if self._guard is not None and await self._guard.check(held):
            self.held = await self._holds.holds()
            return 0
        now = self._clock()
        attempts: dict[DueOrder, DueAttempt] = {}
        count = await self._sweep_kinds(now, [BRAKED_KIND], attempts)
        brake = next((hold for hold in held if hold.what == BRAKED_KIND), None)
        brake = brake or await self._brake(now)
        is_released = brake is not None and brake.released_at is not None
        if brake is None or is_released:
            count += await self._sweep_kinds(now, _NOT_BRAKED, attempts, is_released=is_released)
        self._attempts = attempts
        if is_released and not _is_tried_again(attempts.values()):
            await self._holds.end_hold(BRAKED_KIND, "")
        self.held = await self._holds.holds()
        return count

    async def _sweep_kinds(
        self,
        now: datetime,
        without: Sequence[str],
        attempts: dict[DueOrder, DueAttempt],
        *,
        is_released: bool = False,
    ) -> int:
        """Submit everything due, without some kinds.

        Expiries are swept after all others and after they were counted: an order whose reminders
        are due can be due for expiry right after them.
        """
        after: DueOrder | None = None
        count = 0
        while page := await self._deadlines.due(now, after, self._terms.page, without):
            after = page[-1]
            count += await self._submit(page, attempts, now, is_released=is_released)
        return count

    async def _submit(
        self,
        page: Sequence[DueOrder],
        attempts: dict[DueOrder, DueAttempt],
        now: datetime,
        *,
        is_released: bool,
    ) -> int:
        """Submit a page; add to `attempts` what it did not move.

        What a person released is not counted: it leaves the day's share to the others.
        """
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
        results = await self._engine.submit_in_turns(submissions, _SHARE)
        for due, result in zip(submitted, results, strict=True):
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
        if done and not is_released:
            await self._deadlines.add_to_tally(BRAKED_KIND, now.date(), done)
        return len(submitted)

    async def _brake(self, now: datetime) -> Hold | None:
        """Hold expiries when more are due than a day's share of what lies on the shelves."""
        today = now.date()
        done = (await self._deadlines.tallies(BRAKED_KIND, today)).get(today, 0)
        allowed = max(0, self._terms.brake_floor - done)
        if await self._deadlines.count_due(now, BRAKED_KIND, allowed + 1) <= allowed:
            return None
        share = int(self._terms.brake_share * (await self._count_shelves(now) + done))
        allowed = max(allowed, share - done)
        due = await self._deadlines.count_due(now, BRAKED_KIND, allowed + 1)
        if due <= allowed:
            return None
        hold = Hold(what=BRAKED_KIND, since=now, due=due, allowed=allowed)
        await self._holds.hold(hold)
        return hold

    async def _count_shelves(self, now: datetime) -> int:
        if self._shelves is None or abs(now - self._shelves[0]) >= _COUNTED_FOR:
            self._shelves = now, await self._deadlines.count_ready()
        return self._shelves[1]


def _is_tried_again(attempts: Iterable[DueAttempt]) -> bool:
    """Return whether an expiry is left for the next sweep: it belongs to what was released."""
    return any(each.due.what == BRAKED_KIND and each.tries < _TRIES_MAX for each in attempts)


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
