"""The contract of a journal towards timers, followers and housekeeping, on every journal."""

from datetime import timedelta

import pytest

from gotovo.engine.engine import Engine
from gotovo.order.steps.handover_opening import OpenHandover
from tests.support.engine.cast import Buyer, Shop

HOME = 77


@pytest.fixture
def engine(shop: Shop) -> Engine:
    return shop.engine()


@pytest.fixture
def anna(shop: Shop) -> Buyer:
    return shop.buyer(HOME)


async def test_due_orders_come_in_pages_the_longest_overdue_first(
    shop: Shop, engine: Engine
) -> None:
    buyers = [shop.buyer(HOME) for _ in range(5)]
    for buyer in buyers:
        await engine.submit(buyer.place())
        shop.clock.wait(minutes=1)
    journal = shop.journal
    assert await journal.due(shop.clock(), None, 10, []) == []
    later = shop.clock() + timedelta(days=1)
    first = await journal.due(later, None, 3, [])
    second = await journal.due(later, first[-1], 3, [])
    assert [x.number for x in (*first, *second)] == [b.number for b in buyers]
    assert {(x.what, x.version) for x in first} == {("payment-expiry", 1)}
    assert await journal.due(later, None, 10, ["payment-expiry"]) == []
    assert await journal.count_due(later, "payment-expiry", 4) == 4
    assert await journal.count_due(later, "payment-expiry", 9) == 5
    assert await journal.count_due(later, "lateness", 9) == 0


async def test_an_order_whose_step_was_put_off_is_due_when_its_state_says(
    shop: Shop, engine: Engine
) -> None:
    """Between orders that are due it is not told, and then in its turn."""
    early, paid, late = (shop.buyer(HOME) for _ in range(3))
    for buyer in (early, paid, late):
        await engine.submit(buyer.place())
        shop.clock.wait(minutes=1)
    outcome = await engine.submit(paid.pay())
    assert outcome.order is not None
    assert outcome.order.promise is not None
    promised_until = outcome.order.promise.promised_until
    journal, expired_at = shop.journal, shop.clock() + timedelta(days=1)
    assert promised_until is not None
    assert promised_until > expired_at
    found = await journal.due(expired_at, None, 10, [])
    assert [x.number for x in found] == [early.number, late.number]
    for _ in range(2):
        (second,) = await journal.due(expired_at, found[0], 10, [])
        assert second.number == late.number
    assert await journal.due(promised_until - timedelta(seconds=1), found[1], 10, []) == []
    (told,) = await journal.due(promised_until, found[1], 10, [])
    assert (told.number, told.at, told.what) == (paid.number, promised_until, "lateness")


async def test_what_is_due_earlier_than_before_is_told_in_time(shop: Shop, engine: Engine) -> None:
    buyer = shop.buyer(HOME)
    for submission in buyer.until_shelved():
        await engine.submit(submission)
    journal = shop.journal
    (before,) = await journal.due(shop.clock() + timedelta(days=30), None, 10, [])
    await engine.submit(buyer.ask(OpenHandover(code=buyer.code())))
    (told,) = await journal.due(shop.clock() + timedelta(hours=1), None, 10, [])
    assert told.what == "handover-timeout"
    assert told.at < before.at
    assert await journal.count_due(told.at, told.what, 9) == 1


async def test_a_tally_adds_up_by_day(shop: Shop) -> None:
    today = shop.clock().date()
    yesterday = today - timedelta(days=1)
    for day, count in ((today, 2), (yesterday, 5), (today, 3)):
        await shop.journal.add_to_tally("storage-expiry", day, count)
    tallies = shop.journal.tallies
    assert dict(await tallies("storage-expiry", yesterday)) == {today: 5, yesterday: 5}
    assert dict(await tallies("storage-expiry", today)) == {today: 5}
    assert dict(await tallies("lateness", yesterday)) == {}


async def test_the_feed_has_every_event_once_and_in_order(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    boris = shop.buyer(HOME)
    await engine.submit_all([*anna.until_shelved(), *boris.until_shelved()])
    lane = shop.lane_of(anna.number)
    whole = await shop.journal.feed(lane, 0, 1_000)
    assert [x.position for x in whole] == list(range(1, len(whole) + 1))
    pages = [
        x for after in range(0, len(whole), 3) for x in await shop.journal.feed(lane, after, 3)
    ]
    assert pages == list(whole)
    of_anna = tuple(x.event for x in whole if x.event.number == anna.number)
    assert of_anna == (await shop.journal.histories(lane, [anna.number]))[anna.number]
    assert {x.customer for x in whole} == {anna.customer, boris.customer}


async def test_a_follower_moves_on_from_where_it_stands_and_from_nowhere_else(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    lane = shop.lane_of(anna.number)
    assert await shop.journal.backlogs("charts", 10) == []
    await engine.submit_all([anna.place(), anna.pay()])
    (behind,) = await shop.journal.backlogs("charts", 10)
    assert (behind.lane, behind.after, behind.head) == (lane, 0, 2)
    assert await shop.journal.advance("charts", lane, 0, 1)
    assert not await shop.journal.advance("charts", lane, 0, 2)
    (behind,) = await shop.journal.backlogs("charts", 10)
    assert behind.after == 1
    assert await shop.journal.advance("charts", lane, 1, 2)
    assert await shop.journal.backlogs("charts", 10) == []
    assert len(await shop.journal.backlogs("messages", 10)) == 1


async def test_only_records_from_before_the_instant_are_deleted(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    old, young = anna.place(), anna.pay()
    await engine.submit(old)
    shop.clock.wait(days=1)
    await engine.submit(young)
    assert await shop.journal.delete_records(shop.clock() - timedelta(hours=1), 100) == 1
    lane = shop.lane_of(anna.number)
    left = await shop.journal.load(lane, [], [old.command_id, young.command_id], [])
    assert list(left.records) == [young.command_id]
