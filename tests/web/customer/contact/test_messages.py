"""The messages of an order: each under a heading that says what it is about."""

import contextlib
import re

import asyncpg
import pytest

from gotovo.notices.channels.port import DeliveryState, MessageRefused, Receipt
from gotovo.notices.delivery import MessageNotSent
from gotovo.notices.preferences.preferences import ChoiceSource
from gotovo.notices.receipts import ReceiptDesk
from gotovo.notices.rules import ChannelName, NoticeKind, Purpose
from gotovo.order.values.order import Order
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.messages.messages import MessageRecord, MessageState
from gotovo.web.customer.contact.message_fate import message_fate
from gotovo.web.customer.contact.messages import PURPOSES
from gotovo.web.site.dependencies import WebDependencies
from gotovo.words.language import Language
from gotovo.words.translations import PageTranslator
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, HOUR, NOW, Cast, Clock
from tests.support.web.sample_orders.moved_dates import kept_longer, promised_later
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.teller import Teller

FEED_MAX = 1000


@pytest.fixture
def desk(
    dependencies: WebDependencies, pool: asyncpg.Pool, journal: PostgresJournal, clock: Clock
) -> MessageDesk:
    """Give what plans and sends, by hand."""
    return MessageDesk(dependencies, pool, journal, clock)


@pytest.mark.parametrize("purpose", Purpose)
def test_every_message_has_a_heading_of_its_own(purpose: Purpose) -> None:
    assert PURPOSES[purpose]
    assert list(PURPOSES.values()).count(PURPOSES[purpose]) == 1


async def test_a_moved_date_is_headed_by_what_moved_and_told_with_its_reason(
    buyer: Buyer, cast: Cast, journal: PostgresJournal, dispatcher: Teller
) -> None:
    """Rules 4.1 and 4.2."""
    kept, promised = await kept_longer(cast), await promised_later(cast)
    await dispatcher(await journal.feed(0, 0, FEED_MAX))
    await buyer.signs_in(ALINA)
    await buyer.opens("/?lang=ru")
    text = text_of((await buyer.opens(f"/orders/{kept.number}/messages")).text)
    assert "Хранится дольше SMS · 22 ноября, 12:05" in text
    assert "добавились нерабочие дни. Хранится до 14:35 в пятницу, 27 ноября." in text
    text = text_of((await buyer.opens(f"/orders/{promised.number}/messages")).text)
    assert "Новый срок доставки SMS · 22 ноября, 12:05" in text
    assert "добавились нерабочие дни. Привезём до 21:00 во вторник, 24 ноября." in text


async def shown(buyer: Buyer, order: Order, language: str = "en") -> str:
    await buyer.signs_in(ALINA)
    await buyer.opens(f"/?lang={language}")
    return text_of((await buyer.opens(f"/orders/{order.number}/messages")).text)


async def test_what_went_another_way_says_what_did_not_get_through(
    buyer: Buyer, cast: Cast, desk: MessageDesk
) -> None:
    """Rule 4.10."""
    order = await ready(cast)
    routes = {
        ChannelName.PUSH: FaultyRoute(MessageRefused("gone")),
        ChannelName.SMS: FaultyRoute(),
    }
    await desk.plan()
    desk.clock.now = NOW
    for _ in range(2):
        with contextlib.suppress(MessageNotSent):
            await desk.delivery(routes).send_due()
    text = await shown(buyer, order)
    assert "SMS · 22 November, 14:05 · delivered Did not get through: Notification." in text


async def test_what_failed_everywhere_is_not_delivered(
    buyer: Buyer, cast: Cast, desk: MessageDesk
) -> None:
    order = await ready(cast)
    await desk.plan()
    desk.clock.now = NOW
    with contextlib.suppress(MessageNotSent):
        await desk.delivery(
            {ChannelName.SMS: FaultyRoute(MessageRefused("no such number"))}
        ).send_due()
    text = await shown(buyer, order)
    assert "· not delivered" in text
    assert "Did not get through" not in text, "the channel is named already"


async def test_what_is_switched_off_says_so_and_an_email_is_only_known_to_be_sent(
    buyer: Buyer, cast: Cast, desk: MessageDesk, dependencies: WebDependencies
) -> None:
    order = await kept_longer(cast)
    off = {(NoticeKind.REMINDERS, ChannelName.MAIL): False}
    await dependencies.preferences.choose(order.customer, off, ChoiceSource.PAGE)
    await desk.plan()
    desk.clock.now = NOW
    await desk.delivery({ChannelName.MAIL: FaultyRoute()}).send_due()
    text = await shown(buyer, order)
    assert "E-mail · 22 November, 14:05 · sent" in text
    assert re.search(r"Kept longer 22 November, \d\d:\d\d · not sent: you switched it off", text)


async def test_a_receipt_is_shown_with_its_time(
    buyer: Buyer, cast: Cast, desk: MessageDesk
) -> None:
    order = await ready(cast)
    await desk.plan()
    desk.clock.now = NOW
    await desk.delivery({ChannelName.SMS: FaultyRoute(has_receipts=True)}).send_due()
    assert "SMS · 22 November, 14:05 · sent" in await shown(buyer, order)
    desk.clock.now = NOW + HOUR / 30
    receipts = ReceiptDesk(desk.messages, (ChannelName.SMS,), desk.clock)
    receipt = Receipt(f"p-{order.number}", DeliveryState.DELIVERED)
    assert await receipts.take(ChannelName.SMS, [receipt]) == 1
    page = await buyer.opens(f"/orders/{order.number}/messages")
    assert "SMS · 22 November, 14:05 · delivered at 14:07" in text_of(page.text)


@pytest.mark.parametrize(
    ("minutes", "language", "state"),
    [(1, "en", "delivered at 14:06"), (1, "ru", "доставлено в 14:06"), (0, "en", "delivered")],
)
def test_a_receipt_shows_when_a_message_arrived(
    minutes: int, language: Language, state: str
) -> None:
    record = MessageRecord(
        channel="sms", purpose="ready", state=MessageState.DELIVERED, created_at=NOW, send_at=None,
        sent_at=NOW, reason=None, text="…", settled_at=NOW + minutes * HOUR / 60,
    )  # fmt: skip
    fate = message_fate(record, PageTranslator(language), "Europe/Moscow")
    assert fate.state.replace("\xa0", " ") == state
