"""Limits of a channel put messages off: that is no attempt, and what takes too long falls over."""

from datetime import timedelta

import asyncpg

from gotovo.notices.channels.port import (
    AllowanceSpent,
    ChannelBusy,
    ChannelUnavailable,
    DeliveryState,
    Receipt,
)
from gotovo.notices.receipts import ReceiptDesk
from gotovo.notices.rules import ChannelName
from gotovo.store.tables.messages.messages import MessageState
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.web.cast import HOUR, NOW, Cast
from tests.support.web.sample_orders.open_orders import ready


async def test_waiting_for_a_channels_own_pace_is_no_attempt(desk: MessageDesk, cast: Cast) -> None:
    """It neither uses up the patience of the rule nor makes the next wait longer."""
    order = await ready(cast)
    await desk.plan()
    sms, mail = FaultyRoute(ChannelBusy(30)), FaultyRoute()
    delivery = desk.delivery({ChannelName.SMS: sms, ChannelName.MAIL: mail})
    for _ in range(40):  # Twice as long as the patience.
        desk.clock.now += timedelta(seconds=30)
        await delivery.send_due()
    assert (sms.tries, mail.tries) == (40, 0)
    sms.error = ChannelUnavailable("no line")
    desk.clock.now += timedelta(seconds=30)
    await delivery.send_due()
    sms.error = None
    desk.clock.now += timedelta(seconds=8)  # The first wait is five seconds, give or take a half.
    await delivery.send_due()
    assert [letter.number for letter in sms.sent] == [order.number]


async def test_a_channel_that_wants_to_be_left_alone_for_long_is_given_up_at_once(
    desk: MessageDesk, cast: Cast
) -> None:
    order = await ready(cast)
    await desk.plan()
    sms = FaultyRoute(AllowanceSpent("used up today", retry_after=6 * 3_600))
    mail = FaultyRoute()
    delivery = desk.delivery({ChannelName.SMS: sms, ChannelName.MAIL: mail})
    desk.clock.now += HOUR / 60
    await delivery.send_due()
    await delivery.send_due()
    assert [letter.number for letter in mail.sent] == [order.number]


async def test_without_another_channel_it_waits_until_the_limit_allows_it(
    desk: MessageDesk, cast: Cast
) -> None:
    order = await ready(cast)
    await desk.plan()
    sms = FaultyRoute(AllowanceSpent("used up today", retry_after=6 * 3_600))
    delivery = desk.delivery({ChannelName.SMS: sms})
    for _ in range(6):
        desk.clock.now += HOUR / 2
        await delivery.send_due()
    assert await desk.states(order) == [("ready", MessageState.WAITING)]
    sms.error = None
    desk.clock.now += HOUR / 2
    await delivery.send_due()
    assert [letter.number for letter in sms.sent] == [order.number]


async def test_what_could_not_be_sent_by_day_is_not_sent_in_the_night(
    desk: MessageDesk, cast: Cast
) -> None:
    """As after an evening without the program, or without the database."""
    order = await ready(cast)
    await desk.plan()
    sms = FaultyRoute()
    delivery = desk.delivery({ChannelName.SMS: sms})
    desk.clock.now = NOW + 9 * HOUR  # 23:05 in Kazan
    await delivery.send_due()
    assert (sms.tries, await desk.states(order)) == (0, [("ready", MessageState.WAITING)])
    desk.clock.now += 10 * HOUR
    await delivery.send_due()
    assert [letter.number for letter in sms.sent] == [order.number]


async def test_what_was_lost_in_the_night_goes_another_way_in_the_morning(
    desk: MessageDesk, cast: Cast
) -> None:
    order = await ready(cast)
    await desk.plan()
    sms, mail = FaultyRoute(has_receipts=True), FaultyRoute()
    delivery = desk.delivery({ChannelName.SMS: sms, ChannelName.MAIL: mail})
    await delivery.send_due()
    desk.clock.now = NOW + 9 * HOUR  # 23:05 in Kazan
    lost = Receipt(f"p-{order.number}", DeliveryState.EXPIRED)
    receipts = ReceiptDesk(desk.messages, list(ChannelName), desk.clock)
    assert await receipts.take(ChannelName.SMS, [lost]) == 1
    await delivery.send_due()
    assert mail.tries == 0
    desk.clock.now += 10 * HOUR
    await delivery.send_due()
    assert ([letter.number for letter in mail.sent], sms.tries) == ([order.number], 1)


async def test_a_receipt_that_comes_while_another_way_waits_for_the_morning_counts(
    desk: MessageDesk, cast: Cast
) -> None:
    order = await ready(cast)
    await desk.plan()
    sms, mail = FaultyRoute(has_receipts=True), FaultyRoute()
    delivery = desk.delivery({ChannelName.SMS: sms, ChannelName.MAIL: mail})
    await delivery.send_due()
    desk.clock.now = NOW + 9 * HOUR
    await delivery.send_due()
    receipts = ReceiptDesk(desk.messages, list(ChannelName), desk.clock)
    arrived = Receipt(f"p-{order.number}", DeliveryState.DELIVERED)
    assert await receipts.take(ChannelName.SMS, [arrived]) == 1
    desk.clock.now += 10 * HOUR
    await delivery.send_due()
    assert (mail.tries, await desk.states(order)) == (0, [("ready", MessageState.DELIVERED)])


async def test_a_message_that_was_taken_a_thousand_times_is_still_tried_later(
    desk: MessageDesk, cast: Cast, pool: asyncpg.Pool
) -> None:
    """Whoever takes a message and dies counts an attempt: a day of that is more than 648."""
    order = await ready(cast)
    await desk.plan()
    await pool.execute("update message set attempt = 1000 where number = $1", order.number)
    sms = FaultyRoute(ChannelUnavailable("no line"))
    delivery = desk.delivery({ChannelName.SMS: sms})
    await delivery.send_due()
    assert await desk.states(order) == [("ready", MessageState.WAITING)]
