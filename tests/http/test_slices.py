"""Long work gives way to everybody else, and the long work of one to that of another."""

import asyncio
from collections.abc import Iterator

import pytest

from gotovo.http.slices import Slices


class Ticks:
    """A clock that goes on by a second each time it is looked at."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


async def test_results_are_in_order() -> None:
    assert await Slices(0).map(str, range(2_000), "shop") == [str(each) for each in range(2_000)]
    assert await Slices(0).map(str, (), "shop") == []


async def test_others_run_after_each_slice() -> None:
    done: list[int] = []
    seen: list[int] = []

    async def others() -> None:
        while len(done) < 12:
            seen.append(len(done))
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    await asyncio.sleep(0)
    await Slices(3, Ticks()).map(done.append, range(12), "shop")
    await beside
    assert {0, 3, 6, 9} <= set(seen) <= {0, 3, 6, 9, 12}


async def test_one_slice_is_worked_on_in_a_turn_of_the_loop_and_shares_alternate() -> None:
    slices, turns = Slices(0), list[str]()

    async def work(share: str) -> None:
        await slices.map(lambda _: turns.append(share), range(4), share)

    count, most = 0, 0

    async def beside() -> None:
        nonlocal count, most
        while len(turns) < 20:
            most, count = max(most, len(turns) - count), len(turns)
            await asyncio.sleep(0)

    flood = [work("shop") for _ in range(4)]
    await asyncio.gather(beside(), *flood, work("bookshop"))
    assert most == 1
    last = max(index for index, share in enumerate(turns) if share == "bookshop")
    assert last <= 8


async def test_work_that_fails_leaves_its_turn_to_the_next() -> None:
    slices = Slices(0)

    def divide(by: int) -> float:
        return 1 / by

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await slices.map(divide, (2, 1, 0), "shop")
    assert await slices.map(divide, (2, 4), "bookshop") == [0.5, 0.25]


async def test_work_that_is_given_up_leaves_its_turn_to_the_next() -> None:
    slices = Slices(0)

    def endless() -> Iterator[int]:
        while True:
            yield 0

    tasks = [asyncio.create_task(slices.map(str, endless(), share)) for share in "ab"]
    for _ in range(10):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    assert await slices.map(str, (1, 2), "shop") == ["1", "2"]
