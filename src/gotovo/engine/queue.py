"""What waits for a commit: bounded, in order of arrival, batch by batch.

An item is one submission, or a sequence that was handed in as a whole: it stays in order, and
in one batch where it fits into one.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence

from gotovo.engine.ports import JournalUnreachable
from gotovo.engine.submission import Outcome, Submission

SCAN_MAX = 2_048
"""Submissions looked at for one batch. Those whose order is in a commit under way are stepped
over; with eight times the usual batch the cost stays bounded however long one order's queue is."""


class Entry:
    """One submission, who waits for it, and until when (by the loop's clock) it may be tried."""

    __slots__ = ("deadline", "future", "submission", "uncertain")

    def __init__(
        self, submission: Submission, future: "asyncio.Future[Outcome]", deadline: float
    ) -> None:
        """Join a submission with the future of its outcome."""
        self.submission = submission
        self.future = future
        self.deadline = deadline
        self.uncertain = False

    def succeed(self, outcome: Outcome) -> None:
        """Give the outcome to whoever still waits for it."""
        if not self.future.done():
            self.future.set_result(outcome)

    def fail(self, error: Exception) -> None:
        """Give the error to whoever still waits."""
        if not self.future.done():
            self.future.set_exception(error)


Item = tuple[Entry, ...]


class Waiting:
    """The queue of one lane."""

    def __init__(self, batch_limit: int) -> None:
        """Hold items until `take` puts them into batches of at most `batch_limit`."""
        self._batch_limit = batch_limit
        self._items: deque[Item] = deque()
        self._busy: set[str] = set()

    def __bool__(self) -> bool:
        """Tell whether anything waits."""
        return bool(self._items)

    def add_one(self, entry: Entry) -> None:
        """Append one submission that is no part of a sequence."""
        self._items.append((entry,))

    def add(self, entries: Sequence[Entry]) -> None:
        """Append a sequence; one longer than a batch is cut into batches."""
        for start in range(0, len(entries), self._batch_limit):
            self._items.append(tuple(entries[start : start + self._batch_limit]))

    def take(self) -> list[Entry]:
        """Return the next batch and mark its orders as busy; empty when all that wait are."""
        batch = self._take_around() if self._busy else self._take_first()
        self._busy.update(entry.submission.number for entry in batch)
        return batch

    def release(self, batch: Iterable[Entry]) -> None:
        """Let the orders of a finished batch into the next one."""
        self._busy.difference_update(entry.submission.number for entry in batch)

    def fail_overdue(self, now: float) -> int:
        """Give up on items that waited too long for a journal that is away; return how many."""
        failed = 0
        kept: deque[Item] = deque()
        for item in self._items:
            if item[0].deadline > now:
                kept.append(item)
                continue
            failed += len(item)
            for entry in item:
                entry.fail(JournalUnreachable("not tried yet"))
        self._items = kept
        return failed

    def _take_first(self) -> list[Entry]:
        batch: list[Entry] = []
        items = self._items
        while items and len(batch) + len(items[0]) <= self._batch_limit:
            batch += items.popleft()
        return batch

    def _take_around(self) -> list[Entry]:
        """Step over items of busy orders, and then over everything behind them that shares one."""
        batch: list[Entry] = []
        passed: deque[Item] = deque()
        held = set(self._busy)
        scanned = 0
        while self._items and scanned < SCAN_MAX:
            item = self._items[0]
            if len(batch) + len(item) > self._batch_limit:
                break
            scanned += len(item)
            self._items.popleft()
            if any(entry.submission.number in held for entry in item):
                held.update(entry.submission.number for entry in item)
                passed.append(item)
            else:
                batch += item
        self._items.extendleft(reversed(passed))
        return batch
