"""Timers: what falls due happens once, whichever timer sweeps; a mass of expiries is stopped."""

import asyncio
from collections import Counter
from datetime import date, timedelta

import pytest
from msgspec import structs

from gotovo.engine.background.memory_holds import MemoryTimerHolds
from gotovo.engine.background.ports import Hold
from gotovo.engine.background.timers import Timers, TimerTerms
from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine
from gotovo.engine.memory import MemoryJournal
from gotovo.engine.ports import JournalUnreachable
from gotovo.order.deadlines import BRAKED_KIND, next_due
from gotovo.order.steps.correction import Correct
from gotovo.order.values.order import Order, Reason, Stage
from tests.support.engine.cast import Buyer, Shop, level
from tests.support.order.cast import SECRET, WAREHOUSES
from tests.support.order.changed_points import closed_on

SUNDAY = date(2026, 11, 29)


async def order_of(shop: Shop, buyer: Buyer) -> Order:
    lane = shop.lane_of(buyer.number)
    loaded = await shop.journal.load(lane, [buyer.number], [], [])
    return loaded.orders[buyer.number].order


async def shelve(shop: Shop, engine: Engine, count: int) -> list[Buyer]:
    """Put so many orders on the shelf and let their last reminder be over."""
    buyers = [shop.buyer() for _ in range(count)]
    for buyer in buyers:
        await engine.submit_all(buyer.until_shelved())
    return buyers


class ShopTimers(Timers):
    """Timers with the holds that only they have."""

    def __init__(self, shop: Shop, engine: Engine, terms: TimerTerms) -> None:
        self.holds = MemoryTimerHolds()
        super().__init__(engine, shop.journal, self.holds, shop.clock, terms=terms)

    @property
    def brake(self) -> Hold | None:
        return next((hold for hold in self.held if hold.what == BRAKED_KIND), None)


def timers_of(shop: Shop, engine: Engine, page: int = 256, floor: int = 3) -> ShopTimers:
    return ShopTimers(shop, engine, TimerTerms(page=page, brake_floor=floor))


async def live(shop: Shop, timers: Timers, days: int) -> None:
    """Let days pass, sweeping every hour, which never falls in the middle of anything here."""
    for _ in range(days * 24):
        shop.clock.wait(hours=1)
        while await timers.sweep():
            pass


async def test_an_unpaid_order_is_closed_when_its_time_is_over(shop: Shop) -> None:
    engine, buyer = shop.engine(), shop.buyer()
    timers = timers_of(shop, engine)
    await engine.submit(buyer.place())
    shop.clock.wait(hours=23, minutes=59)
    assert await timers.sweep() == 0
    shop.clock.wait(minutes=1)
    assert await timers.sweep() == 1
    order = await order_of(shop, buyer)
    assert (order.stage, order.reason) == (Stage.CANCELLED, Reason.PAYMENT_EXPIRED)
    assert await timers.sweep() == 0


async def test_nobody_comes_and_the_order_goes_back(shop: Shop) -> None:
    engine = shop.engine()
    (buyer,) = await shelve(shop, engine, 1)
    await live(shop, timers_of(shop, engine), 9)
    order = await order_of(shop, buyer)
    assert (order.stage, order.reason) == (Stage.TURNED_ROUND, Reason.NOT_COLLECTED)
    lane = shop.lane_of(buyer.number)
    events = (await shop.journal.histories(lane, [buyer.number]))[buyer.number]
    counts = Counter(event.type for event in events)
    assert counts["order.storage_expiring"] == 3
    assert counts["order.storage_expired"] == counts["refund.started"] == 1


async def test_two_timers_at_once_are_harmless(shop: Shop) -> None:
    engines = [shop.engine(), shop.engine()]
    buyers = [shop.buyer() for _ in range(30)]
    for buyer in buyers:
        await engines[0].submit(buyer.place())
    shop.clock.wait(days=1)
    both = [timers_of(shop, engine, page=7) for engine in engines]
    await asyncio.gather(*(timers.sweep() for timers in both))
    for buyer in buyers:
        order = await order_of(shop, buyer)
        assert (order.stage, order.version) == (Stage.CANCELLED, 2)
    assert [await timers.sweep() for timers in both] == [0, 0]
    assert not any(timers.stuck for timers in both)


async def test_a_command_does_not_wait_until_everything_due_is_done(shop: Shop) -> None:
    engine = shop.engine(batch=2)
    for _ in range(30):
        await engine.submit(shop.buyer().place())
    shop.clock.wait(days=1)
    is_sweeping = asyncio.Event()
    engine.on_batch(lambda _commands, _seconds: is_sweeping.set())
    sweeping = asyncio.create_task(timers_of(shop, engine).sweep())
    await is_sweeping.wait()
    await engine.submit(shop.buyer().place())
    assert engine.counts.commands < 60
    assert await sweeping == 30


async def test_an_expiry_by_an_outdated_calendar_moves_the_deadline_and_counts_as_none(
    shop: Shop,
) -> None:
    """Rule 4.2."""
    buyer, *_ = await shelve(shop, shop.engine(), 1)
    places = ({"KZN-1": closed_on(SUNDAY)}, WAREHOUSES)
    aware = Engine(shop.journal, lambda: places, Rules(SECRET), shop.clock, lane_of=shop.lane_of)
    deadline = (await order_of(shop, buyer)).storage
    assert deadline is not None
    shop.clock.now = deadline.deadline_at
    timers = timers_of(shop, aware)
    while await timers.sweep():
        pass
    order = await order_of(shop, buyer)
    assert order.outcome is None
    assert order.storage is not None
    assert order.storage.deadline_at == deadline.deadline_at + timedelta(days=1)
    assert await shop.journal.tallies(BRAKED_KIND, shop.clock().date()) == {}
    await aware.close()


async def test_more_expiries_than_usual_stop_before_they_begin(memory_shop: Shop) -> None:
    shop = memory_shop
    engine = shop.engine()
    timers = timers_of(shop, engine, floor=4)
    buyers = await shelve(shop, engine, 6)
    await live(shop, timers, 9)
    assert timers.brake is not None
    assert (timers.brake.due, timers.brake.allowed) == (5, 4)
    stages = Counter([(await order_of(shop, b)).stage for b in buyers])
    assert stages == {Stage.SHELVED: 6}


async def test_a_braked_kind_does_not_stop_the_others(memory_shop: Shop) -> None:
    shop = memory_shop
    engine = shop.engine()
    timers = timers_of(shop, engine, floor=1)
    await shelve(shop, engine, 3)
    await live(shop, timers, 9)
    assert timers.brake is not None
    unpaid = shop.buyer()
    await engine.submit(unpaid.place())
    await live(shop, timers, 2)
    assert (await order_of(shop, unpaid)).stage is Stage.CANCELLED


async def test_a_person_releases_the_brake(memory_shop: Shop) -> None:
    """What was released does not become usual, and the next mass asks again."""
    shop = memory_shop
    engine = shop.engine()
    timers = timers_of(shop, engine, floor=4)
    buyers = await shelve(shop, engine, 6)
    await live(shop, timers, 9)
    await timers.holds.release(BRAKED_KIND, shop.clock())
    assert await timers.sweep() == 6
    stages = Counter([(await order_of(shop, b)).stage for b in buyers])
    assert stages == {Stage.TURNED_ROUND: 6}
    assert timers.brake is None
    assert await shop.journal.tallies(BRAKED_KIND, shop.clock().date()) == {}
    await shelve(shop, engine, 5)
    await live(shop, timers, 9)
    assert timers.brake is not None
    assert timers.brake.due == 5


async def test_a_quarter_of_the_shelves_may_expire_in_a_day(memory_shop: Shop) -> None:
    """Of 24 orders six expire on one day; of the 18 others one is due, and waits for a person."""
    shop = memory_shop
    engine = shop.engine()
    timers = timers_of(shop, engine)
    early = await shelve(shop, engine, 6)
    shop.clock.wait(days=2)
    late = await shelve(shop, engine, 18)
    deadline = (await order_of(shop, early[0])).storage
    assert deadline is not None
    while shop.clock.now < deadline.deadline_at:
        shop.clock.wait(hours=1)
        await timers.sweep()
    while await timers.sweep():
        pass
    assert timers.brake is None
    stages = Counter([(await order_of(shop, buyer)).stage for buyer in early])
    assert stages == {Stage.TURNED_ROUND: 6}
    tallies = await shop.journal.tallies(BRAKED_KIND, shop.clock().date())
    assert list(tallies.values()) == [6]
    await live(shop, timers, 4)
    assert timers.brake is not None
    assert timers.brake.allowed == 18 // 4
    stages = Counter([(await order_of(shop, buyer)).stage for buyer in late])
    assert stages == {Stage.SHELVED: 18}


async def test_a_small_network_is_braked_as_well(memory_shop: Shop) -> None:
    """All 63 ready orders were due at once after a wrong clock, and expired."""
    shop = memory_shop
    engine = shop.engine()
    timers = timers_of(shop, engine)
    buyers = await shelve(shop, engine, 63)
    shop.clock.wait(days=10)
    while await timers.sweep():
        pass
    stages = Counter([(await order_of(shop, buyer)).stage for buyer in buyers])
    assert stages == {Stage.SHELVED: 63}


async def test_an_answer_of_before_does_not_keep_a_deadline_from_acting(
    memory_shop: Shop,
) -> None:
    """A hand-over was booked on the wrong order just as it expired, and then corrected.

    The timer's command was answered while the order counted as issued; that answer is kept, and
    the order is due again for the same thing at the same instant.
    """
    shop = memory_shop
    engine = shop.engine()
    timers = timers_of(shop, engine)
    (buyer,) = await shelve(shop, engine, 1)
    due = next_due(await order_of(shop, buyer))
    while due is not None and due.what != BRAKED_KIND:
        shop.clock.now = due.at
        await timers.sweep()
        due = next_due(await order_of(shop, buyer))
    assert due is not None
    shop.clock.now = due.at
    (row,) = await shop.journal.due(shop.clock(), None, 9, [])
    issued = await engine.submit(buyer.hand_over())
    assert issued.order is not None
    await timers._submit([row], {}, shop.clock(), is_released=False)
    await engine.submit(buyer.ask(Correct(issued.version, "another order")))
    assert await timers.sweep() == 1
    assert (await order_of(shop, buyer)).stage is Stage.SHELVED
    assert await timers.sweep() == 1
    assert (await order_of(shop, buyer)).stage is Stage.TURNED_ROUND


async def test_an_order_that_nothing_helps_is_shown_and_does_not_stand_in_the_way(
    memory_shop: Shop,
) -> None:
    shop = memory_shop
    engine = shop.engine()
    journal = shop.journal
    assert isinstance(journal, MemoryJournal)
    hopeless, later = shop.buyer(), shop.buyer()
    await engine.submit(hopeless.place())
    (row,) = await journal.due(shop.clock() + timedelta(days=2), None, 9, [])
    journal._due[hopeless.number] = structs.replace(row, what="lateness")
    shop.clock.wait(minutes=1)
    await engine.submit(later.place())
    timers = timers_of(shop, engine, page=1)
    shop.clock.wait(days=1)
    assert await timers.sweep() == 2
    assert (await order_of(shop, later)).stage is Stage.CANCELLED
    assert [await timers.sweep(), await timers.sweep(), await timers.sweep()] == [1, 0, 0]
    assert [tried.due.number for tried in timers.stuck] == [hopeless.number]


async def test_an_absent_journal_is_shown_and_the_next_sweep_does_it(
    memory_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = memory_shop
    engine, buyer = shop.engine(patience_seconds=0), shop.buyer()
    timers = timers_of(shop, engine)
    await engine.submit(buyer.place())
    shop.clock.wait(days=1)
    with monkeypatch.context() as patch:

        async def away(*_: object) -> None:
            raise JournalUnreachable

        patch.setattr(shop.journal, "write", away)
        with pytest.raises(JournalUnreachable):
            await timers.sweep()
    assert await timers.sweep() == 1
    assert (await order_of(shop, buyer)).stage is Stage.CANCELLED


async def test_goods_of_an_expired_order_are_still_reserved_nowhere(shop: Shop) -> None:
    engine = shop.engine()
    await shelve(shop, engine, 2)
    await live(shop, timers_of(shop, engine), 9)
    tea = await level(shop.journal, "tea")
    assert (tea.on_hand, tea.reserved) == (996, 0)
