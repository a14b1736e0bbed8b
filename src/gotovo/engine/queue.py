"""Queue of the submissions of one lane, taken batch by batch in order of arrival.

An item is one submission, or a sequence that was submitted as a whole: it stays in order, and in
one batch where it fits into one.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence

from gotovo.engine.ports import JournalUnreachable
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.engine.tracing import CommandSpan

SCAN_MAX = 2_048
"""Submissions scanned for one batch. Those whose order is in a commit under way are skipped; eight
times the usual batch bounds the cost, however long one order's queue is."""


class QueuedSubmission:
    """One submission, the future of its result, and until when (loop time) it may be tried.

    `uncertain` says that a commit was tried whose end is unknown; `span` is there if it is traced.
    """

    __slots__ = ("deadline", "future", "span", "submission", "uncertain")

    def __init__(
        self,
        submission: Submission,
        future: "asyncio.Future[SubmissionResult]",
        deadline: float,
        span: CommandSpan | None = None,
    ) -> None:
        self.submission = submission
        self.future = future
        self.deadline = deadline
        self.span = span
        self.uncertain = False

    def succeed(self, result: SubmissionResult) -> None:
        """Resolve the future, unless its caller has gone."""
        if not self.future.done():
            self.future.set_result(result)

    def fail(self, error: Exception) -> None:
        """Fail the future, unless its caller has gone."""
        if not self.future.done():
            self.future.set_exception(error)


Item = tuple[QueuedSubmission, ...]


class SubmissionQueue:
    """The queue of one lane; no order is in two batches at once."""

    def __init__(self, batch_limit: int) -> None:
        self._batch_limit = batch_limit
        self._items: deque[Item] = deque()
        self._busy: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._items)

    def add_one(self, queued: QueuedSubmission) -> None:
        """Append one submission."""
        self._items.append((queued,))

    def add(self, queued: Sequence[QueuedSubmission]) -> None:
        """Append a sequence; one longer than a batch is divided into batches."""
        for start in range(0, len(queued), self._batch_limit):
            self._items.append(tuple(queued[start : start + self._batch_limit]))

    def take(self) -> list[QueuedSubmission]:
        """Return the next batch and mark its orders as busy; empty when all orders are."""
        batch = self._take_idle() if self._busy else self._take_first()
        self._busy.update(queued.submission.number for queued in batch)
        return batch

    def release(self, batch: Iterable[QueuedSubmission]) -> None:
        """Mark the orders of a finished batch as idle."""
        self._busy.difference_update(queued.submission.number for queued in batch)

    def fail_overdue(self, now: float, error: JournalUnreachable) -> int:
        """Fail the submissions that waited too long for an unreachable journal; return how many.

        `error` is what those met that were tried.
        """
        failed = 0
        left: deque[Item] = deque()
        for item in self._items:
            if item[0].deadline > now:
                left.append(item)
                continue
            failed += len(item)
            for queued in item:
                queued.fail(_not_tried(error))
        self._items = left
        return failed

    def _take_first(self) -> list[QueuedSubmission]:
        batch: list[QueuedSubmission] = []
        items = self._items
        while items and len(batch) + len(items[0]) <= self._batch_limit:
            batch += items.popleft()
        return batch

    def _take_idle(self) -> list[QueuedSubmission]:
        """Skip items of busy orders, and then everything behind them that shares an order."""
        batch: list[QueuedSubmission] = []
        skipped: deque[Item] = deque()
        held = set(self._busy)
        scanned = 0
        while self._items and scanned < SCAN_MAX:
            item = self._items[0]
            if len(batch) + len(item) > self._batch_limit:
                break
            scanned += len(item)
            self._items.popleft()
            if any(queued.submission.number in held for queued in item):
                held.update(queued.submission.number for queued in item)
                skipped.append(item)
            else:
                batch += item
        self._items.extendleft(reversed(skipped))
        return batch


def _not_tried(error: JournalUnreachable) -> JournalUnreachable:
    not_tried = JournalUnreachable("not tried yet")
    not_tried.__cause__ = error
    return not_tried
