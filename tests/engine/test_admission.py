"""Who waits is admitted in turns, and nobody is forgotten."""

import asyncio

import pytest

from gotovo.engine.admission import AdmissionLimit
from gotovo.engine.ports import EngineClosed
from gotovo.engine.submission import ResultKind
from tests.support.engine.cast import GatedJournal, Shop, settle


async def test_shares_take_turns_whatever_the_order_of_arrival() -> None:
    limit = AdmissionLimit(1)
    admitted: list[str] = []

    async def enter(share: str) -> None:
        await limit.acquire(1, share)
        admitted.append(share)
        await asyncio.sleep(0)
        limit.release(1)

    await limit.acquire(1)
    tasks = [asyncio.create_task(enter(share)) for share in ("a", "a", "a", "b", "b", "c")]
    await settle()
    limit.release(1)
    await asyncio.gather(*tasks)

    assert admitted == ["a", "b", "c", "a", "b", "a"]
    assert limit.admitted == 0


async def test_who_gave_up_waiting_holds_up_nobody_of_another_share() -> None:
    limit = AdmissionLimit(1)
    await limit.acquire(1)
    tasks = [asyncio.create_task(limit.acquire(1, share)) for share in ("a", "a", "b")]
    await settle()
    tasks[0].cancel()
    tasks[1].cancel()
    await settle()

    limit.release(1)
    await tasks[2]

    assert limit.admitted == 1


async def test_a_list_in_turns_has_its_results_in_order(memory_shop: Shop) -> None:
    engine = memory_shop.engine(batch=4)
    buyer = memory_shop.buyer()

    results = await engine.submit_in_turns(buyer.until_shelved(), "a")

    assert [each.kind for each in results if not isinstance(each, BaseException)] == (
        [ResultKind.DONE] * 6
    )
    assert engine.open_count == 0


async def test_lists_take_smaller_parts_while_single_commands_arrive(memory_shop: Shop) -> None:
    journal = memory_shop.journal
    assert isinstance(journal, GatedJournal)
    engine = memory_shop.engine(batch=8)

    async def under_way() -> int:
        journal.gate.clear()
        placements = [memory_shop.buyer().place() for _ in range(40)]
        submitted = asyncio.create_task(engine.submit_in_turns(placements, "a"))
        await settle()
        count = engine.open_count
        journal.gate.set()
        assert len(await submitted) == 40
        return count

    assert await under_way() == 2 * 8
    await engine.submit(memory_shop.buyer().place())
    assert await under_way() == 2 * 2


async def test_what_a_closing_engine_had_not_taken_of_a_list_says_so(memory_shop: Shop) -> None:
    journal = memory_shop.journal
    assert isinstance(journal, GatedJournal)
    engine = memory_shop.engine(batch=2)
    journal.gate.clear()
    placements = [memory_shop.buyer().place() for _ in range(10)]
    submitted = asyncio.create_task(engine.submit_in_turns(placements, "a"))
    await settle()
    closing = asyncio.create_task(engine.close())
    await settle()
    journal.gate.set()

    results = await submitted
    await closing

    ended = [isinstance(each, EngineClosed) for each in results]
    assert ended == [False] * 4 + [True] * 6
    with pytest.raises(EngineClosed):
        await engine.submit(memory_shop.buyer().place())
