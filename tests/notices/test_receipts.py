"""What a channel tells of a message that it took, and what follows."""

import pytest

from gotovo.notices.channels.port import DeliveryState, Receipt
from gotovo.notices.receipts import ReceiptDesk
from gotovo.notices.rules import RULES, ChannelName, Purpose
from gotovo.order.values.order import Order
from gotovo.store.tables.messages.messages import MessageState
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.web.cast import DAY, HOUR, Cast
from tests.support.web.sample_orders.open_orders import ready


class Receipts:
    """A message that was sent through a channel with receipts, and e-mail behind it."""

    def __init__(self, desk: MessageDesk, order: Order) -> None:
        self.sms, self.mail = FaultyRoute(has_receipts=True), FaultyRoute()
        self.delivery = desk.delivery({ChannelName.SMS: self.sms, ChannelName.MAIL: self.mail})
        self._desk = desk
        self._order = order
        self._takes = ReceiptDesk(desk.messages, (ChannelName.SMS, ChannelName.MAIL), desk.clock)

    async def take(self, *states: DeliveryState, provider_id: str = "") -> int:
        provider_id = provider_id or f"p-{self._order.number}"
        receipts = [Receipt(provider_id, state) for state in states]
        return await self._takes.take(ChannelName.SMS, receipts)

    async def state(self) -> MessageState:
        ((_, state),) = await self._desk.states(self._order)
        return state


@pytest.fixture
async def receipts(desk: MessageDesk, cast: Cast) -> Receipts:
    """Give a ready message that a channel with receipts has taken."""
    order = await ready(cast)
    await desk.plan()
    made = Receipts(desk, order)
    desk.clock.now += HOUR / 60
    await made.delivery.send_due()
    return made


async def test_what_a_receipt_says_has_arrived_has_arrived_once(receipts: Receipts) -> None:
    assert await receipts.state() is MessageState.SENT
    states = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.SENT)
    assert await receipts.take(*states) == 1
    assert await receipts.take(DeliveryState.DELIVERED, DeliveryState.UNDELIVERED) == 0
    assert await receipts.state() is MessageState.DELIVERED


async def test_a_receipt_of_an_unknown_message_changes_nothing(receipts: Receipts) -> None:
    assert await receipts.take(DeliveryState.DELIVERED, provider_id="somebody's") == 0
    assert await receipts.state() is MessageState.SENT


@pytest.mark.parametrize("lost", [DeliveryState.UNDELIVERED, DeliveryState.EXPIRED])
async def test_what_did_not_arrive_is_sent_another_way(
    receipts: Receipts, desk: MessageDesk, lost: DeliveryState
) -> None:
    """Rule 4.10."""
    assert await receipts.take(lost) == 1
    await receipts.delivery.send_due()
    assert len(receipts.mail.sent) == 1
    assert await receipts.state() is MessageState.DELIVERED
    assert await receipts.take(DeliveryState.DELIVERED) == 0
    desk.clock.now += DAY
    assert await receipts.delivery.send_due() == 0


async def test_without_a_receipt_in_time_it_is_sent_another_way(
    receipts: Receipts, desk: MessageDesk
) -> None:
    """Rule 4.10."""
    desk.clock.now += RULES[Purpose.READY].arrives_within - HOUR / 60
    assert await receipts.delivery.send_due() == 0
    desk.clock.now += HOUR / 30
    await receipts.delivery.send_due()
    assert (receipts.sms.tries, len(receipts.mail.sent)) == (1, 1)


async def test_where_nothing_else_is_left_a_late_receipt_still_counts(
    desk: MessageDesk, cast: Cast
) -> None:
    order = await ready(cast)
    await desk.plan()
    receipts = Receipts(desk, order)
    only = desk.delivery({ChannelName.SMS: receipts.sms})
    for _ in range(3):
        desk.clock.now += 2 * HOUR
        await only.send_due()
    assert receipts.sms.tries == 1
    assert await receipts.state() is MessageState.SENT
    assert await receipts.take(DeliveryState.DELIVERED) == 1
    assert await receipts.state() is MessageState.DELIVERED
