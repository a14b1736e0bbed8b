"""Running orders follow the changed settings of their point and warehouse, once and completely."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import pytest
from msgspec import structs

from gotovo.engine.background.recalculation import (
    SCANS_MAX,
    Recalculation,
    RecalculationFailed,
    RecalculationTerms,
)
from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine
from gotovo.engine.ports import BatchFacts, EngineClosed
from gotovo.order.values.identity import IdentityKey
from gotovo.order.values.order import Order, Pickup
from gotovo.points.timetable import ExceptionalDay
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.network.changed_places import ChangedPlaceStore
from gotovo.store.tables.network.directory import Directory
from tests.engine.conftest import receive
from tests.support.engine.cast import Buyer, Shop
from tests.support.order.cast import KREMLIN, LAKE, POINTS, SECRET, WAREHOUSES
from tests.support.order.changed_points import closed_on

SUNDAY = date(2026, 11, 29)
TUESDAY = date(2026, 11, 24)
DAY = timedelta(days=1)


class Network:
    """A shop whose points can be changed, on the real database."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.shop = Shop(PostgresJournal(pool))
        self.directory = Directory(pool)
        self.places = ChangedPlaceStore(pool)
        self.engine = self.new_engine()

    def new_engine(self, journal: PostgresJournal | None = None) -> Engine:
        return Engine(journal or self.shop.journal, self.directory, Rules(SECRET), self.shop.clock)

    def recalculation(self, engine: Engine | None = None, page: int = 2) -> Recalculation:
        terms = RecalculationTerms(page=page, resting=0)
        return Recalculation(engine or self.engine, self.places, self.shop.clock, terms)

    async def shelved(self, count: int) -> list[Buyer]:
        """Put so many orders on the shelf of the Kremlin point."""
        buyers = [self.shop.buyer() for _ in range(count)]
        for buyer in buyers:
            await self.engine.submit_all(buyer.until_shelved())
        return buyers

    async def close_on(self, day: date) -> None:
        """Enter a closure and let it settle."""
        await self.directory.put_point(closed_on(day), self.shop.clock())
        self.shop.clock.wait(seconds=5)

    async def order(self, buyer: Buyer) -> Order:
        loaded = await self.shop.journal.load(0, [buyer.number], [], [])
        return loaded.orders[buyer.number].order

    async def moved(self) -> Counter[str]:
        """Return how many times the deadline of each order moved."""
        feed = await self.shop.journal.feed(0, 0, 1_000)
        return Counter(x.number for x in feed if x.event.type == "order.storage_recalculated")

    async def listed(self) -> Sequence[str]:
        later = self.shop.clock() + DAY
        return [place.code for place in await self.places.changed_places(later, 10)]


@pytest.fixture
async def network(pool: asyncpg.Pool) -> AsyncIterator[Network]:
    """Give a network of two points and their warehouse."""
    await receive(pool)
    network = Network(pool)
    await network.directory.put_warehouse(WAREHOUSES["KZN"], network.shop.clock())
    for point in (KREMLIN, LAKE):
        await network.directory.put_point(POINTS[point.code], network.shop.clock())
    yield network
    await network.engine.close()


async def test_every_order_on_the_shelf_follows_a_closure_entered_later(network: Network) -> None:
    """Rule 4.2."""
    buyers = await network.shelved(5)
    before = await network.order(buyers[0])
    await network.close_on(SUNDAY)
    assert await network.recalculation().run() == 5
    for buyer in buyers:
        storage = (await network.order(buyer)).storage
        assert storage is not None
        assert before.storage is not None
        assert storage.deadline_at == before.storage.deadline_at + DAY
    assert await network.moved() == {buyer.number: 1 for buyer in buyers}
    assert await network.listed() == []
    assert await network.recalculation().run() == 0


async def test_an_order_on_its_way_is_promised_for_the_next_open_day(network: Network) -> None:
    """Rule 4.1."""
    paid, issued = network.shop.buyer(), network.shop.buyer()
    await network.engine.submit_all([paid.place(), paid.pay()])
    await network.engine.submit_all([*issued.until_shelved(), issued.hand_over()])
    await network.close_on(TUESDAY)
    assert await network.recalculation().run() == 1
    promise = (await network.order(paid)).promise
    assert promise is not None
    assert promise.promised_for == TUESDAY + DAY


async def test_a_warehouse_takes_its_orders_with_it(network: Network) -> None:
    """Rule 4.1."""
    paid = network.shop.buyer()
    await network.engine.submit_all([paid.place(), paid.pay()])
    shut = ExceptionalDay((), "учёт")
    today = network.shop.clock().date()
    timetable = structs.replace(WAREHOUSES["KZN"].timetable, exceptions={today: shut})
    depot = structs.replace(WAREHOUSES["KZN"], timetable=timetable)
    await network.directory.put_warehouse(depot, network.shop.clock())
    network.shop.clock.wait(seconds=5)
    assert await network.recalculation().run() == 1
    promise = (await network.order(paid)).promise
    assert promise is not None
    assert promise.promised_for == TUESDAY + DAY


async def test_a_new_point_concerns_nobody_and_a_changed_one_settles_first(
    network: Network,
) -> None:
    assert await network.listed() == []
    await network.shelved(1)
    await network.directory.put_point(closed_on(SUNDAY), network.shop.clock())
    assert await network.recalculation().run() == 0
    assert await network.listed() == ["KZN-1"]
    network.shop.clock.wait(seconds=3)
    assert await network.recalculation().run() == 1


async def test_nothing_is_lost_when_the_program_ends_in_the_middle(network: Network) -> None:
    buyers = await network.shelved(5)
    await network.close_on(SUNDAY)
    first = network.recalculation()
    first.job.stop()
    assert await first.run() == 0
    gone = network.new_engine()
    await gone.close()
    with pytest.raises(EngineClosed):
        await network.recalculation(gone).run()
    assert await network.listed() == ["KZN-1"]
    assert await network.recalculation().run() == 5
    assert await network.moved() == {buyer.number: 1 for buyer in buyers}


async def test_two_processes_at_once_move_each_deadline_once(network: Network) -> None:
    buyers = await network.shelved(6)
    await network.close_on(SUNDAY)
    other = network.new_engine()
    await asyncio.gather(network.recalculation().run(), network.recalculation(other, page=3).run())
    await other.close()
    assert await network.moved() == {buyer.number: 1 for buyer in buyers}
    assert await network.listed() == []


async def test_a_point_changed_once_more_begins_again(network: Network) -> None:
    await network.shelved(3)
    await network.close_on(SUNDAY)
    place, *_ = await network.places.changed_places(network.shop.clock(), 10)
    page = await network.places.running_orders(place, 2)
    await network.directory.put_point(closed_on(SUNDAY, SUNDAY - DAY), network.shop.clock())
    halfway = structs.replace(
        place, after_placed_at=page[-1].placed_at, after_number=page[-1].number
    )
    await network.places.advance(halfway)
    await network.places.finish(halfway)
    network.shop.clock.wait(seconds=5)
    again, *_ = await network.places.changed_places(network.shop.clock(), 10)
    assert (again.version, again.after_number) == (place.version + 1, None)
    assert await network.recalculation().run() == 3


class FaultyJournal(PostgresJournal):
    """A journal that cannot read one order."""

    unreadable: str = ""

    async def load(  # pyright: ignore[reportImplicitOverride]
        self,
        lane: int,
        numbers: Sequence[str],
        command_ids: Sequence[UUID],
        identities: Sequence[IdentityKey] = (),
    ) -> BatchFacts:
        if self.unreadable in numbers:
            raise ValueError(self.unreadable)
        return await super().load(lane, numbers, command_ids, identities)


async def test_an_order_that_fails_holds_up_no_other_and_keeps_its_place_listed(
    network: Network,
) -> None:
    buyers = await network.shelved(5)
    await network.close_on(SUNDAY)
    journal = FaultyJournal(network.pool)
    journal.unreadable = buyers[2].number
    engine = network.new_engine(journal)
    with pytest.raises(RecalculationFailed, match="KZN-1"):
        await network.recalculation(engine).run()
    assert len(await network.moved()) == 4
    assert await network.listed() == ["KZN-1"]
    journal.unreadable = ""
    assert await network.recalculation(engine).run() == 1
    await engine.close()
    assert await network.listed() == []


async def test_a_place_whose_order_fails_for_good_holds_up_no_other_and_is_given_up(
    network: Network,
) -> None:
    broken, sound = network.shop.buyer(), network.shop.buyer()
    await network.engine.submit_all(broken.until_shelved())
    steps = sound.until_shelved()[2:]
    at_lake = sound.place(delivery=Pickup(LAKE.code))
    await network.engine.submit_all([at_lake, sound.pay(), *steps])
    await network.close_on(SUNDAY)
    await network.directory.put_point(closed_on(SUNDAY, of=LAKE), network.shop.clock())
    network.shop.clock.wait(seconds=5)
    journal = FaultyJournal(network.pool)
    journal.unreadable = broken.number
    engine = network.new_engine(journal)
    recalculation = network.recalculation(engine)
    with pytest.raises(RecalculationFailed, match="KZN-1"):
        await recalculation.run()
    assert await network.moved() == {sound.number: 1}
    assert await network.listed() == ["KZN-1"]
    for _ in range(SCANS_MAX - 1):
        with pytest.raises(RecalculationFailed, match="KZN-1"):
            await recalculation.run()
    assert await network.listed() == []
    assert await recalculation.run() == 0
    await engine.close()
