"""What a channel tells of a message that it took, and what follows."""

import asyncio
from collections.abc import Sequence

import pytest
from typing_extensions import override

from gotovo.notices.channels.port import DeliveryState, Receipt, Sent
from gotovo.notices.receipts import ReceiptDesk
from gotovo.notices.routes.route import Letter
from gotovo.notices.rules import RULES, ChannelName, Purpose
from gotovo.order.values.order import Order
from gotovo.store.tables.messages.messages import BuyerMessage, MessageState, MessageStore
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


class LookedUp(MessageStore):
    """Tells when a receipt's message was first looked up."""

    def __init__(self, messages: MessageStore) -> None:
        super().__init__(messages._pool)
        self.event = asyncio.Event()

    @override
    async def sent(self, channel: str, provider_id: str) -> Sequence[BuyerMessage]:
        found = await super().sent(channel, provider_id)
        self.event.set()
        return found


class HastyRoute(FaultyRoute):
    """A way whose receipt comes, and is looked up, before its response."""

    def __init__(self, desk: MessageDesk) -> None:
        super().__init__(has_receipts=True)
        self._store = LookedUp(desk.messages)
        self._desk = ReceiptDesk(self._store, (ChannelName.SMS,), desk.clock)
        self.receipt: asyncio.Task[int] | None = None

    @override
    async def send(self, letter: Letter) -> Sent:
        sent = await super().send(letter)
        receipts = [Receipt(sent.provider_id, DeliveryState.DELIVERED)]
        self.receipt = asyncio.create_task(self._desk.take(ChannelName.SMS, receipts))
        await self._store.event.wait()
        return sent


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


async def test_a_receipt_that_is_faster_than_the_response_is_not_lost(
    desk: MessageDesk, cast: Cast
) -> None:
    """A gateway on the same machine calls back before its response was stored."""
    order = await ready(cast)
    await desk.plan()
    route = HastyRoute(desk)
    desk.clock.now += HOUR / 60
    await desk.delivery({ChannelName.SMS: route}).send_due()
    assert route.receipt is not None
    assert await route.receipt == 1
    assert await desk.states(order) == [("ready", MessageState.DELIVERED)]


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
