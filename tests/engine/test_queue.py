"""How batches form: by themselves, in order of arrival, within their limits."""

import asyncio
from collections import Counter

import pytest

from gotovo.engine.ports import CommandIdReused, EngineClosed, InvalidSubmission, QueueFull
from gotovo.engine.submission import ResultKind
from gotovo.order.refusals import Code
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.picking import StartPicking
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Stage
from tests.support.engine.cast import GatedJournal, Shop, numbers, settle


@pytest.fixture
def journal(memory_shop: Shop) -> GatedJournal:
    assert isinstance(memory_shop.journal, GatedJournal)
    return memory_shop.journal


async def test_one_command_alone_is_committed_at_once(
    memory_shop: Shop, journal: GatedJournal
) -> None:
    outcome = await memory_shop.engine().submit(memory_shop.buyer().place())
    assert outcome.kind is ResultKind.DONE
    assert len(journal.batches) == 1


async def test_what_arrives_during_a_commit_is_one_batch(
    memory_shop: Shop, journal: GatedJournal
) -> None:
    engine = memory_shop.engine()
    first, *others = [memory_shop.buyer() for _ in range(11)]
    journal.gate.clear()
    tasks = [asyncio.create_task(engine.submit(first.place()))]
    await journal.entered.wait()
    for buyer in others:
        tasks.append(asyncio.create_task(engine.submit(buyer.place())))
        await settle()
    assert len(journal.batches) == 1
    journal.gate.set()
    await asyncio.gather(*tasks)
    assert numbers(journal.batches) == [[first.number], [b.number for b in others]]


async def test_nobody_is_told_before_the_commit(memory_shop: Shop, journal: GatedJournal) -> None:
    engine = memory_shop.engine()
    journal.gate.clear()
    task = asyncio.create_task(engine.submit(memory_shop.buyer().place()))
    await journal.entered.wait()
    await settle()
    assert not task.done()
    journal.gate.set()
    assert (await task).kind is ResultKind.DONE


async def test_a_batch_has_a_limit(memory_shop: Shop, journal: GatedJournal) -> None:
    engine = memory_shop.engine(batch=4)
    placements = [memory_shop.buyer().place() for _ in range(10)]
    await asyncio.gather(*(engine.submit(x) for x in placements))
    assert [len(batch.records) for batch in journal.batches] == [4, 4, 2]


async def test_a_sequence_is_not_torn_apart_where_it_fits_into_a_batch(
    memory_shop: Shop, journal: GatedJournal
) -> None:
    engine = memory_shop.engine(batch=4)
    journal.gate.clear()
    tasks = [asyncio.create_task(engine.submit(memory_shop.buyer().place()))]
    await journal.entered.wait()
    tasks += [asyncio.create_task(engine.submit(memory_shop.buyer().place())) for _ in range(2)]
    await settle()
    sequence = [memory_shop.buyer().place() for _ in range(3)]
    waiting = asyncio.create_task(engine.submit_all(sequence))
    await settle()
    journal.gate.set()
    outcomes = await waiting
    await asyncio.gather(*tasks)
    assert [len(batch.records) for batch in journal.batches] == [1, 2, 3]
    assert [o.number for o in outcomes] == [x.number for x in sequence]


async def test_a_longer_sequence_stays_in_order(memory_shop: Shop, journal: GatedJournal) -> None:
    engine = memory_shop.engine(batch=4)
    buyer = memory_shop.buyer()
    outcomes = await engine.submit_all(buyer.until_shelved())
    assert [o.kind for o in outcomes] == [ResultKind.DONE] * 6
    assert [len(batch.records) for batch in journal.batches] == [4, 2]


async def test_commands_of_one_order_are_decided_in_order_of_arrival(
    memory_shop: Shop, journal: GatedJournal
) -> None:
    engine = memory_shop.engine()
    buyer = memory_shop.buyer()
    steps = [buyer.place(), buyer.ask(Pack()), buyer.pay(), buyer.ask(Pack())]
    outcomes = await asyncio.gather(*(engine.submit(x) for x in steps))
    assert [o.kind for o in outcomes] == [
        ResultKind.DONE,
        ResultKind.REFUSED,
        ResultKind.DONE,
        ResultKind.DONE,
    ]
    assert len(journal.batches) == 1
    (change,) = journal.batches[0].updates
    assert (change.expected, change.order.version, len(change.events)) == (0, 3, 3)


async def test_an_order_in_a_commit_under_way_is_in_no_other(
    memory_shop: Shop, journal: GatedJournal
) -> None:
    engine = memory_shop.engine(batches_in_flight=3)
    anna, boris = memory_shop.buyer(), memory_shop.buyer()
    journal.gate.clear()
    placed = asyncio.create_task(engine.submit(anna.place()))
    await settle()
    paid = asyncio.create_task(engine.submit(anna.pay()))
    packed = asyncio.create_task(engine.submit_all([boris.place(), anna.ask(Pack())]))
    other = asyncio.create_task(engine.submit(memory_shop.buyer().place()))
    await settle()
    assert [len(batch.records) for batch in journal.batches] == [1, 1]
    journal.gate.set()
    await asyncio.gather(placed, other)
    assert (await paid).kind is ResultKind.DONE
    assert [o.kind for o in await packed] == [ResultKind.DONE, ResultKind.DONE]
    assert engine.counts.races_lost == 0


async def test_batches_in_flight_lose_no_race_against_each_other(memory_shop: Shop) -> None:
    engine = memory_shop.engine(batches_in_flight=4, batch=3)
    buyers = [memory_shop.buyer() for _ in range(40)]
    lives = [b.until_shelved() for b in buyers]
    outcomes = await asyncio.gather(
        *(engine.submit(life[step]) for step in range(6) for life in lives)
    )
    assert Counter(o.kind for o in outcomes) == {ResultKind.DONE: 240}
    assert engine.counts.races_lost == 0


async def test_one_id_twice_in_a_batch_is_one_command(
    memory_shop: Shop, journal: GatedJournal
) -> None:
    engine = memory_shop.engine()
    buyer = memory_shop.buyer()
    await engine.submit(buyer.place())
    paid = buyer.pay()
    other = buyer.ask(StartPicking(), id_=paid.command_id)
    results = await engine.submit_each([paid, paid, other])
    first, again, reused = results
    assert not isinstance(first, BaseException)
    assert not isinstance(again, BaseException)
    assert (first.repeated, again.repeated, again.version) == (False, True, first.version)
    assert isinstance(reused, CommandIdReused)
    assert len(journal.batches[-1].records) == 1


async def test_stock_is_summed_to_one_movement_a_sku(
    memory_shop: Shop, journal: GatedJournal
) -> None:
    engine = memory_shop.engine()
    buyers = [memory_shop.buyer() for _ in range(30)]
    await engine.submit_all([b.place() for b in buyers])
    await engine.submit_all([b.pay() for b in buyers])
    moved = journal.batches[-1].movements
    assert [(m.sku, m.on_hand, m.reserved) for m in moved] == [("cup", 0, 30), ("tea", 0, 60)]


async def test_lanes_never_share_a_batch(journal: GatedJournal, memory_shop: Shop) -> None:
    memory_shop.lane_of = home_of
    engine = memory_shop.engine()
    buyers = [memory_shop.buyer() for _ in range(60)]
    outcomes = await engine.submit_all([b.place() for b in buyers])
    assert [o.number for o in outcomes] == [b.number for b in buyers]
    assert len(journal.batches) > 1
    for batch in journal.batches:
        assert {home_of(a.number) for a in batch.records} == {batch.lane}


async def test_callers_wait_for_room_and_are_let_in(
    memory_shop: Shop, journal: GatedJournal
) -> None:
    engine = memory_shop.engine(queue=5, batch=2)
    journal.gate.clear()
    tasks = [asyncio.create_task(engine.submit(memory_shop.buyer().place())) for _ in range(20)]
    await settle()
    assert engine.open_count == 5
    journal.gate.set()
    outcomes = await asyncio.gather(*tasks)
    assert Counter(o.kind for o in outcomes) == {ResultKind.DONE: 20}
    assert engine.open_count == 0


async def test_who_does_not_want_to_wait_is_told_that_the_queue_is_full(
    memory_shop: Shop, journal: GatedJournal
) -> None:
    engine = memory_shop.engine(queue=1)
    journal.gate.clear()
    task = asyncio.create_task(engine.submit_now(memory_shop.buyer().place()))
    await settle()
    with pytest.raises(QueueFull):
        await engine.submit_now(memory_shop.buyer().place())
    journal.gate.set()
    assert (await task).kind is ResultKind.DONE


async def test_a_caller_who_gives_up_takes_no_room_away(
    memory_shop: Shop, journal: GatedJournal
) -> None:
    engine = memory_shop.engine(queue=2)
    journal.gate.clear()
    tasks = [asyncio.create_task(engine.submit(memory_shop.buyer().place())) for _ in range(4)]
    await settle()
    tasks[0].cancel()
    tasks[3].cancel()
    await settle()
    journal.gate.set()
    outcomes = await asyncio.gather(tasks[1], tasks[2])
    assert {o.kind for o in outcomes} == {ResultKind.DONE}
    assert engine.open_count == 0


async def test_closing_finishes_what_was_taken_and_takes_nothing_more(
    memory_shop: Shop, journal: GatedJournal
) -> None:
    engine = memory_shop.engine(queue=3, batch=1)
    journal.gate.clear()
    taken = [asyncio.create_task(engine.submit(memory_shop.buyer().place())) for _ in range(3)]
    await settle()
    outside = asyncio.create_task(engine.submit(memory_shop.buyer().place()))
    await settle()
    closing = asyncio.create_task(engine.close())
    await settle()
    with pytest.raises(EngineClosed):
        await outside
    with pytest.raises(EngineClosed):
        await engine.submit(memory_shop.buyer().place())
    assert not closing.done()
    journal.gate.set()
    await closing
    assert [(await t).kind for t in taken] == [ResultKind.DONE] * 3


async def test_a_number_that_is_none_is_turned_away_before_the_batch(memory_shop: Shop) -> None:
    buyer = memory_shop.buyer()
    with pytest.raises(InvalidSubmission):
        await memory_shop.engine().submit(buyer.ask(Pack(), number="12 34"))


async def test_a_placement_under_a_number_of_another_home_fails_alone(
    memory_shop: Shop,
) -> None:
    anna, boris = memory_shop.buyer(3), memory_shop.buyer(4)
    engine = memory_shop.engine()
    anna.number = boris.number
    wrong, right = await engine.submit_each([anna.place(), boris.place()])
    assert isinstance(wrong, InvalidSubmission)
    assert not isinstance(right, BaseException)
    assert right.order is not None
    assert right.order.stage is Stage.PLACED


async def test_hints_follow_commits(memory_shop: Shop) -> None:
    engine = memory_shop.engine()
    notified: list[int] = []
    engine.on_commit(lambda: notified.append(engine.counts.commands))
    await engine.submit(memory_shop.buyer().place())
    await settle()
    assert notified == [1]


async def test_of_two_refused_for_one_external_id_each_hears_why(memory_shop: Shop) -> None:
    engine = memory_shop.engine()
    buyers = [memory_shop.buyer(9) for _ in range(3)]
    outcomes = await engine.submit_all([b.place(external_id="X") for b in buyers])
    codes = [o.refusal and o.refusal.code for o in outcomes]
    assert codes == [None, Code.EXTERNAL_ID_TAKEN, Code.EXTERNAL_ID_TAKEN]
