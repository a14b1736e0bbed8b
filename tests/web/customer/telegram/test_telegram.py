"""The page of the Telegram bot: a link that works once, the chat that is linked, and its end."""

import re

import asyncpg
import pytest
from msgspec import structs

from gotovo.access.buyer_requests.telegram_links import link_by_token
from gotovo.order.values.customer import customer_id
from gotovo.store.tables.telegram.chats import TelegramChats
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, HOUR, NOW, SECRET, Cast, Clock
from tests.support.web.goods import CATALOGUE
from tests.support.web.stage import browser_of

CHAT = 700_001
CUSTOMER = customer_id(SECRET, ALINA)
LINK = re.compile(r'href="https://t\.me/shop_bot\?start=([A-Za-z0-9_-]{32})"')


@pytest.fixture
def chats(pool: asyncpg.Pool) -> TelegramChats:
    """Give the chats."""
    return TelegramChats(pool)


async def test_a_link_is_shown_once_and_links_the_chat(
    buyer: Buyer, chats: TelegramChats, clock: Clock
) -> None:
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/telegram")
    assert "Link a chat" in text_of(page.text)
    shown = await buyer.sends(page, "/telegram/link")
    [token] = LINK.findall(shown.text)
    assert "works once, until" in text_of(shown.text)
    again = await buyer.opens("/telegram")
    assert not LINK.findall(again.text)
    assert await link_by_token(chats, token, CHAT, "en", clock()) == CUSTOMER
    assert await link_by_token(chats, token, CHAT, "en", clock()) is None
    linked = text_of((await buyer.opens("/telegram")).text)
    assert "A chat is linked" in linked
    assert "You agreed to messages about your orders in it." in linked


async def test_the_chat_opens_what_was_open_in_the_session(
    buyer: Buyer, chats: TelegramChats, clock: Clock, cast: Cast
) -> None:
    """A phone that was idle opens no older orders, on the site or in a chat."""
    await cast.place(ALINA, NOW - HOUR, CATALOGUE[0])
    await buyer.signs_in(ALINA)
    shown = await buyer.sends(await buyer.opens("/telegram"), "/telegram/link")
    [token] = LINK.findall(shown.text)
    await link_by_token(chats, token, CHAT, "en", clock())
    chat = await chats.of_customer(CUSTOMER)
    assert chat is not None
    assert chat.orders_since is not None
    assert chat.orders_since < NOW - 300 * 24 * HOUR


async def test_a_device_that_was_left_open_gets_no_link(
    buyer: Buyer, clock: Clock, chats: TelegramChats
) -> None:
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/telegram")
    clock.now += HOUR
    asked = await buyer.sends(page, "/telegram/link")
    assert asked.url.path == "/confirmation"
    assert not LINK.findall(asked.text)
    assert await chats.of_customer(CUSTOMER) is None


async def test_the_chat_is_unlinked_on_the_page(
    buyer: Buyer, chats: TelegramChats, clock: Clock
) -> None:
    await buyer.signs_in(ALINA)
    await chats.link(CHAT, CUSTOMER, "en", None, "contact", clock())
    page = await buyer.opens("/telegram")
    ended = await buyer.sends(page, "/telegram/unlink")
    assert "The chat is not linked any more." in text_of(ended.text)
    assert await chats.of_customer(CUSTOMER) is None


async def test_a_blocked_bot_is_said(buyer: Buyer, chats: TelegramChats, clock: Clock) -> None:
    await buyer.signs_in(ALINA)
    await chats.link(CHAT, CUSTOMER, "en", None, "contact", clock())
    await chats.block(CHAT, clock())
    assert "has been blocked there" in text_of((await buyer.opens("/telegram")).text)


async def test_the_devices_lead_to_the_page(buyer: Buyer) -> None:
    await buyer.signs_in(ALINA)
    assert 'href="/telegram"' in (await buyer.opens("/devices")).text


async def test_the_chat_is_handed_over_and_forgotten(
    buyer: Buyer, chats: TelegramChats, clock: Clock, dependencies: WebDependencies
) -> None:
    await buyer.signs_in(ALINA)
    await chats.link(CHAT, CUSTOMER, "en", None, "contact", clock())
    data = (await buyer.client.get("/privacy/data")).json()
    assert data["telegram"]["chat"] == CHAT
    assert data["telegram"]["way"] == "contact"
    await dependencies.personal_data.forget(CUSTOMER)
    assert await chats.of_customer(CUSTOMER) is None


async def test_nobody_who_is_not_signed_in_gets_a_link(buyer: Buyer) -> None:
    page = await buyer.opens("/telegram")
    assert page.url.path == "/"


async def test_without_a_bot_there_is_no_such_page(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    await buyer.signs_in(ALINA)
    bare = structs.replace(dependencies, telegram=None)
    async with browser_of(bare) as client:
        client.cookies = buyer.client.cookies
        assert (await client.get("/telegram")).status_code == 404
        assert "telegram" not in (await client.get("/devices")).text.lower()
