"""Commit of one batch: decide, write, and only then resolve the futures.

A lost race is read and decided again, so of concurrent commands exactly one wins (rule 4.11). An
error of one command is isolated by halving the batch. After a lost connection it is unknown whether
the commit happened: commands whose ids are in the journal were applied, others are decided again.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random

from msgspec import Struct

from gotovo.engine.batch import DecidedBatch, Repetition, Rules
from gotovo.engine.ports import (
    BatchFacts,
    CommandIdReused,
    IdempotencyRecord,
    Journal,
    JournalUnreachable,
    PlacesSource,
    RaceLost,
    StoredOrder,
)
from gotovo.engine.queue import QueuedSubmission
from gotovo.engine.recent.batch_decider import BatchDecider
from gotovo.engine.recent.recent_orders import RecentOrders
from gotovo.engine.submission import ResultKind, SubmissionResult
from gotovo.order.checks.shop_check import of_another_shop
from gotovo.order.replay import replay
from gotovo.order.values.order import Order

RACES_MAX = 20
"""Races one batch may lose. Each means that another process has committed; twenty in a row with
growing pauses (about a second together) are no coincidence."""

_RACE_PAUSE_SECONDS = 0.001
_RACE_PAUSE_SECONDS_MAX = 0.1
OnUnreachable = Callable[[JournalUnreachable], None]

_UNREACHABLE_PAUSE_SECONDS = 0.05
_UNREACHABLE_PAUSE_SECONDS_MAX = 1.0


class Counts(Struct):
    """What was committed since the start, and what stood in the way; for metrics."""

    batches: int = 0
    commands: int = 0
    races_lost: int = 0
    connections_lost: int = 0
    halvings: int = 0


class Committer:
    """Commits batches; one instance serves every lane."""

    def __init__(
        self,
        journal: Journal,
        places: PlacesSource,
        rules: Rules,
        clock: Callable[[], datetime],
        *,
        rng: Random,
        random_bytes: Callable[[int], bytes],
        recent: RecentOrders,
    ) -> None:
        self.counts = Counts()
        self._journal = journal
        self._rng = rng
        self._recent = recent
        self._decider = BatchDecider(
            journal, places, rules, clock, random_bytes=random_bytes, recent=recent
        )

    async def commit(
        self, lane: int, queued: Sequence[QueuedSubmission], on_unreachable: OnUnreachable
    ) -> None:
        """Resolve or fail every future; call `on_unreachable` at each try that finds no journal."""
        races, losses = 0, 0
        left = queued
        while left:
            try:
                is_first = not races and not losses
                results = await self._attempt(lane, left, from_memory=is_first)
            except RaceLost as error:
                races += 1
                self.counts.races_lost += 1
                if races > RACES_MAX:
                    await self._halve(lane, left, error, on_unreachable)
                    return
                await self._pause(races, _RACE_PAUSE_SECONDS, _RACE_PAUSE_SECONDS_MAX)
            except JournalUnreachable as error:
                losses += 1
                self.counts.connections_lost += 1
                left = _still_in_time(left, error)
                on_unreachable(error)
                await self._pause(
                    losses, _UNREACHABLE_PAUSE_SECONDS, _UNREACHABLE_PAUSE_SECONDS_MAX
                )
            except Exception as error:  # noqa: BLE001  (whatever it is, it belongs to one command)
                await self._halve(lane, left, error, on_unreachable)
                return
            else:
                self._resolve(left, results)
                return

    def _resolve(
        self, queued: Sequence[QueuedSubmission], results: Sequence[SubmissionResult | Exception]
    ) -> None:
        self.counts.batches += 1
        self.counts.commands += len(queued)
        for each, result in zip(queued, results, strict=True):
            if isinstance(result, Exception):
                each.fail(result)
            else:
                each.succeed(result)

    async def _attempt(
        self, lane: int, queued: Sequence[QueuedSubmission], *, from_memory: bool
    ) -> Sequence[SubmissionResult | Exception]:
        """Decide and write once; return the results of what is committed."""
        submissions = [each.submission for each in queued]
        settled = await self._decider.decide(lane, submissions, from_memory=from_memory)
        try:
            await self._write(settled.decided, queued)
        except RaceLost:
            if not settled.from_memory:
                raise
            self.counts.races_lost += 1
            self._recent.distrust()
            settled = await self._decider.decide(lane, submissions, from_memory=False)
            await self._write(settled.decided, queued)
        decided = settled.decided
        repetitions = [r.record for r in decided.results if isinstance(r, Repetition)]
        if not repetitions:
            return [r for r in decided.results if not isinstance(r, Repetition)]
        return await self._with_repetitions(lane, queued, decided, settled.facts, repetitions)

    async def _write(self, decided: DecidedBatch, queued: Sequence[QueuedSubmission]) -> None:
        """Write; after any error but a lost race it is unknown whether that was committed."""
        if not decided.batch.records:
            return
        try:
            await self._journal.write(decided.batch)
        except RaceLost:
            raise
        except Exception:
            for each in queued:
                each.uncertain = True
            raise
        self._decider.commit(decided)

    async def _with_repetitions(
        self,
        lane: int,
        queued: Sequence[QueuedSubmission],
        decided: DecidedBatch,
        facts: BatchFacts,
        repetitions: Sequence[IdempotencyRecord],
    ) -> Sequence[SubmissionResult | Exception]:
        """Return the results; repeated commands get those of their first time (rule 4.13)."""
        orders = dict(facts.orders)
        absent = list({a.number: None for a in repetitions if a.number not in orders})
        if absent:
            orders |= (await self._journal.load(lane, absent, [], [])).orders
        moved_on = [
            a.number
            for a in repetitions
            if a.number in orders and orders[a.number].order.version != a.version
        ]
        histories = await self._journal.histories(lane, list(dict.fromkeys(moved_on)))
        results: list[SubmissionResult | Exception] = []
        for each, result in zip(queued, decided.results, strict=True):
            if not isinstance(result, Repetition):
                results.append(result)
                continue
            record = result.record
            stored = orders.get(record.number)
            order = stored.order if stored else None
            if order is not None and order.version != record.version:
                history = histories[record.number][: record.version]
                order = replay(history) if history else None
            if record.kind is not ResultKind.REFUSED and of_another_shop(
                order, each.submission.actor
            ):
                results.append(CommandIdReused(record.command_id))
                continue
            results.append(_repeated(record, stored, order, repeated=not each.uncertain))
        return results

    async def _halve(
        self,
        lane: int,
        queued: Sequence[QueuedSubmission],
        error: Exception,
        on_unreachable: OnUnreachable,
    ) -> None:
        """Commit each half by itself, the first one first; a single command gets the error."""
        if len(queued) == 1:
            queued[0].fail(error)
            return
        self.counts.halvings += 1
        middle = len(queued) // 2
        await self.commit(lane, queued[:middle], on_unreachable)
        await self.commit(lane, queued[middle:], on_unreachable)

    async def _pause(self, tries: int, first_seconds: float, most_seconds: float) -> None:
        """Back off exponentially, with jitter."""
        longest = min(most_seconds, first_seconds * 2 ** min(tries - 1, 16))
        await asyncio.sleep(longest * self._rng.uniform(0.5, 1.0))


def _still_in_time(
    queued: Sequence[QueuedSubmission], error: Exception
) -> Sequence[QueuedSubmission]:
    """Fail the submissions whose deadline is over; return the others."""
    now = asyncio.get_running_loop().time()
    left: list[QueuedSubmission] = []
    for each in queued:
        if each.deadline > now:
            left.append(each)
        else:
            each.fail(error)
    return left


def _repeated(
    record: IdempotencyRecord,
    stored: StoredOrder | None,
    order: Order | None,
    *,
    repeated: bool,
) -> SubmissionResult:
    return SubmissionResult(
        record.command_id,
        record.number,
        record.kind,
        record.version,
        record.refusal,
        order,
        stored.contact if stored and order else None,
        repeated,
        record.fingerprint,
    )
