"""Readers who ask at the same time share a statement, and each gets an answer of its own."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from gotovo.store.reads.dataloader import AT_ONCE, KEYS_MAX, DataLoader


class Shelf:
    """Something to read from, which notes what it was asked and answers when it is let."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.was_asked = asyncio.Event()
        self.under_way = 0
        self.under_way_max = 0
        self.open = asyncio.Event()
        self.fault: Exception | None = None

    async def read(self, keys: Sequence[int]) -> Mapping[int, str]:
        self.asked.append(list(keys))
        self.was_asked.set()
        self.under_way += 1
        self.under_way_max = max(self.under_way_max, self.under_way)
        await self.open.wait()
        self.under_way -= 1
        if self.fault is not None:
            raise self.fault
        return {key: f"book {key}" for key in keys if key >= 0}


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


async def test_a_lone_reader_asks_at_once(shelf: Shelf) -> None:
    shelf.open.set()
    assert await DataLoader(shelf.read).get(7) == "book 7"
    assert shelf.asked == [[7]]


async def test_who_comes_meanwhile_is_in_the_next_statement(shelf: Shelf) -> None:
    gathering = DataLoader(shelf.read)
    tasks = [asyncio.create_task(gathering.get(key)) for key in range(40)]
    await shelf.was_asked.wait()
    late = [asyncio.create_task(gathering.get(key)) for key in range(40, 60)]
    await asyncio.sleep(0)
    shelf.open.set()
    assert await asyncio.gather(*tasks, *late) == [f"book {key}" for key in range(60)]
    assert len(shelf.asked) <= 1 + AT_ONCE
    assert sorted(key for keys in shelf.asked for key in keys) == list(range(60))


async def test_no_statement_is_longer_than_its_bound_and_no_more_run_at_once(
    shelf: Shelf,
) -> None:
    gathering = DataLoader(shelf.read)
    tasks = [asyncio.create_task(gathering.get(key)) for key in range(5 * KEYS_MAX)]
    await asyncio.sleep(0)
    shelf.open.set()
    await asyncio.gather(*tasks)
    assert max(len(keys) for keys in shelf.asked) == KEYS_MAX
    assert shelf.under_way_max <= AT_ONCE


async def test_one_key_is_asked_for_once_and_answered_to_everybody(shelf: Shelf) -> None:
    shelf.open.set()
    gathering = DataLoader(shelf.read)
    assert set(await asyncio.gather(*(gathering.get(5) for _ in range(30)))) == {"book 5"}
    assert all(keys == [5] for keys in shelf.asked)


async def test_what_is_not_there_is_none(shelf: Shelf) -> None:
    shelf.open.set()
    gathering = DataLoader(shelf.read)
    assert await asyncio.gather(gathering.get(-1), gathering.get(1)) == [None, "book 1"]


async def test_a_fault_is_told_to_each_and_the_next_reader_is_served(shelf: Shelf) -> None:
    shelf.open.set()
    shelf.fault = ConnectionError("away")
    gathering = DataLoader(shelf.read)
    told = await asyncio.gather(*(gathering.get(k) for k in range(3)), return_exceptions=True)
    assert [str(error) for error in told] == ["away"] * 3
    shelf.fault = None
    assert await gathering.get(1) == "book 1"


async def test_who_asks_the_moment_the_last_was_answered_is_served_too(shelf: Shelf) -> None:
    shelf.open.set()
    gathering = DataLoader(shelf.read)

    async def reader() -> None:
        for key in range(50):
            assert await gathering.get(key) == f"book {key}"

    async with asyncio.timeout(10):
        await asyncio.gather(*(reader() for _ in range(AT_ONCE + 1)))


async def test_a_reader_who_leaves_takes_nothing_from_the_others(shelf: Shelf) -> None:
    gathering = DataLoader(shelf.read)
    leaving = asyncio.create_task(gathering.get(1))
    staying = asyncio.create_task(gathering.get(1))
    await asyncio.sleep(0)
    leaving.cancel()
    shelf.open.set()
    assert await staying == "book 1"
