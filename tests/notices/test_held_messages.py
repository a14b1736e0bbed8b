"""Orders that become ready one after the other are told together, whatever fails meanwhile."""

import asyncio
from datetime import timedelta

from gotovo.notices.attempts import GIVE_UP
from gotovo.notices.channels.port import ChannelUnavailable
from gotovo.notices.planning import HOLD
from gotovo.notices.routes.route import Letter
from gotovo.notices.rules import RULES, ChannelName, Purpose
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values.order import Order, Pickup
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.messages.messages import MessageState
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast
from tests.support.web.goods import LAMP
from tests.support.web.sample_orders.closed_orders import partly_issued
from tests.support.web.sample_orders.open_orders import ready

SECONDS = HOLD.total_seconds()


async def ready_at(cast: Cast, point: str) -> Order:
    order = await cast.place(ALINA, NOW - DAY, LAMP, delivery=Pickup(point))
    return await cast.shelve(await cast.send(order, NOW - DAY + HOUR), NOW - 5 * HOUR)


def told(letter: Letter) -> list[str]:
    """Return the numbers that a message names, in its order."""
    text = letter.text.replace("\xa0", "")
    return [line.partition(",")[0] for line in text.split("\n") if "код" in line]


async def test_a_third_order_joins_two_whose_attempt_failed_under_the_same_id(
    desk: MessageDesk, cast: Cast
) -> None:
    """Rule 4.10."""
    orders = [await ready(cast), await ready(cast)]
    await desk.plan(hold_seconds=SECONDS)
    route = FaultyRoute(ChannelUnavailable("no line"))
    delivery = desk.delivery({ChannelName.SMS: route})
    desk.clock.now += HOUR
    await delivery.send_due()
    assert len(desk.failures) == 1
    orders.append(await ready_at(cast, "KZN-1"))
    await desk.plan(hold_seconds=SECONDS)
    route.error = None
    desk.clock.now += HOUR
    await delivery.send_due()
    (letter,) = route.sent
    assert letter.id == route.ids[0]
    assert sorted(told(letter)) == sorted(order.number for order in orders)
    for order in orders:
        assert await desk.states(order) == [("ready", MessageState.DELIVERED)]


async def test_an_attempt_has_the_same_id_in_whatever_order_its_messages_are_read(
    desk: MessageDesk, cast: Cast
) -> None:
    for _ in range(4):
        await ready(cast)
    await desk.plan(hold_seconds=SECONDS)
    route = FaultyRoute(ChannelUnavailable("no line"))
    delivery = desk.delivery({ChannelName.SMS: route})
    for _ in range(5):
        desk.clock.now += HOUR
        await delivery.send_due()
    assert len(route.ids) == 5
    assert len(set(route.ids)) == 1


async def test_orders_at_different_points_are_told_apart(desk: MessageDesk, cast: Cast) -> None:
    for point in ("KZN-1", "EKB-1"):
        await ready_at(cast, point)
    await desk.plan(hold_seconds=SECONDS)
    route = FaultyRoute()
    desk.clock.now += HOUR
    await desk.delivery({ChannelName.SMS: route}).send_due()
    assert len(route.sent) == 2
    assert not any("2 заказа" in letter.text.replace("\xa0", " ") for letter in route.sent)


async def test_an_order_cancelled_while_it_is_held_is_told_as_cancelled_alone(
    desk: MessageDesk, cast: Cast
) -> None:
    kept, closed = await ready(cast), await ready(cast)
    await desk.plan(hold_seconds=SECONDS)
    await cast.step(closed, Cancel(), NOW)
    await desk.plan(hold_seconds=SECONDS)
    route = FaultyRoute()
    desk.clock.now += HOUR
    await desk.delivery({ChannelName.SMS: route}).send_due()
    assert sorted((x.number, x.purpose) for x in route.sent) == sorted(
        [(kept.number, "ready"), (closed.number, "cancelled")]
    )
    assert await desk.states(closed) == [
        ("ready", MessageState.DROPPED),
        ("cancelled", MessageState.DELIVERED),
    ]


async def test_a_new_order_is_not_lost_to_one_whose_receipt_does_not_come(
    desk: MessageDesk, cast: Cast
) -> None:
    """The first gets no second channel, and the other is tried through the only one."""
    first = await ready(cast)
    await desk.plan(hold_seconds=SECONDS)
    route = FaultyRoute(has_receipts=True)
    delivery = desk.delivery({ChannelName.SMS: route})
    desk.clock.now += HOUR
    await delivery.send_due()
    second = await ready(cast)
    await desk.plan(hold_seconds=SECONDS)
    desk.clock.now += RULES[Purpose.READY].arrives_within + timedelta(minutes=5)
    await delivery.send_due()
    assert [letter.number for letter in route.sent] == [first.number, second.number]
    assert await desk.states(second) == [("ready", MessageState.SENT)]


async def test_several_planners_and_a_restart_in_between_make_one_message_a_fact(
    desk: MessageDesk, cast: Cast, journal: PostgresJournal
) -> None:
    """Rule 4.10: the second page is read by some before, by others after a restart."""
    orders = [await ready(cast), await ready(cast)]
    events = await journal.feed(0, 0, 1_000)
    half = len(events) // 2
    planners = [desk.planner(hold_seconds=SECONDS) for _ in range(4)]
    await asyncio.gather(*(planner(events[:half]) for planner in planners))
    await asyncio.gather(*(planner(events) for planner in planners[:2]))
    route = FaultyRoute()
    delivery = desk.delivery({ChannelName.SMS: route})
    desk.clock.now += HOUR
    await delivery.send_due()
    restarted = desk.planner(hold_seconds=SECONDS)
    await asyncio.gather(restarted(events), planners[3](events))
    desk.clock.now += HOUR
    await delivery.send_due()
    (letter,) = route.sent
    assert sorted(told(letter)) == sorted(order.number for order in orders)


async def test_what_is_older_than_three_days_is_told_to_nobody_but_that_an_order_waits(
    desk: MessageDesk, cast: Cast
) -> None:
    """Messages may be switched on long after the first order."""
    refunded, waiting = await partly_issued(cast), await ready(cast)
    await desk.plan()
    route = FaultyRoute()
    desk.clock.now += GIVE_UP + HOUR
    await desk.delivery({ChannelName.SMS: route}).send_due()
    assert [(x.number, x.purpose) for x in route.sent] == [(waiting.number, "ready")]
    records = await desk.messages.of_order(refunded.number, refunded.customer)
    assert {record.purpose: record.reason for record in records} == {
        "ready": "overtaken",
        "refund_started": "overtaken",
        "refunded": "too old",
    }
