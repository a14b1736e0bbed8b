"""What the engine does when a commit does not work at once."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest
from msgspec import Struct

from gotovo.engine import commit
from gotovo.engine.engine import Engine
from gotovo.engine.memory import MemoryJournal
from gotovo.engine.ports import Batch, BatchFacts, JournalUnreachable, RaceLost
from gotovo.engine.submission import ResultKind, SubmissionResult
from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.packing import Pack
from gotovo.order.values.identity import IdentityKey
from tests.engine.conftest import IN_STOCK
from tests.support.engine.cast import Buyer, Shop, settle


class Unheard(Struct, frozen=True):
    """A command that no row of the lifecycle has."""


class Rival(MemoryJournal):
    """A journal in which somebody else commits between our reading and our writing."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Batch] = []
        self.reads = 0

    async def load(  # pyright: ignore[reportImplicitOverride]
        self,
        lane: int,
        numbers: Sequence[str],
        command_ids: Sequence[UUID],
        identities: Sequence[IdentityKey] = (),
    ) -> BatchFacts:
        loaded = await super().load(lane, numbers, command_ids, identities)
        self.reads += 1
        if self.meanwhile:
            await super().write(self.meanwhile.pop(0))
        return loaded


class Away(MemoryJournal):
    """A journal that loses its connection, before a commit or after it."""

    def __init__(self) -> None:
        super().__init__()
        self.lose_before = 0
        self.lose_after = 0

    async def write(self, batch: Batch) -> None:  # pyright: ignore[reportImplicitOverride]
        if self.lose_before:
            self.lose_before -= 1
            raise JournalUnreachable("before")
        await super().write(batch)
        if self.lose_after:
            self.lose_after -= 1
            raise JournalUnreachable("after")


class Never(MemoryJournal):
    """A journal in which somebody else is always first."""

    async def write(self, batch: Batch) -> None:  # pyright: ignore[reportImplicitOverride]
        raise RaceLost(batch.lane)


def shop_on(journal: MemoryJournal) -> Shop:
    for sku, units in IN_STOCK.items():
        journal.receive("KZN", sku, units)
    return Shop(journal)


async def batch_of(buyer: Buyer, command: Struct, on: MemoryJournal, shop: Shop) -> Batch:
    """Return the commit that another engine would make of this command now."""
    caught: list[Batch] = []

    class Catching(MemoryJournal):
        async def write(self, batch: Batch) -> None:  # pyright: ignore[reportImplicitOverride]
            caught.append(batch)

    catching = Catching()
    catching.__dict__.update(on.__dict__)
    await Shop(catching).engine().submit(buyer.ask(command))
    assert shop.journal is on
    return caught[0]


async def test_who_lost_a_race_reads_again_and_decides_on_what_is_true_now() -> None:
    journal = Rival()
    shop = shop_on(journal)
    engine, buyer = shop.engine(recent_bytes=0), shop.buyer()
    await engine.submit_all([buyer.place(), buyer.pay()])
    journal.meanwhile.append(await batch_of(buyer, Cancel(), journal, shop))
    reads = journal.reads
    outcome = await engine.submit(buyer.ask(Pack()))
    assert outcome.refusal is not None
    assert outcome.refusal.code in {Code.CANCELLED, Code.CLOSED, Code.STAGE_FORBIDS}
    assert (engine.counts.races_lost, journal.reads - reads) == (1, 2)


async def test_a_race_that_is_always_lost_ends_in_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(commit, "_RACE_PAUSE_SECONDS_MAX", 0)
    shop = shop_on(Never())
    engine = shop.engine()
    results = await engine.submit_each([shop.buyer().place() for _ in range(3)])
    assert [type(r) for r in results] == [RaceLost] * 3
    assert engine.open_count == 0


async def test_a_fault_in_deciding_fails_one_command_alone() -> None:
    shop = shop_on(MemoryJournal())
    anna, boris = shop.buyer(), shop.buyer()
    results = await shop.engine().submit_each([anna.place(), anna.ask(Unheard()), boris.place()])
    assert [type(result) for result in results] == [SubmissionResult, KeyError, SubmissionResult]


@pytest.mark.parametrize("lost", ["lose_before", "lose_after"])
async def test_a_connection_lost_in_a_commit_is_no_matter(lost: str) -> None:
    """Whether it was committed or not: it is applied once, and the caller hears the outcome."""
    journal = Away()
    shop = shop_on(journal)
    engine, buyer = shop.engine(), shop.buyer()
    await engine.submit(buyer.place())
    setattr(journal, lost, 1)
    outcome = await engine.submit(buyer.pay())
    assert (outcome.kind, outcome.version, outcome.repeated) == (ResultKind.DONE, 2, False)
    assert len((await journal.histories(0, [buyer.number]))[buyer.number]) == 2
    assert engine.counts.connections_lost == 1


async def test_callers_wait_for_an_absent_journal_only_so_long() -> None:
    """Those in the commit, those in the queue and those outside it: nobody waits for ever."""
    journal = Away()
    shop = shop_on(journal)
    engine: Engine = shop.engine(patience_seconds=0.2, queue=2, batch=1)
    journal.lose_before = 1_000_000
    tasks = [asyncio.create_task(engine.submit(shop.buyer().place())) for _ in range(4)]
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(r) for r in results] == [JournalUnreachable] * 4
    journal.lose_before = 0
    assert (await engine.submit(shop.buyer().place())).kind is ResultKind.DONE
    assert engine.open_count == 0


async def test_who_gave_up_on_an_unknown_commit_hears_its_outcome_by_the_same_id() -> None:
    journal = Away()
    shop = shop_on(journal)
    engine, buyer = shop.engine(patience_seconds=0.0), shop.buyer()
    journal.lose_after = 1
    asked = buyer.place()
    with pytest.raises(JournalUnreachable):
        await engine.submit(asked)
    again = await shop.engine().submit(asked)
    assert (again.kind, again.version, again.repeated) == (ResultKind.DONE, 1, True)


async def test_a_caller_who_left_is_served_all_the_same() -> None:
    """What was admitted is finished: a repetition by the same id returns the result."""
    shop = shop_on(MemoryJournal())
    engine, buyer = shop.engine(), shop.buyer()
    asked = buyer.place()
    task = asyncio.create_task(engine.submit(asked))
    await asyncio.sleep(0)
    task.cancel()
    await settle()
    assert (await engine.submit(asked)).repeated
