"""The engine: group commit of commands.

While commits are under way, whatever arrives is queued, and all of it is the next batch. A command
on its own pays one commit and no delay. Results are returned after their commit, never before.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from random import Random
from secrets import token_bytes

from gotovo.engine.admission import AdmissionLimit
from gotovo.engine.batch import Rules
from gotovo.engine.commit import Committer, Counts
from gotovo.engine.ports import (
    EngineClosed,
    EngineError,
    InvalidSubmission,
    Journal,
    JournalUnreachable,
    PlacesSource,
    QueueFull,
)
from gotovo.engine.queue import QueuedSubmission, SubmissionQueue
from gotovo.engine.recent.recent_orders import RECENT_BYTES_MAX, RecentOrders
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.engine.throughput import Throughput
from gotovo.engine.tracing import EngineTracer
from gotovo.order.values.number import home_of
from gotovo.value import Value

QUIET_SECONDS = 1.0
"""Without a single command for so long, lists are committed in whole batches."""

PARTS_OF_BATCH = 4
"""Parts of a batch while they arrive: their p50 beside lists is half of that beside whole batches,
and lists lose little."""

_DIGITS = 12
_UNTRACED = nullcontext()


class EngineLimits(Value, frozen=True):
    """How much the engine takes on at once; each is a setting (docs/reference/settings.md).

    256 commands a commit: beyond that a commit gains nothing and its first caller waits longer.
    10,000 may be queued, some 20 MB; but a caller that would wait longer than half a second is
    refused at once, so that it can say so or try elsewhere. Two batches in flight keep the
    processor busy while the disk syncs. Sixteen lanes at once bound the connections a cluster
    needs. An unreachable database is waited for for ten seconds.
    """

    batch: int = 256
    queue: int = 10_000
    queue_seconds: float = 0.5
    recent_bytes: int = RECENT_BYTES_MAX
    batches_in_flight: int = 1
    lanes_at_once: int = 16
    patience_seconds: float = 10.0


def one_lane(_number: str) -> int:
    """Return the only lane of a single node: a batch takes whatever is queued."""
    return 0


def lane_per_home(number: str) -> int:
    """Return the lane on a cluster: a batch never mixes homes."""
    return home_of(number)


class Engine:
    """The only way to change an order."""

    def __init__(
        self,
        journal: Journal,
        places: PlacesSource,
        rules: Rules,
        clock: Callable[[], datetime],
        *,
        limits: EngineLimits | None = None,
        lane_of: Callable[[str], int] = one_lane,
        rng: Random | None = None,
        random_bytes: Callable[[int], bytes] = token_bytes,
        tracer: EngineTracer | None = None,
    ) -> None:
        self._limits = limits or EngineLimits()
        self._lane_of = lane_of
        self._tracer = tracer
        self._committer = Committer(
            journal,
            places,
            rules,
            clock,
            rng=rng or Random(),  # noqa: S311  (pauses, no secrets)
            random_bytes=random_bytes,
            recent=RecentOrders(self._limits.recent_bytes),
        )
        self._lanes: dict[int, SubmissionQueue] = {}
        self._running: dict[int, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(self._limits.lanes_at_once * self._limits.batches_in_flight)
        self._admission = AdmissionLimit(self._limits.queue)
        self._turns = AdmissionLimit(2 * self._limits.batch)
        self._throughput = Throughput()
        self._single_at = float("-inf")
        self._closed = False
        self._hints: list[Callable[[], None]] = []
        self._observers: list[Callable[[int, float], None]] = []

    @property
    def counts(self) -> Counts:
        """Commits and retries since the start."""
        return self._committer.counts

    @property
    def open_count(self) -> int:
        """How many submissions were admitted and have no result yet."""
        return self._admission.admitted

    @property
    def is_slow(self) -> bool:
        """Whether a new submission would wait longer than `queue_seconds`.

        Two batches always fit, so that one slow commit in an idle hour refuses nobody. Lists
        that take turns are not counted: they wait themselves, and refuse nobody.
        """
        admitted = self._admission.admitted - self._turns.admitted
        if admitted <= 2 * self._limits.batch:
            return False
        return self._throughput.seconds_for(admitted) > self._limits.queue_seconds

    def on_commit(self, hint: Callable[[], None]) -> None:
        """Call `hint` after each batch: the journal may have grown."""
        self._hints.append(hint)

    def on_batch(self, observe: Callable[[int, float], None]) -> None:
        """Call `observe` after each batch, with its commands and the seconds to its results."""
        self._observers.append(observe)

    async def submit(self, submission: Submission) -> SubmissionResult:
        """Return the result once it is committed.

        Raises CommandIdReused, JournalUnreachable, EngineClosed, InvalidSubmission, or whatever
        error this one command causes; waits while the queue is full.
        """
        deadline = self._deadline()
        if not self._admission.try_acquire(1):
            await self._admission.acquire(1)
        return await self._enqueue_one(submission, deadline)

    async def submit_now(self, submission: Submission) -> SubmissionResult:
        """Do the same, but raise QueueFull when the queue is full or slow."""
        if self.is_slow or not self._admission.try_acquire(1):
            raise QueueFull
        return await self._enqueue_one(submission, self._deadline())

    async def submit_all(self, submissions: Sequence[Submission]) -> list[SubmissionResult]:
        """Return the results of a sequence in its order; raise the first error at the end.

        What belongs to one lane goes into one batch where it fits into the limit of one.
        """
        results: list[SubmissionResult] = []
        for result in await self.submit_each(submissions):
            if isinstance(result, BaseException):
                raise result
            results.append(result)
        return results

    async def submit_each(
        self, submissions: Sequence[Submission]
    ) -> list[SubmissionResult | BaseException]:
        """Do the same, with the error of a submission in place of its result."""
        if not submissions:
            return []
        deadline = self._deadline()
        if not self._admission.try_acquire(len(submissions)):
            await self._admission.acquire(len(submissions))
        return await asyncio.gather(*self._enqueue(submissions, deadline), return_exceptions=True)

    async def submit_in_turns(
        self, submissions: Sequence[Submission], share: str
    ) -> list[SubmissionResult | BaseException]:
        """Do the same in parts, which take turns with the parts of other shares.

        So lists of thousands keep a single command waiting for two parts at most. What was not
        queued when the engine closed has EngineClosed as its result.
        """
        deadline = self._deadline()
        parts: list[asyncio.Future[list[SubmissionResult | BaseException]]] = []
        start = 0
        while start < len(submissions):
            size = self._part_size()
            self._turns.limit = 2 * size
            part = submissions[start : start + size]
            try:
                parts.append(await self._enqueue_in_turn(part, share, deadline))
            except EngineClosed:
                break
            start += size
        results = [result for part in parts for result in await part]
        return results + [EngineClosed()] * (len(submissions) - len(results))

    async def close(self) -> None:
        """Stop admitting submissions and finish those that were admitted."""
        self._closed = True
        self._turns.close()
        self._admission.close()
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _enqueue_in_turn(
        self, part: Sequence[Submission], share: str, deadline: float
    ) -> "asyncio.Future[list[SubmissionResult | BaseException]]":
        """Queue a part when it is its share's turn; the turn ends with the last result."""
        await self._turns.acquire(len(part), share)
        try:
            await self._admission.acquire(len(part))
            futures = self._enqueue(part, deadline)
        except BaseException:
            self._turns.release(len(part))
            raise
        results = asyncio.gather(*futures, return_exceptions=True)
        results.add_done_callback(lambda _: self._turns.release(len(part)))
        return results

    def _part_size(self) -> int:
        """Return how much of a list is one part: a batch, and less while single commands arrive.

        They wait for the batches under way, which are shorter then.
        """
        lanes = min(max(1, len(self._lanes)), self._limits.lanes_at_once)
        size = self._limits.batch * lanes
        quiet_seconds = asyncio.get_running_loop().time() - self._single_at
        return size if quiet_seconds > QUIET_SECONDS else max(1, size // PARTS_OF_BATCH)

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._limits.patience_seconds

    def _enqueue_one(
        self, submission: Submission, deadline: float
    ) -> "asyncio.Future[SubmissionResult]":
        """Do what `_enqueue` does, for the one submission that most requests have."""
        try:
            self._check(submission)
        except EngineError:
            self._admission.release(1)
            raise
        future: asyncio.Future[SubmissionResult] = asyncio.get_running_loop().create_future()
        self._single_at = deadline - self._limits.patience_seconds
        lane = self._lane_of(submission.number)
        span = None if self._tracer is None else self._tracer.submitted(submission, future)
        self._lane(lane).add_one(QueuedSubmission(submission, future, deadline, span))
        self._start(lane)
        return future

    def _enqueue(
        self, submissions: Sequence[Submission], deadline: float
    ) -> list["asyncio.Future[SubmissionResult]"]:
        """Queue submissions that were admitted; return their futures."""
        try:
            queued = self._queued_of(submissions, deadline)
        except EngineError:
            self._admission.release(len(submissions))
            raise
        by_lane: dict[int, list[QueuedSubmission]] = {}
        for each in queued:
            by_lane.setdefault(self._lane_of(each.submission.number), []).append(each)
        for lane, of_lane in by_lane.items():
            self._lane(lane).add(of_lane)
            self._start(lane)
        return [each.future for each in queued]

    def _queued_of(
        self, submissions: Sequence[Submission], deadline: float
    ) -> list[QueuedSubmission]:
        for submission in submissions:
            self._check(submission)
        future = asyncio.get_running_loop().create_future
        queued = [QueuedSubmission(submission, future(), deadline) for submission in submissions]
        if self._tracer is not None:
            for each in queued:
                each.span = self._tracer.submitted(each.submission, each.future)
        return queued

    def _check(self, submission: Submission) -> None:
        if self._closed:
            raise EngineClosed
        number = submission.number
        if len(number) != _DIGITS or not (number.isascii() and number.isdigit()):
            raise InvalidSubmission(number)

    def _lane(self, lane: int) -> SubmissionQueue:
        queue = self._lanes.get(lane)
        if queue is None:
            queue = self._lanes[lane] = SubmissionQueue(self._limits.batch)
            self._running[lane] = 0
        return queue

    def _start(self, lane: int) -> None:
        """Start one more batch of the lane, if there may be one."""
        if self._running[lane] < self._limits.batches_in_flight:
            if not self._tasks:
                self._throughput.start(asyncio.get_running_loop().time())
            self._running[lane] += 1
            task = asyncio.create_task(self._run(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, lane: int) -> None:
        """Commit batch after batch until nothing of the lane is queued that can be taken."""
        queue = self._lanes[lane]
        try:
            while queue:
                async with self._slots:
                    batch = queue.take()
                    if not batch:
                        return
                    if queue:
                        self._start(lane)
                    await self._commit(lane, queue, batch)
        finally:
            self._running[lane] -= 1

    async def _commit(
        self, lane: int, queue: SubmissionQueue, batch: list[QueuedSubmission]
    ) -> None:
        began = asyncio.get_running_loop().time()

        def on_unreachable(error: JournalUnreachable) -> None:
            now = asyncio.get_running_loop().time()
            self._admission.release(queue.fail_overdue(now, error))

        try:
            with self._traced(batch):
                await self._committer.commit(lane, batch, on_unreachable)
        finally:
            for queued in batch:
                queued.fail(EngineClosed("cancelled in the middle of a commit"))
            queue.release(batch)
            self._admission.release(len(batch))
            now = asyncio.get_running_loop().time()
            self._throughput.record(len(batch), now)
            for observe in self._observers:
                observe(len(batch), now - began)
        for hint in self._hints:
            hint()

    def _traced(self, batch: list[QueuedSubmission]) -> AbstractContextManager[None]:
        if self._tracer is None:
            return _UNTRACED
        return self._tracer.batch([each.span for each in batch if each.span is not None])
