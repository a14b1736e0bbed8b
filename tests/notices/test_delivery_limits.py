"""Limits of a channel put messages off: that is no attempt, and what takes too long falls over."""

from datetime import timedelta

from gotovo.notices.channels.port import AllowanceSpent, ChannelBusy, ChannelUnavailable
from gotovo.notices.rules import ChannelName
from gotovo.store.tables.messages.messages import MessageState
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.web.cast import HOUR, Cast
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
