"""Counts of what points hold: exact within a process, counted again now and then."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from msgspec import structs

from gotovo.engine.engine import Engine
from gotovo.engine.submission import SubmissionResult
from gotovo.engine.working.point_load import COUNTED_SECONDS
from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.redirection import Redirect
from gotovo.order.values.order import Courier, Pickup
from tests.engine.conftest import memory
from tests.support.engine.cast import Buyer, Shop

HOME = 77


@pytest.fixture
def engine(shop: Shop) -> Engine:
    points, warehouses = shop.places
    small = {code: structs.replace(point, capacity=2) for code, point in points.items()}
    shop.places = (small, warehouses)
    return shop.engine()


async def paid(engine: Engine, buyer: Buyer, point: str = "KZN-1") -> None:
    placed = await engine.submit(buyer.place(delivery=Pickup(point)))
    assert placed.refusal is None
    assert (await engine.submit(buyer.pay())).refusal is None


def codes(results: Sequence[SubmissionResult | BaseException]) -> list[Code | None]:
    found: list[Code | None] = []
    for each in results:
        assert isinstance(each, SubmissionResult), each
        found.append(each.refusal.code if each.refusal else None)
    return found


async def test_a_point_is_full_with_what_is_there_or_on_its_way(shop: Shop, engine: Engine) -> None:
    """Rule 4.17: an unpaid order takes no room, a cancelled one gives it back."""
    first, second, third = (shop.buyer(HOME) for _ in range(3))
    unpaid = shop.buyer(HOME)
    assert (await engine.submit(unpaid.place())).refusal is None
    await paid(engine, first)
    await paid(engine, second)
    refused = await engine.submit(third.place())
    assert refused.refusal is not None
    assert (refused.refusal.code, refused.refusal.expected) == (Code.POINT_FULL, "KZN-2, KZN-3")
    elsewhere = shop.engine()
    assert codes([await elsewhere.submit(third.place())]) == [Code.POINT_FULL]
    await engine.submit(first.ask(Cancel()))
    assert codes([await engine.submit(third.place())]) == [None]


async def test_within_one_batch_the_last_place_goes_to_one_order(
    shop: Shop, engine: Engine
) -> None:
    there, *moving = (shop.buyer(HOME) for _ in range(4))
    await paid(engine, there, "KZN-3")
    for each in moving:
        await paid(engine, each, "KZN-1" if each is moving[0] else "KZN-2")
    redirections = [each.ask(Redirect(Pickup("KZN-3"))) for each in moving]
    results = codes(await engine.submit_each(redirections))
    assert results == [None, Code.POINT_FULL, Code.POINT_FULL]


async def test_a_redirection_gives_its_room_to_the_next(shop: Shop, engine: Engine) -> None:
    leaving, staying, coming = (shop.buyer(HOME) for _ in range(3))
    await paid(engine, leaving)
    await paid(engine, staying)
    both = [
        leaving.ask(Redirect(Courier()), address="Казань, Лесная, 7"),
        coming.place(),
    ]
    assert codes(await engine.submit_each(both)) == [None, None]


async def test_points_are_counted_once_in_a_while_and_not_for_every_batch() -> None:
    journal = memory()
    counted: list[list[str]] = []
    count = journal.held_at

    async def counting(points: Sequence[str]) -> Mapping[str, int]:
        counted.append(list(points))
        return await count(points)

    journal.held_at = counting
    shop = Shop(journal)
    engine = shop.engine()
    for _ in range(3):
        await engine.submit(shop.buyer().place())
    assert counted == [["KZN-1"]]
    shop.clock.wait(seconds=COUNTED_SECONDS)
    await asyncio.gather(*(engine.submit(shop.buyer().place()) for _ in range(3)))
    assert counted == [["KZN-1"], ["KZN-1"]]
    await shop.close()
