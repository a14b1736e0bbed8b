"""The Telegram channel and its route: who is reached, and what a blocked bot leads to."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from gotovo.notices.channels.port import MessageRefused, ReceiptRefused, ReceiptRequest
from gotovo.notices.channels.telegram.channel import TelegramChannel
from gotovo.notices.channels.telegram.client import TelegramClient
from gotovo.notices.routes.telegram_route import TelegramRoute
from gotovo.notices.rules import ChannelName
from gotovo.order.values.order import Order
from gotovo.store.tables.telegram.chats import TelegramChats
from gotovo.web.site.dependencies import WebDependencies
from tests.support.bot.bot_api import BotApi, bot_api
from tests.support.bot.bot_desk import Waits, client_of
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast, Clock
from tests.support.web.goods import CATALOGUE

CHAT = 700_001


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as server:
        server.started.add(CHAT)
        yield server


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def client(api: BotApi, waits: Waits) -> AsyncIterator[TelegramClient]:
    client = client_of(api, waits)
    yield client
    await client.close()


@pytest.fixture
def chats(pool: asyncpg.Pool) -> TelegramChats:
    return TelegramChats(pool)


@pytest.fixture
def route(
    client: TelegramClient, chats: TelegramChats, dependencies: WebDependencies, clock: Clock
) -> TelegramRoute:
    return TelegramRoute(TelegramChannel(client), chats, dependencies.orders, clock)


async def ready(cast: Cast, chats: TelegramChats, since_days: int | None = None) -> Order:
    """Return an order that is ready, of a buyer whose chat is linked."""
    order = await cast.place(ALINA, NOW - DAY, CATALOGUE[0])
    since = None if since_days is None else NOW - timedelta(days=since_days)
    await chats.link(CHAT, order.customer, "ru", since, "link", NOW)
    order = await cast.send(order, NOW - DAY)
    return await cast.shelve(order, NOW - HOUR)


async def test_a_message_goes_to_the_chat_first(
    api: BotApi, route: TelegramRoute, chats: TelegramChats, cast: Cast, desk: MessageDesk
) -> None:
    order, sms = await ready(cast, chats), FaultyRoute()
    await desk.plan()
    await desk.delivery({ChannelName.SMS: sms, ChannelName.TELEGRAM: route}).send_due()
    assert sms.sent == []
    message = api.last(CHAT)
    assert "Код получения" in message.text
    assert message.parse_mode == ""
    assert message.buttons == {"Открыть заказ": f"o:{order.number}:open"}
    records = await desk.messages.of_order(order.number, order.customer)
    assert [each.channel for each in records] == ["telegram"]


async def test_a_blocked_bot_falls_over_to_sms_and_is_passed_over_then(
    api: BotApi, route: TelegramRoute, chats: TelegramChats, cast: Cast, desk: MessageDesk
) -> None:
    order, sms = await ready(cast, chats), FaultyRoute()
    api.blocked.add(CHAT)
    await desk.plan()
    delivery = desk.delivery({ChannelName.SMS: sms, ChannelName.TELEGRAM: route})
    await delivery.send_due()
    desk.clock.now += timedelta(seconds=10)
    await delivery.send_due()
    assert [each.number for each in sms.sent] == [order.number]
    assert api.count("sendMessage") == 1
    chat = await chats.of_customer(order.customer)
    assert chat is not None
    assert chat.blocked_at is not None
    assert not await route.reaches(sms.sent[0])
    await chats.note_use(CHAT, desk.clock())
    assert await route.reaches(sms.sent[0])


async def test_a_busy_telegram_is_waited_for_as_long_as_it_asks(
    api: BotApi,
    route: TelegramRoute,
    chats: TelegramChats,
    cast: Cast,
    desk: MessageDesk,
    waits: Waits,
) -> None:
    await ready(cast, chats)
    api.fail("sendMessage", 429, "Too Many Requests: retry after 60", retry_after=60)
    await desk.plan()
    delivery = desk.delivery({ChannelName.TELEGRAM: route})
    await delivery.send_due()
    desk.clock.now += timedelta(seconds=59)
    await delivery.send_due()
    assert api.messages[CHAT] == []
    assert api.count("sendMessage") == 1
    waits.now += 61
    desk.clock.now += timedelta(seconds=2)
    await delivery.send_due()
    assert len(api.messages[CHAT]) == 1


async def test_an_order_that_is_closed_to_the_chat_is_not_told_there(
    api: BotApi, route: TelegramRoute, chats: TelegramChats, cast: Cast, desk: MessageDesk
) -> None:
    """The phone had been idle: the chat's owner may not be the buyer of older orders."""
    await ready(cast, chats, since_days=0)
    sms = FaultyRoute()
    await desk.plan()
    await desk.delivery({ChannelName.SMS: sms, ChannelName.TELEGRAM: route}).send_due()
    assert len(sms.sent) == 1
    assert api.messages[CHAT] == []


async def test_a_chat_that_was_unlinked_takes_nothing(
    route: TelegramRoute, chats: TelegramChats, cast: Cast, desk: MessageDesk
) -> None:
    order, sms = await ready(cast, chats), FaultyRoute()
    await chats.unlink(CHAT)
    await desk.plan()
    await desk.delivery({ChannelName.SMS: sms, ChannelName.TELEGRAM: route}).send_due()
    letter = sms.sent[0]
    assert letter.number == order.number
    with pytest.raises(MessageRefused, match="not linked"):
        await route.send(letter)


async def test_the_channel_tells_whether_telegram_can_be_reached(
    api: BotApi, client: TelegramClient
) -> None:
    channel = TelegramChannel(client)
    assert (await channel.health()).reachable is True
    api.fail("getMe", 401, "Unauthorized")
    health = await channel.health()
    assert (health.reachable, health.reason) == (False, "telegram does not know this token")
    with pytest.raises(ReceiptRefused):
        channel.receipts(ReceiptRequest(method="POST", path="/"))
