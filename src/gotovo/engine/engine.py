"""The engine: commands go in, outcomes come out once they are committed.

Batches form by themselves, as databases do group commit: while commits are under way, whatever
arrives waits, and all of it is the next batch. Alone, a command pays one commit and no delay.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random

from gotovo.engine.admission import Room
from gotovo.engine.batch import Directory, Rules
from gotovo.engine.commit import Committer, Counts
from gotovo.engine.ports import (
    EngineClosed,
    EngineError,
    Journal,
    QueueFull,
    WrongSubmission,
)
from gotovo.engine.queue import Entry, Waiting
from gotovo.engine.submission import Outcome, Submission
from gotovo.engine.throughput import Pace
from gotovo.order.values.number import home_of
from gotovo.value import Value

_DIGITS = 12


class Limits(Value, frozen=True):
    """How much the engine takes on at once; each is a setting (docs/reference/settings.md).

    256 commands a commit: beyond that a commit gains nothing and its first caller waits longer.
    10,000 may wait, some 20 MB; but whoever would have to wait longer than half a second is
    better served by being told so, for then it can show it or turn elsewhere. Two batches in
    flight keep the processor busy while the disk syncs. Sixteen lanes at once bound the
    connections a cluster needs. Ten seconds of an absent database are waited out; after that a
    caller is better served by being told.
    """

    batch: int = 256
    queue: int = 10_000
    queue_seconds: float = 0.5
    batches_in_flight: int = 1
    lanes_at_once: int = 16
    patience_seconds: float = 10.0


def one_lane(_number: str) -> int:
    """Return the lane on a single node: batches hold whatever waits."""
    return 0


def lane_a_home(number: str) -> int:
    """Return the lane on a cluster: a batch never mixes homes."""
    return home_of(number)


class Engine:
    """The only way to change an order."""

    def __init__(
        self,
        journal: Journal,
        directory: Directory,
        rules: Rules,
        clock: Callable[[], datetime],
        *,
        limits: Limits | None = None,
        lane_of: Callable[[str], int] = one_lane,
        chance: Random | None = None,
    ) -> None:
        """Start empty; nothing runs until something is submitted. `clock` gives aware UTC."""
        self._limits = limits or Limits()
        self._lane_of = lane_of
        self._committer = Committer(
            journal,
            directory,
            rules,
            clock,
            chance or Random(),  # noqa: S311  (pauses, no secrets)
        )
        self._lanes: dict[int, Waiting] = {}
        self._running: dict[int, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(self._limits.lanes_at_once * self._limits.batches_in_flight)
        self._room = Room(self._limits.queue)
        self._pace = Pace()
        self._closed = False
        self._hints: list[Callable[[], None]] = []

    @property
    def counts(self) -> Counts:
        """What was committed, and what stood in the way, since the start."""
        return self._committer.counts

    @property
    def open_count(self) -> int:
        """How many submissions were taken and have no outcome yet."""
        return self._room.taken

    @property
    def is_slow(self) -> bool:
        """Tell whether a newcomer would wait longer than anybody should.

        Two batches always fit, so that one slow commit in an idle hour turns nobody away.
        """
        waiting = self._room.taken
        if waiting <= 2 * self._limits.batch:
            return False
        return self._pace.seconds_for(waiting) > self._limits.queue_seconds

    def on_commit(self, hint: Callable[[], None]) -> None:
        """Call `hint` after each batch: there may be news, and no more is said than that."""
        self._hints.append(hint)

    async def submit(self, submission: Submission) -> Outcome:
        """Return the outcome once it is committed.

        Raises CommandIdReused, JournalUnreachable, EngineClosed, WrongSubmission, or whatever
        fault this one command has; waits while the queue is full.
        """
        deadline = self._deadline()
        if not self._room.take_now(1):
            await self._room.take(1)
        return await self._enter_one(submission, deadline)

    async def submit_now(self, submission: Submission) -> Outcome:
        """Do the same, but raise QueueFull where there is no room or the wait would be long."""
        if self.is_slow or not self._room.take_now(1):
            raise QueueFull
        return await self._enter_one(submission, self._deadline())

    async def submit_all(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Return the outcomes of a sequence in its order; the first error is raised at the end.

        What belongs to one lane goes into one batch where it fits into the limit of one.
        """
        outcomes: list[Outcome] = []
        for result in await self.submit_each(submissions):
            if isinstance(result, BaseException):
                raise result
            outcomes.append(result)
        return outcomes

    async def submit_each(self, submissions: Sequence[Submission]) -> list[Outcome | BaseException]:
        """Do the same, with the error of a submission in the place of its outcome."""
        if not submissions:
            return []
        deadline = self._deadline()
        if not self._room.take_now(len(submissions)):
            await self._room.take(len(submissions))
        return await asyncio.gather(*self._enter(submissions, deadline), return_exceptions=True)

    async def close(self) -> None:
        """Take no new work and finish what was taken."""
        self._closed = True
        self._room.close()
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._limits.patience_seconds

    def _enter_one(self, submission: Submission, deadline: float) -> "asyncio.Future[Outcome]":
        """Do what `_enter` does, for the one submission that most requests have."""
        try:
            self._check(submission)
        except EngineError:
            self._room.give(1)
            raise
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        lane = self._lane_of(submission.number)
        self._lane(lane).add_one(Entry(submission, future, deadline))
        self._start(lane)
        return future

    def _enter(
        self, submissions: Sequence[Submission], deadline: float
    ) -> list["asyncio.Future[Outcome]"]:
        """Let submissions that have their places wait for a batch; return their futures."""
        try:
            entries = self._entries(submissions, deadline)
        except EngineError:
            self._room.give(len(submissions))
            raise
        by_lane: dict[int, list[Entry]] = {}
        for entry in entries:
            by_lane.setdefault(self._lane_of(entry.submission.number), []).append(entry)
        for lane, of_lane in by_lane.items():
            self._lane(lane).add(of_lane)
            self._start(lane)
        return [entry.future for entry in entries]

    def _entries(self, submissions: Sequence[Submission], deadline: float) -> list[Entry]:
        for submission in submissions:
            self._check(submission)
        future = asyncio.get_running_loop().create_future
        return [Entry(submission, future(), deadline) for submission in submissions]

    def _check(self, submission: Submission) -> None:
        if self._closed:
            raise EngineClosed
        number = submission.number
        if len(number) != _DIGITS or not (number.isascii() and number.isdigit()):
            raise WrongSubmission(number)

    def _lane(self, lane: int) -> Waiting:
        waiting = self._lanes.get(lane)
        if waiting is None:
            waiting = self._lanes[lane] = Waiting(self._limits.batch)
            self._running[lane] = 0
        return waiting

    def _start(self, lane: int) -> None:
        """Let one more batch of the lane get under way, if there may be one."""
        if self._running[lane] < self._limits.batches_in_flight:
            if not self._tasks:
                self._pace.begin(asyncio.get_running_loop().time())
            self._running[lane] += 1
            task = asyncio.create_task(self._run(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, lane: int) -> None:
        """Commit batch after batch until nothing of the lane waits that can be taken."""
        waiting = self._lanes[lane]
        try:
            while waiting:
                async with self._turns:
                    batch = waiting.take()
                    if not batch:
                        return
                    if waiting:
                        self._start(lane)
                    await self._commit(lane, waiting, batch)
        finally:
            self._running[lane] -= 1

    async def _commit(self, lane: int, waiting: Waiting, batch: list[Entry]) -> None:
        def on_away() -> None:
            now = asyncio.get_running_loop().time()
            self._room.give(waiting.fail_overdue(now))

        try:
            await self._committer.commit(lane, batch, on_away)
        finally:
            for entry in batch:
                entry.fail(EngineClosed("cut off in the middle of a commit"))
            waiting.release(batch)
            self._room.give(len(batch))
            self._pace.done(len(batch), asyncio.get_running_loop().time())
        for hint in self._hints:
            hint()
