"""Decides a batch: what it does from memory, and everything else by what the journal has now.

A batch is first decided by the orders that this process remembers, and by new numbers as if nobody
had them; if something is out of date, the write of the batch loses the race. A result that changes
no order would be written unchecked: a refusal, what is done already, a command that came before. So
the orders of such results are read with all that concerns them, and the batch is decided again, as
a whole, because its orders share the stock.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct, structs

from gotovo.engine.batch import DecidedBatch, Result, Rules, decide_batch
from gotovo.engine.batch_reads import named_identity, other_holders, points_of, units_wanted
from gotovo.engine.ports import BatchFacts, Journal, PlacesSource
from gotovo.engine.recent.recent_levels import RecentLevels
from gotovo.engine.recent.recent_orders import RecentOrders
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.engine.working.order_texts import SEED_BYTES, compared_orders
from gotovo.engine.working.point_load import PointLoad
from gotovo.order.steps.placement import Place
from gotovo.order.values.number import home_of


class Settled(Struct):
    """A decided batch, its facts, and whether some of its orders were not read."""

    decided: DecidedBatch
    facts: BatchFacts
    from_memory: bool


class BatchDecider:
    """Decides batches; what was committed is told to it afterwards."""

    def __init__(
        self,
        journal: Journal,
        places: PlacesSource,
        rules: Rules,
        clock: Callable[[], datetime],
        *,
        random_bytes: Callable[[int], bytes],
        recent: RecentOrders,
    ) -> None:
        self._journal = journal
        self._places = places
        self._rules = rules
        self._clock = clock
        self._random_bytes = random_bytes
        self._recent = recent
        self._levels = RecentLevels()
        self._load = PointLoad()

    async def decide(
        self, lane: int, submissions: Sequence[Submission], *, from_memory: bool
    ) -> Settled:
        """Decide a batch, unless `from_memory` by nothing but what the journal has now."""
        from_memory = from_memory and self._recent.is_trusted()
        remembered = self._recent.take({s.number for s in submissions})
        unread: set[str] = set()
        if from_memory:
            unread.update(remembered)
            unread.update(s.number for s in submissions if type(s.command) is Place)
        facts = BatchFacts(remembered if from_memory else {}, {}, {})
        facts = await self._with_texts(lane, submissions, facts)
        to_read = [s for s in submissions if s.number not in unread]
        while True:
            if to_read:
                facts = _replaced(facts, to_read, await self._read(lane, to_read))
            decided = await self._decided(lane, submissions, facts, from_memory=from_memory)
            doubtful = _doubtful(submissions, decided, unread)
            if not doubtful:
                return Settled(decided, facts, from_memory=bool(unread))
            unread -= doubtful
            to_read = [s for s in submissions if s.number in doubtful]

    def commit(self, decided: DecidedBatch) -> None:
        """Remember what a batch has changed, now that it is committed."""
        self._load.add(decided.moved)
        self._levels.move(decided.batch.movements)
        self._recent.add(decided.batch.updates)

    async def _read(self, lane: int, submissions: Sequence[Submission]) -> BatchFacts:
        """Read all that the journal has of these submissions."""
        facts = await self._journal.load(
            lane,
            list({s.number: None for s in submissions}),
            [s.command_id for s in submissions],
            [name for s in submissions if (name := named_identity(s)) is not None],
        )
        for number in other_holders(facts) if facts.holders else ():
            found = await self._journal.load(home_of(number), [number], [])
            facts = structs.replace(facts, orders={**facts.orders, **found.orders})
        return facts

    async def _with_texts(
        self, lane: int, submissions: Sequence[Submission], facts: BatchFacts
    ) -> BatchFacts:
        compared = compared_orders(submissions)
        if not compared:
            return facts
        return structs.replace(facts, texts=await self._journal.texts(lane, compared))

    async def _decided(
        self,
        lane: int,
        submissions: Sequence[Submission],
        facts: BatchFacts,
        *,
        from_memory: bool,
    ) -> DecidedBatch:
        journal, places, now = self._journal, self._places(), self._clock()
        wanted = units_wanted(submissions, facts, places)
        levels = await self._levels.of(wanted, journal.levels, from_memory=from_memory)
        points = points_of(submissions, facts)
        if points:
            await self._load.refresh(points, places[0], journal.held_at, now)
        return decide_batch(
            lane,
            submissions,
            facts=facts,
            levels=levels,
            held=self._load.held,
            places=places,
            rules=self._rules,
            now=now,
            seed=self._random_bytes(SEED_BYTES),
        )


def _replaced(facts: BatchFacts, submissions: Sequence[Submission], read: BatchFacts) -> BatchFacts:
    """Return the facts with what was read of these submissions in place of what was remembered."""
    numbers = {s.number for s in submissions}
    remembered = {n: stored for n, stored in facts.orders.items() if n not in numbers}
    return BatchFacts(
        {**remembered, **read.orders},
        {**facts.records, **read.records},
        {**facts.holders, **read.holders},
        facts.texts,
    )


def _doubtful(
    submissions: Sequence[Submission], decided: DecidedBatch, unread: set[str]
) -> set[str]:
    """Return the unread orders with a result that the write of the batch would not check."""
    if not unread:
        return unread
    claimed = {claim.identity for claim in decided.batch.claims}
    return {
        submission.number
        for submission, result in zip(submissions, decided.results, strict=True)
        if submission.number in unread
        and not (
            _is_done(result)
            and ((identity := named_identity(submission)) is None or identity in claimed)
        )
    }


def _is_done(result: Result) -> bool:
    """Tell whether a command has changed its order; no repetition within a batch does."""
    return (
        isinstance(result, SubmissionResult)
        and result.kind is ResultKind.DONE
        and not result.repeated
    )
