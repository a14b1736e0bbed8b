"""Orders are remembered within a limit, and not while they are out of date most of the time."""

import pytest
from msgspec import structs

from gotovo.engine.ports import OrderUpdate
from gotovo.engine.recent.recent_orders import BATCHES_READ_AFTER_LOSS, RecentOrders
from tests.engine.conftest import memory
from tests.support.engine.cast import Shop


@pytest.fixture
async def updates() -> list[OrderUpdate]:
    """Give the commits of six new orders."""
    shop = Shop(memory())
    placed = await shop.engine().submit_all([shop.buyer().place() for _ in range(6)])
    return [OrderUpdate(x.order, 0, b"", (), x.contact) for x in placed if x.order is not None]


async def test_an_order_is_taken_out_once(updates: list[OrderUpdate]) -> None:
    recent = RecentOrders()
    recent.add(updates)
    number = updates[0].order.number
    taken = recent.take([number, "none"])
    assert [(n, x.order, x.contact) for n, x in taken.items()] == [
        (number, updates[0].order, updates[0].contact)
    ]
    assert recent.take([number]) == {}


async def test_beyond_the_limit_those_committed_longest_ago_are_forgotten(
    updates: list[OrderUpdate],
) -> None:
    all_of_them = RecentOrders()
    all_of_them.add(updates)
    recent = RecentOrders(all_of_them.bytes // 2)
    recent.add(updates)
    recent.add(updates[3:4])
    numbers = [update.order.number for update in updates]
    assert recent.take(numbers).keys() == set(numbers[3:])
    assert recent.bytes == 0


async def test_a_long_order_takes_the_place_of_many(updates: list[OrderUpdate]) -> None:
    order = updates[0].order
    long = structs.replace(order, lines=order.lines * 500)
    recent = RecentOrders(len(updates) * 10_000)
    recent.add(updates[1:])
    recent.add([structs.replace(updates[0], order=long)])
    assert recent.take(update.order.number for update in updates) == {}


async def test_without_room_nothing_is_trusted(updates: list[OrderUpdate]) -> None:
    recent = RecentOrders(0)
    recent.add(updates)
    assert recent.bytes == 0
    assert not recent.is_trusted()


def test_after_a_loss_it_is_tried_again_some_batches_later() -> None:
    recent = RecentOrders()
    assert recent.is_trusted()
    recent.distrust()
    tried = [recent.is_trusted() for _ in range(BATCHES_READ_AFTER_LOSS + 1)]
    assert tried == [False] * BATCHES_READ_AFTER_LOSS + [True]
