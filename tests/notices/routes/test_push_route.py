"""A letter goes to all browsers of a buyer, and another way when none of them shows it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import asyncpg
import pytest

from gotovo.notices.channels.port import ReceiptRequest
from gotovo.notices.channels.push.shown_tokens import PUSH_RECEIPTS_PATH
from gotovo.notices.delivery import MessageDelivery
from gotovo.notices.receipts import ReceiptDesk
from gotovo.notices.routes.push_route import SHOWN_WITHIN, PushRoute
from gotovo.notices.routes.route import Route
from gotovo.notices.rules import ChannelName
from gotovo.order.steps.code_renewal import RenewCode
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.values.order import Order
from gotovo.store.tables.messages.messages import MessageRecord, MessageState
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.notices.push_stage import PushStage
from tests.support.web.cast import HOUR, Cast, code_of
from tests.support.web.sample_orders.open_orders import ready

MINUTE = timedelta(minutes=1)


class Buyer:
    """A buyer with browsers, a phone that gets SMS, and what became of the messages."""

    def __init__(self, desk: MessageDesk, push: PushStage, *, has_sms: bool = True) -> None:
        self.sms = FaultyRoute()
        after: Mapping[ChannelName, Route] = {ChannelName.SMS: self.sms} if has_sms else {}
        routes: dict[ChannelName, Route] = {
            ChannelName.PUSH: PushRoute(push.channel, push.store, desk.clock, after)
        }
        if has_sms:
            routes[ChannelName.SMS] = self.sms
        self.delivery: MessageDelivery = desk.delivery(routes)
        self._receipts = ReceiptDesk(desk.messages, tuple(routes), desk.clock)
        self._desk = desk
        self._push = push

    async def told(self, after: timedelta = MINUTE) -> None:
        """Send what is due then."""
        self._desk.clock.now += after
        await self.delivery.send_due()

    async def sees(self, name: str) -> int:
        """Let a browser say that it has shown its last message; return how many that settled."""
        token = self._push.shown(name)[-1]["shown"].encode()
        request = ReceiptRequest(method="POST", path=PUSH_RECEIPTS_PATH, body=token)
        receipts = self._push.channel.receipts(request)
        return await self._receipts.take(ChannelName.PUSH, receipts)

    async def record(self, order: Order) -> MessageRecord:
        """Return the last message about an order."""
        return (await self._desk.messages.of_order(order.number, order.customer))[-1]


@pytest.fixture
async def order(desk: MessageDesk, cast: Cast) -> Order:
    """Give an order whose ready message is due."""
    order = await ready(cast)
    await desk.plan()
    return order


async def test_all_browsers_get_it_each_in_its_language_and_one_that_shows_it_settles_it(
    desk: MessageDesk, push: PushStage, order: Order
) -> None:
    """Rule 4.10."""
    await push.subscribes(order.customer, "phone")
    await push.subscribes(order.customer, "laptop", language="en")
    buyer = Buyer(desk, push)
    await buyer.told()
    assert [len(push.shown(name)) for name in ("phone", "laptop")] == [1, 1]
    assert push.shown("laptop")[0]["title"] == "Your order is ready for pick-up"
    assert push.shown("phone")[0]["path"] == f"/orders/{order.number}"
    record = await buyer.record(order)
    assert (record.channel, record.state) == ("push", MessageState.SENT)
    assert record.text is not None
    assert record.text.startswith("Заказ готов к выдаче")
    assert await buyer.sees("laptop") == 1
    assert await buyer.sees("phone") == 0, "it is settled"
    assert (await buyer.record(order)).state is MessageState.DELIVERED
    await buyer.told(HOUR)
    assert buyer.sms.tries == 0


async def test_what_nobody_has_shown_in_time_goes_by_sms_and_once(
    desk: MessageDesk, push: PushStage, order: Order
) -> None:
    """Rule 4.10: what the hand-over needs does not rest on a notification that nobody saw."""
    await push.subscribes(order.customer, "phone")
    buyer = Buyer(desk, push)
    await buyer.told()
    await buyer.told(SHOWN_WITHIN - MINUTE)
    assert buyer.sms.tries == 0
    await buyer.told(2 * MINUTE)
    (letter,) = buyer.sms.sent
    assert re.search(r"\d{3}\s\d{3}", letter.text), "the code is in the SMS"
    assert await buyer.sees("phone") == 0, "too late to matter"
    record = await buyer.record(order)
    assert (record.channel, record.state) == ("sms", MessageState.DELIVERED)
    await buyer.told(HOUR)
    assert (len(push.shown("phone")), buyer.sms.tries) == (1, 1)


async def test_a_lock_screen_shows_no_code(
    desk: MessageDesk, push: PushStage, cast: Cast, order: Order
) -> None:
    await push.subscribes(order.customer, "phone")
    buyer = Buyer(desk, push)
    await buyer.told()
    renewed = await cast.step(order, RenewCode(), desk.clock.now)
    await desk.plan()
    await buyer.told(2 * MINUTE)
    said = push.shown("phone")
    assert len(said) == 2
    for seen in said:
        digits = re.sub(r"\s", "", seen["title"] + seen["body"].replace(seen["tag"], ""))
        assert code_of(order) not in digits.replace(order.number, "")
        assert code_of(renewed) not in digits.replace(order.number, "")


async def test_a_hand_over_under_way_waits_a_minute_for_an_unseen_notification(
    desk: MessageDesk, push: PushStage, cast: Cast, order: Order
) -> None:
    """Rule 4.3."""
    await push.subscribes(order.customer, "phone")
    buyer = Buyer(desk, push)
    await buyer.told()
    assert await buyer.sees("phone") == 1
    await cast.step(order, OpenHandover(code_of(order)), desk.clock.now)
    await desk.plan()
    await buyer.told(2 * MINUTE)
    (last,) = push.service.messages("phone")[1:]
    assert (last.headers["urgency"], last.headers["ttl"]) == ("high", "60")
    await buyer.told(MINUTE)
    assert [letter.purpose for letter in buyer.sms.sent] == ["being_issued"]


async def test_a_hand_over_under_way_does_not_wait_for_a_service_that_is_down(
    desk: MessageDesk, push: PushStage, cast: Cast, order: Order
) -> None:
    """Rule 4.3."""
    buyer = Buyer(desk, push)
    await buyer.told()
    await push.subscribes(order.customer, "phone", 503)
    await cast.step(order, OpenHandover(code_of(order)), desk.clock.now)
    await desk.plan()
    await buyer.told(2 * MINUTE)
    await buyer.told(timedelta(seconds=1))
    assert [letter.purpose for letter in buyer.sms.sent] == ["ready", "being_issued"]
    assert len(push.service.messages("phone")) == 1


async def test_where_nothing_follows_the_service_keeps_it_until_the_storage_ends(
    desk: MessageDesk, push: PushStage, order: Order
) -> None:
    assert order.storage is not None
    await push.subscribes(order.customer, "phone")
    buyer = Buyer(desk, push, has_sms=False)
    await buyer.told()
    (seen,) = push.service.messages("phone")
    left = order.storage.deadline_at - desk.clock.now
    assert abs(int(seen.headers["ttl"]) - left.total_seconds()) <= 1
    await buyer.told(HOUR)
    assert (await buyer.record(order)).state is MessageState.SENT
    assert await buyer.sees("phone") == 1, "it was switched off, and shows it late"


async def test_browsers_that_are_gone_are_forgotten_and_the_others_are_told(
    desk: MessageDesk, push: PushStage, order: Order
) -> None:
    await push.subscribes(order.customer, "old", 410)
    await push.subscribes(order.customer, "broken", 500)
    await push.subscribes(order.customer, "phone")
    buyer = Buyer(desk, push)
    await buyer.told()
    assert len(push.shown("phone")) == 1
    assert await push.known(order.customer) == ["broken", "phone"]
    assert (await buyer.record(order)).state is MessageState.SENT


@pytest.mark.parametrize("status", [404, 410, 400, 413])
async def test_where_no_browser_is_left_the_letter_goes_another_way_at_once(
    desk: MessageDesk, push: PushStage, order: Order, status: int
) -> None:
    """Rule 4.10."""
    await push.subscribes(order.customer, "phone", status)
    buyer = Buyer(desk, push)
    await buyer.told()
    await buyer.told(timedelta(seconds=1))
    assert buyer.sms.tries == 1
    assert len(push.service.messages("phone")) == 1
    kept = [] if status in {404, 410} else ["phone"]
    assert await push.known(order.customer) == kept


async def test_a_service_that_is_down_is_tried_again_after_the_wait_it_asks_for(
    desk: MessageDesk, push: PushStage, order: Order
) -> None:
    await push.subscribes(order.customer, "phone", 503, retry_after="180")
    buyer = Buyer(desk, push)
    for _ in range(3):
        await buyer.told()
    assert len(push.service.messages("phone")) == 1
    push.service.endpoint("phone", 201)
    await buyer.told()
    assert len(push.service.messages("phone")) == 2
    assert await buyer.sees("phone") == 1


async def test_a_buyer_without_browsers_is_told_as_before(
    desk: MessageDesk, push: PushStage, order: Order
) -> None:
    buyer = Buyer(desk, push)
    await buyer.told()
    assert [letter.number for letter in buyer.sms.sent] == [order.number]
    assert push.service.requests == []


async def test_what_nobody_has_shown_before_the_quiet_hours_waits_for_the_morning(
    desk: MessageDesk, push: PushStage, order: Order
) -> None:
    """Rule 4.10."""
    await push.subscribes(order.customer, "phone")
    buyer = Buyer(desk, push)
    await buyer.told(datetime.fromisoformat("2026-11-22T20:55+03:00") - desk.clock.now)
    assert len(push.shown("phone")) == 1
    await buyer.told(HOUR)
    assert buyer.sms.tries == 0
    await buyer.told(12 * HOUR)
    assert buyer.sms.tries == 1


async def test_several_orders_are_one_notification_that_opens_the_list(
    desk: MessageDesk, push: PushStage, cast: Cast
) -> None:
    """Rule 4.10."""
    orders = [await ready(cast), await ready(cast)]
    await desk.plan(hold_seconds=60)
    await push.subscribes(orders[0].customer, "phone")
    buyer = Buyer(desk, push)
    await buyer.told(HOUR)
    (said,) = push.shown("phone")
    assert said["title"].replace("\xa0", " ") == "2 заказа готовы к выдаче"
    assert said["path"] == "/orders"
    assert await buyer.sees("phone") == 2


async def test_who_has_the_number_now_is_shown_no_order_of_who_had_it_before(
    desk: MessageDesk, push: PushStage, order: Order, pool: asyncpg.Pool
) -> None:
    """Their session does not open it: its number on their screen is one too many."""
    await push.subscribes(order.customer, "phone")
    await pool.execute("update session set orders_since = $1", order.placed_at + MINUTE)
    buyer = Buyer(desk, push)
    await buyer.told()
    assert push.shown("phone") == []
    assert [letter.number for letter in buyer.sms.sent] == [order.number]
    await pool.execute("update session set orders_since = $1", order.placed_at)
    assert len(await push.store.living(order.customer, desk.clock(), order.placed_at)) == 1
