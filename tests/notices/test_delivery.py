"""What can wait is stored in the quiet hours, and sent once at their end if it is still true."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import asyncpg
import pytest
from msgspec import structs

from gotovo.notices.attempts import DeliveryTerms
from gotovo.notices.channels.port import (
    ChannelUnavailable,
    MessageRefused,
)
from gotovo.notices.rules import RULES, ChannelName, Purpose
from gotovo.notices.settlement import settled
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.code_renewal import RenewCode
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.storage_recalculation import RecalculateStorage
from gotovo.order.values.actor import Role
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.order import Order, Pickup
from gotovo.points.timetable import every_day
from gotovo.store.tables.messages.messages import MessageOutcome, MessageState
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.web.site.dependencies import WebDependencies
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.web.buyer_phone import BuyerPhone
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast, Clock, code_of
from tests.support.web.goods import LAMP, MUG
from tests.support.web.helping import answers, asks
from tests.support.web.network import POINT, POINTS, WAREHOUSES, closed_on
from tests.support.web.sample_orders.courier_orders import with_a_courier
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.stage import teller

NIGHT = NOW + 9 * HOUR  # 23:05 in Kazan
MORNING = datetime.fromisoformat("2026-11-23T09:00+03:00")
LEASE = DeliveryTerms().lease


class Night:
    """A night in which all of this begins, and what is on the buyer's phone at its end."""

    def __init__(self, cast: Cast, clock: Clock, phone: BuyerPhone) -> None:
        self._cast = cast
        self._clock = clock
        self._phone = phone

    async def shelved(self, delivery: Pickup | None = None) -> Order:
        """Let an order become ready in the night."""
        order = await self._cast.place(ALINA, NOW - DAY, LAMP, delivery=delivery)
        order = await self._cast.send(order, NOW - DAY + HOUR)
        return await self._cast.shelve(order, NIGHT - HOUR / 2)

    async def phone(self, now: datetime) -> Sequence[PhoneMessage]:
        """Follow the journal, let the clock show a time, and return what the phone shows."""
        await self._phone.after_all_events()
        self._clock.now = now
        await self._phone.dispatcher.delivery.send_due()
        return await self._phone.shown()


@pytest.fixture
def night(cast: Cast, clock: Clock, phone: BuyerPhone) -> Night:
    """Give a night and the buyer's phone."""
    return Night(cast, clock, phone)


def purposes(messages: Sequence[PhoneMessage]) -> list[str]:
    return [message.purpose for message in messages]


async def test_the_ready_message_waits_for_the_morning_and_the_storage_with_it(
    night: Night,
) -> None:
    """Rules 4.2 and 4.10."""
    order = await night.shelved()
    assert order.ready_at is not None
    assert order.ready_at - NIGHT < timedelta(seconds=1)
    assert order.storage is not None
    assert order.storage.rule.started_at == MORNING
    assert order.storage.deadline_at == MORNING + 7 * DAY
    assert await night.phone(NIGHT + 9 * HOUR) == []
    (message,) = await night.phone(MORNING)
    assert (message.purpose, message.sent_at) == ("ready", MORNING)
    assert "Хранится до 30 ноября, 09:00" in message.text.replace("\xa0", " ")


async def test_it_is_sent_once_also_when_everything_begins_again(
    night: Night, phone: BuyerPhone, dependencies: WebDependencies, pool: asyncpg.Pool
) -> None:
    """Rule 4.10."""
    await night.shelved()
    assert await night.phone(NIGHT) == []
    phone.dispatcher = teller(dependencies, pool)
    for _ in range(3):
        assert purposes(await night.phone(MORNING)) == ["ready"]


async def test_the_zone_is_that_of_the_point(night: Night) -> None:
    await night.shelved(Pickup("EKB-1"))
    assert await night.phone(MORNING - 2 * HOUR - HOUR / 60) == []
    (message,) = await night.phone(MORNING - 2 * HOUR)
    assert message.sent_at == MORNING - 2 * HOUR


async def test_what_happens_this_minute_does_not_wait(night: Night, cast: Cast) -> None:
    """Rule 4.3."""
    order = await night.shelved()
    order = await cast.step(order, RenewCode(), NIGHT + HOUR)
    order = await cast.step(order, OpenHandover(code_of(order)), NIGHT + 2 * HOUR)
    assert purposes(await night.phone(NIGHT + 2 * HOUR)) == [
        "new_code",
        "being_issued",
    ]


async def test_a_message_that_has_waited_holds_what_is_true_then(night: Night, cast: Cast) -> None:
    order = await cast.step(await night.shelved(), RenewCode(), NIGHT + HOUR)
    code = code_of(order)
    _, message = await night.phone(MORNING)
    assert f"{code[:3]} {code[3:]}" in message.text.replace("\xa0", " ")


async def test_an_order_collected_before_the_morning_is_not_announced_as_ready(
    night: Night, cast: Cast
) -> None:
    order = await night.shelved()
    await cast.step(order, HandOver(code_of(order)), NIGHT + HOUR)
    assert await night.phone(MORNING) == []


async def test_a_cancellation_in_the_night_is_told_in_the_morning(night: Night, cast: Cast) -> None:
    order = await cast.pay(await cast.place(ALINA, NOW, MUG), NOW + HOUR)
    await cast.step(order, Cancel(), NIGHT)
    assert await night.phone(NIGHT) == []
    (message,) = await night.phone(MORNING)
    assert (message.purpose, message.sent_at) == ("cancelled", MORNING)


async def test_with_a_courier_the_zone_is_that_of_the_warehouse(
    night: Night, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    depot = structs.replace(
        WAREHOUSES["KZN"], timetable=every_day("Asia/Vladivostok", time(0), time(0))
    )
    monkeypatch.setitem(WAREHOUSES, "KZN", depot)
    order = await with_a_courier(cast)
    await cast.step(order, Cancel(), NOW)  # 21:05 in Vladivostok
    assert purposes(await night.phone(NOW)) == ["courier_left"]
    _, message = await night.phone(NOW + DAY)
    assert message.purpose == "cancelled"
    assert message.sent_at == datetime.fromisoformat("2026-11-23T09:00+10:00")


async def test_a_deadline_that_moved_twice_in_the_night_is_told_once(
    night: Night, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 4.10."""
    order = await ready(cast)
    monkeypatch.setitem(POINTS, POINT.code, closed_on(date(2026, 11, 25)))
    await cast.step(order, RecalculateStorage(), NIGHT, Role.SYSTEM)
    monkeypatch.setitem(POINTS, POINT.code, closed_on(date(2026, 11, 25), date(2026, 11, 26)))
    await cast.step(order, RecalculateStorage(), NIGHT + HOUR, Role.SYSTEM)
    _, message = await night.phone(MORNING)
    assert message.purpose == "storage_moved"
    assert "Хранится до 09:35 1 декабря." in message.text.replace("\xa0", " ")


async def test_a_message_that_fails_holds_up_no_other_and_is_sent_later(
    desk: MessageDesk, cast: Cast
) -> None:
    """Rule 4.10."""
    first, second = await ready(cast), await ready(cast)
    await desk.plan()
    route = FaultyRoute(ChannelUnavailable("no line"), first.number)
    delivery = desk.delivery({ChannelName.SMS: route})
    desk.clock.now += HOUR / 60
    await delivery.send_due()
    (failure,) = desk.failures
    assert str(failure).startswith(first.number)
    assert [letter.number for letter in route.sent] == [second.number]
    assert await desk.states(first) == [("ready", MessageState.WAITING)]
    route.error = None
    desk.clock.now += HOUR / 60
    await delivery.send_due()
    assert {letter.number for letter in route.sent} == {first.number, second.number}
    assert await desk.states(first) == [("ready", MessageState.DELIVERED)]


async def test_attempts_are_further_and_further_apart_and_have_one_id(
    desk: MessageDesk, cast: Cast
) -> None:
    await ready(cast)
    await desk.plan()
    route = FaultyRoute(ChannelUnavailable("no line"))
    delivery = desk.delivery({ChannelName.SMS: route})
    for _ in range(60):
        desk.clock.now += timedelta(seconds=10)
        await delivery.send_due()
    assert 4 <= route.tries <= 8


async def test_a_channel_that_names_a_time_is_not_tried_before(
    desk: MessageDesk, cast: Cast
) -> None:
    await ready(cast)
    await desk.plan()
    route = FaultyRoute(ChannelUnavailable("slow down", retry_after=300))
    delivery = desk.delivery({ChannelName.SMS: route})
    desk.clock.now += HOUR / 60
    for _ in range(5):
        await delivery.send_due()
        desk.clock.now += HOUR / 60
    assert route.tries == 1


async def test_a_refusal_by_the_only_channel_is_the_end(desk: MessageDesk, cast: Cast) -> None:
    order = await ready(cast)
    await desk.plan()
    route = FaultyRoute(MessageRefused("no such number"))
    delivery = desk.delivery({ChannelName.SMS: route})
    desk.clock.now += HOUR / 60
    await delivery.send_due()
    assert [str(x) for x in desk.failures] == [
        f"{order.number}:{order.version}: MessageRefused('no such number')"
    ]
    desk.clock.now += DAY
    assert await delivery.send_due() == 0
    (record,) = await desk.messages.of_order(order.number, order.customer)
    assert (record.state, record.channel, record.reason) == ("failed", "sms", "no such number")


async def test_two_processes_send_no_message_twice(desk: MessageDesk, cast: Cast) -> None:
    orders = [await ready(cast), await ready(cast)]
    await desk.plan()
    desk.clock.now += HOUR / 60
    routes = [FaultyRoute() for _ in range(4)]
    deliveries = [desk.delivery({ChannelName.SMS: route}) for route in routes]
    await asyncio.gather(*(delivery.send_due() for delivery in deliveries))
    sent = [letter.number for route in routes for letter in route.sent]
    assert sorted(sent) == sorted(order.number for order in orders)


async def test_what_a_process_that_died_has_taken_is_sent_by_another(
    desk: MessageDesk, cast: Cast
) -> None:
    order = await ready(cast)
    await desk.plan()
    now = desk.clock.now = desk.clock.now + HOUR / 60
    (taken,) = await desk.messages.take(now, now + LEASE, 10)
    route = FaultyRoute()
    delivery = desk.delivery({ChannelName.SMS: route})
    assert await delivery.send_due() == 0
    desk.clock.now = now + LEASE
    assert await delivery.send_due() == 1
    assert [letter.id for letter in route.sent] == [taken.id]
    late = MessageOutcome(state=MessageState.FAILED, reason="too late")
    assert not await desk.messages.finish(taken, settled(late, taken, desk.clock()))
    assert await desk.states(order) == [("ready", MessageState.DELIVERED)]


async def test_orders_ready_within_the_hold_are_one_message(desk: MessageDesk, cast: Cast) -> None:
    """Rule 4.10."""
    orders = [await ready(cast), await ready(cast)]
    await desk.plan(hold_seconds=60)
    route = FaultyRoute()
    delivery = desk.delivery({ChannelName.SMS: route})
    desk.clock.now += HOUR
    await delivery.send_due()
    (letter,) = route.sent
    text = letter.text.replace("\xa0", " ")
    assert text.startswith("Готовы заказы:\n")
    for order in orders:
        code = code_of(order)
        number = f"{order.number[:4]} {order.number[4:8]} {order.number[8:]}"
        assert f"{number}, код получения {code[:3]} {code[3:]}, до " in text
        assert await desk.states(order) == [("ready", MessageState.DELIVERED)]
    assert text.count("Баумана, 44") == 1


async def test_of_held_orders_one_that_was_collected_is_left_out(
    desk: MessageDesk, cast: Cast
) -> None:
    first, second = await ready(cast), await ready(cast)
    await desk.plan(hold_seconds=60)
    await cast.step(first, HandOver(code_of(first)), NOW)
    route = FaultyRoute()
    desk.clock.now += HOUR
    await desk.delivery({ChannelName.SMS: route}).send_due()
    (letter,) = route.sent
    assert letter.number == second.number
    assert await desk.states(first) == [("ready", MessageState.DROPPED)]


async def test_a_channel_that_is_down_longer_than_the_patience_is_given_up_for_the_next(
    desk: MessageDesk, cast: Cast
) -> None:
    """Rule 4.10."""
    order = await ready(cast)
    await desk.plan()
    sms, mail = FaultyRoute(ChannelUnavailable("no line")), FaultyRoute()
    delivery = desk.delivery({ChannelName.SMS: sms, ChannelName.MAIL: mail})
    began = desk.clock.now
    while not mail.sent and desk.clock.now < began + DAY:
        desk.clock.now += timedelta(seconds=30)
        await delivery.send_due()
    patience = RULES[Purpose.READY].patience
    assert patience < desk.clock.now - began < 3 * patience
    (record,) = await desk.messages.of_order(order.number, order.customer)
    assert (record.state, record.channel) == ("delivered", "mail")


async def test_a_refusal_sends_the_message_another_way_at_once(
    desk: MessageDesk, cast: Cast
) -> None:
    await ready(cast)
    await desk.plan()
    sms, mail = FaultyRoute(MessageRefused("no such number")), FaultyRoute()
    delivery = desk.delivery({ChannelName.SMS: sms, ChannelName.MAIL: mail})
    desk.clock.now += HOUR / 60
    await delivery.send_due()
    await delivery.send_due()
    assert (sms.tries, len(mail.sent)) == (1, 1)


async def test_an_answer_goes_back_through_the_channel_that_asked(
    desk: MessageDesk, cast: Cast, dependencies: WebDependencies
) -> None:
    """Where it does not reach the person, the other channels of the rule follow."""
    order = await ready(cast)
    await asks(dependencies, order, "Is it heavy?", NOW, HelpChannel.BOT)
    await answers(dependencies, order, "Two kilograms.")
    await desk.plan()
    routes = {name: FaultyRoute() for name in (ChannelName.PUSH, ChannelName.TELEGRAM)}
    desk.clock.now += HOUR
    await desk.delivery(routes).send_due()
    purposes = {name: [x.purpose for x in route.sent] for name, route in routes.items()}
    assert Purpose.ANSWERED in purposes[ChannelName.TELEGRAM]
    await asks(dependencies, order, "And large?", desk.clock.now, HelpChannel.MAIL)
    await answers(dependencies, order, "No.")
    await desk.plan()
    sms, mail = FaultyRoute(), FaultyRoute(MessageRefused("no such mailbox"))
    delivery = desk.delivery({ChannelName.SMS: sms, ChannelName.MAIL: mail})
    desk.clock.now += HOUR
    await delivery.send_due()
    await delivery.send_due()
    assert (mail.tries, [x.purpose for x in sms.sent]) == (1, [Purpose.ANSWERED])
