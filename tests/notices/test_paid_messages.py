"""A payment is told where that costs nothing: by Telegram, a browser or e-mail, never by SMS."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import asyncpg
import pytest
from typing_extensions import override

from gotovo.notices.channels.port import MessageRefused
from gotovo.notices.routes.route import Letter, Route
from gotovo.notices.rules import ChannelName, Purpose
from gotovo.order.values.order import Order
from gotovo.store.tables.messages.messages import MessageState
from gotovo.store.tables.telegram.chats import TelegramChats
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.notices.push_stage import PushStage
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast
from tests.support.web.goods import MUG

CHAT: Final = 4711
EMAIL: Final = "alina@example.com"
EVERY: Final = tuple(ChannelName)
MORNING: Final = datetime.fromisoformat("2026-11-23T09:00+03:00")
NIGHT: Final = NOW + 9 * HOUR  # 23:05 in Kazan


class ToMail(FaultyRoute):
    """A way to the e-mail address of an order, if it has one."""

    @override
    async def reaches(self, letter: Letter) -> bool:
        return bool(letter.contact.email)


async def paid(cast: Cast, email: str = "", at: datetime = NOW) -> Order:
    """Return an order that was placed and paid at once."""
    return await cast.pay(await cast.place(ALINA, at, MUG, email=email), at)


async def stored(pool: asyncpg.Pool) -> list[str]:
    """Return the purposes of all messages that are stored."""
    return [row["purpose"] for row in await pool.fetch("select purpose from message")]


async def test_a_payment_is_told_by_e_mail_with_its_sum_and_its_promise(
    cast: Cast, desk: MessageDesk
) -> None:
    """Rule 4.10."""
    order = await paid(cast, EMAIL)
    mail, sms = ToMail(), FaultyRoute()
    routes: Mapping[ChannelName, Route] = {ChannelName.MAIL: mail, ChannelName.SMS: sms}
    await desk.plan(channels=tuple(routes))
    await desk.delivery(routes).send_due()
    (letter,) = mail.sent
    assert letter.purpose is Purpose.PAID
    first, second = letter.text.replace("\xa0", " ").split("\n")
    assert first.startswith("Получили 901 ₽ за заказ ")
    assert first.endswith("он оплачен и уже в обработке.")
    assert second.startswith("Привезём до ")
    assert sms.sent == []
    assert await desk.states(order) == [("paid", MessageState.DELIVERED)]


async def test_nothing_is_stored_for_a_buyer_who_has_only_a_phone(
    cast: Cast, desk: MessageDesk, pool: asyncpg.Pool
) -> None:
    await paid(cast)
    await desk.plan(channels=EVERY)
    assert await stored(pool) == []


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_chat_is_told_while_its_bot_is_not_blocked(
    cast: Cast, desk: MessageDesk, pool: asyncpg.Pool, *, is_open: bool
) -> None:
    chats, order = TelegramChats(pool), await paid(cast)
    await chats.link(CHAT, order.customer, "ru", None, "link", NOW)
    if not is_open:
        await chats.block(CHAT, NOW)
    await desk.plan(channels=EVERY)
    assert await stored(pool) == ["paid"] * is_open


async def test_a_browser_is_told_once_however_many_there_are(
    cast: Cast, desk: MessageDesk, pool: asyncpg.Pool, push: PushStage
) -> None:
    order = await paid(cast)
    await push.subscribes(order.customer, "phone")
    await push.subscribes(order.customer, "laptop")
    await desk.plan(channels=EVERY)
    assert await stored(pool) == ["paid"]


@pytest.mark.parametrize("channels", [(), (ChannelName.SMS,), (ChannelName.TELEGRAM,)])
async def test_a_channel_that_is_closed_reaches_nobody(
    cast: Cast, desk: MessageDesk, pool: asyncpg.Pool, channels: tuple[ChannelName, ...]
) -> None:
    await paid(cast, EMAIL)
    await desk.plan(channels=channels)
    assert await stored(pool) == []


async def test_other_orders_of_the_page_are_told_as_ever(
    cast: Cast, desk: MessageDesk, pool: asyncpg.Pool
) -> None:
    ready = await cast.send(await cast.place(ALINA, NOW - DAY, MUG), NOW - DAY)
    await cast.shelve(ready, NOW - HOUR)
    await paid(cast, EMAIL)
    await desk.plan(channels=EVERY)
    assert sorted(await stored(pool)) == ["paid", "ready"]


async def test_a_channel_that_goes_before_it_is_sent_is_no_failure(
    cast: Cast, desk: MessageDesk
) -> None:
    order, sms = await paid(cast, EMAIL), FaultyRoute()
    await desk.plan(channels=EVERY)
    await desk.delivery({ChannelName.SMS: sms}).send_due()
    assert sms.sent == []
    assert await desk.states(order) == [("paid", MessageState.DROPPED)]


async def test_an_address_that_refuses_is_a_failure_and_no_sms_follows(
    cast: Cast, desk: MessageDesk
) -> None:
    order, sms = await paid(cast, EMAIL), FaultyRoute()
    await desk.plan(channels=EVERY)
    refusing = ToMail(MessageRefused("no such mailbox"))
    await desk.delivery({ChannelName.MAIL: refusing, ChannelName.SMS: sms}).send_due()
    assert sms.sent == []
    assert await desk.states(order) == [("paid", MessageState.FAILED)]


async def test_a_payment_in_the_night_is_told_in_the_morning(cast: Cast, desk: MessageDesk) -> None:
    """Rule 4.10."""
    desk.clock.now = NIGHT
    await paid(cast, EMAIL, NIGHT)
    mail = ToMail()
    await desk.plan(channels=EVERY)
    desk.clock.now = MORNING - HOUR
    await desk.delivery({ChannelName.MAIL: mail}).send_due()
    assert mail.sent == []
    desk.clock.now = MORNING
    await desk.delivery({ChannelName.MAIL: mail}).send_due()
    assert [letter.purpose for letter in mail.sent] == [Purpose.PAID]
