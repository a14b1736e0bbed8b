"""How long stages take is learnt exactly once, in bounded space, and can be rebuilt."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from typing_extensions import override

from gotovo.engine.background.followers import Follower, FollowerTerms
from gotovo.engine.engine import one_lane
from gotovo.engine.ports import FeedEvent
from gotovo.order.forecast.duration_key import ANY_ROUTE, ANY_TIME, DurationKey
from gotovo.order.forecast.model import CASES_MIN
from gotovo.order.forecast.quantile_sketch import BUCKETS_MAX
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.order import Stage
from gotovo.store.tables.orders import stage_durations
from gotovo.store.tables.orders.stage_durations import FOLLOWER, RETENTION, DurationStore
from tests.support.engine.cast import Shop
from tests.support.order.cast import POINTS, WAREHOUSES

HOUR = 3600
ANYTHING = DurationKey(Stage.PAID, "shelved", ANY_ROUTE, ANY_TIME)


def store_of(pool: asyncpg.Pool, shop: Shop) -> DurationStore:
    """Return the store as a further process would open it."""
    return DurationStore(pool, lambda: (POINTS, WAREHOUSES), shop.clock, one_lane)


def follower_of(shop: Shop, store: DurationStore, page: int = 7) -> Follower:
    """Return the follower that teaches a store, on pages that cut lives in two."""
    return Follower(FOLLOWER, shop.journal, store.learn, FollowerTerms(page=page))


async def live(shop: Shop, orders: int) -> None:
    """Let orders come to their shelf, an hour a stage."""
    engine = shop.engine()
    buyers = [shop.buyer() for _ in range(orders)]
    await engine.submit_all([buyer.place() for buyer in buyers])
    await engine.submit_all([buyer.pay() for buyer in buyers])
    for step in (Pack(), Dispatch(), Arrive(), Shelve(cell="A1")):
        shop.clock.wait(hours=1)
        await engine.submit_all([buyer.ask(step) for buyer in buyers])


async def kept(pool: asyncpg.Pool) -> list[Any]:
    """Return everything that is stored, except when it was written."""
    return await pool.fetch(
        "select stage, goal, route, slot, buckets, weights from pace_sketch"
        " order by stage, goal, route, slot"
    )


async def test_lives_are_learnt_whatever_page_they_are_cut_at(
    pool: asyncpg.Pool, shop: Shop
) -> None:
    await live(shop, 3)
    store = store_of(pool, shop)
    await follower_of(shop, store, page=1_000).catch_up()
    at_once = await kept(pool)
    assert at_once
    await store.forget()
    assert await kept(pool) == []
    await follower_of(shop, store, page=2).catch_up()
    in_pieces = await kept(pool)
    assert [tuple(row)[:5] for row in in_pieces] == [tuple(row)[:5] for row in at_once]
    for one, other in zip(in_pieces, at_once, strict=True):
        assert one["weights"] == pytest.approx(other["weights"])


async def test_a_page_that_comes_twice_is_learnt_once(pool: asyncpg.Pool, shop: Shop) -> None:
    await live(shop, 2)
    store, other = store_of(pool, shop), store_of(pool, shop)
    page = await shop.journal.feed(0, 0, 1_000)
    await store.learn(page)
    once = await kept(pool)
    await store.learn(page)
    await other.learn(page)
    assert await kept(pool) == once


async def test_two_processes_that_follow_at_once_learn_everything_once(
    pool: asyncpg.Pool, shop: Shop
) -> None:
    await live(shop, 6)
    stores = [store_of(pool, shop) for _ in range(3)]
    await asyncio.gather(*(follower_of(shop, store).catch_up() for store in stores))
    together = await kept(pool)
    await stores[0].forget()
    await follower_of(shop, stores[0]).catch_up()
    alone = await kept(pool)
    assert [tuple(row)[:5] for row in together] == [tuple(row)[:5] for row in alone]
    for one, other in zip(together, alone, strict=True):
        assert one["weights"] == pytest.approx(other["weights"])


class Broken(DurationStore):
    """Fails after it has written and before it commits."""

    @override
    async def _add(self, connection: Any, sketches: Any) -> None:
        await super()._add(connection, sketches)
        raise RuntimeError("cut off")


async def test_what_is_cut_off_before_its_commit_left_nothing(
    pool: asyncpg.Pool, shop: Shop
) -> None:
    await live(shop, 2)
    page: Sequence[FeedEvent] = await shop.journal.feed(0, 0, 1_000)
    broken = Broken(pool, lambda: (POINTS, WAREHOUSES), shop.clock, one_lane)
    with pytest.raises(RuntimeError, match="cut off"):
        await broken.learn(page)
    assert await kept(pool) == []
    assert [b.after for b in await shop.journal.backlogs(FOLLOWER, 1)] == [0]


async def test_a_picture_is_drawn_from_what_was_learnt_elsewhere(
    pool: asyncpg.Pool, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage_durations, "READ_AT_ONCE", 3)
    here, there = store_of(pool, shop), store_of(pool, shop)
    await live(shop, CASES_MIN + 10)
    await follower_of(shop, here).catch_up()
    now = shop.clock()
    assert there().expect(ANYTHING, now, now) is None
    await there.refresh()
    expected = there().expect(ANYTHING, now, now)
    assert expected is not None
    assert expected.half_at is not None
    assert 3.8 * HOUR <= (expected.half_at - now).total_seconds() <= 4.2 * HOUR
    assert expected.cases == pytest.approx(CASES_MIN + 10, rel=0.01)
    assert len(there()) == len(await kept(pool))


async def test_a_picture_follows_when_everything_is_made_anew(
    pool: asyncpg.Pool, shop: Shop
) -> None:
    store = store_of(pool, shop)
    await live(shop, 2)
    await follower_of(shop, store).catch_up()
    await store.refresh()
    assert len(store())
    await store.forget()
    await store.refresh()
    assert not len(store())


async def test_what_is_kept_does_not_grow_with_the_orders(pool: asyncpg.Pool, shop: Shop) -> None:
    store = store_of(pool, shop)
    await live(shop, 2)
    await follower_of(shop, store).catch_up()
    few = len(await kept(pool))
    shop.clock.wait(days=7, hours=-4)
    await live(shop, 20)
    await follower_of(shop, store).catch_up()
    many = await kept(pool)
    assert len(many) == few
    assert all(len(row["buckets"]) <= BUCKETS_MAX for row in many)


async def test_what_nobody_goes_any_more_is_forgotten(pool: asyncpg.Pool, shop: Shop) -> None:
    store = store_of(pool, shop)
    await live(shop, 1)
    await follower_of(shop, store).catch_up()
    await store.sweep(shop.clock() + RETENTION - timedelta(days=1))
    assert await kept(pool)
    await store.sweep(shop.clock() + RETENTION + timedelta(days=1))
    assert await kept(pool) == []
