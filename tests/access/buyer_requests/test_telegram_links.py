"""Tokens of links to the bot: random, short-lived, used once, and stored as digests."""

import hashlib
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from gotovo.access.buyer_requests import telegram_links
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.telegram.chats import TelegramChats

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
SESSION = Session("alina", "", NOW, NOW + timedelta(days=1), orders_since=NOW - timedelta(days=9))
CHAT = 501


@pytest.fixture
def chats(pool: asyncpg.Pool) -> TelegramChats:
    return TelegramChats(pool)


async def token_of(chats: TelegramChats) -> str:
    return await telegram_links.invite(chats, SESSION, NOW, lambda n: b"\x07" * n)


async def test_a_token_fits_into_a_link_and_only_its_digest_is_stored(
    chats: TelegramChats, pool: asyncpg.Pool
) -> None:
    token = await token_of(chats)
    assert telegram_links.deep_link("shop_bot", token) == f"https://t.me/shop_bot?start={token}"
    assert len(token) == 32  # Telegram takes at most 64.
    stored = await pool.fetchval("select digest from telegram_invitation")
    assert stored == hashlib.sha256(b"telegram:" + token.encode()).digest()


async def test_a_token_opens_what_the_session_opens_and_once(chats: TelegramChats) -> None:
    token = await token_of(chats)
    assert await telegram_links.link_by_token(chats, token, CHAT, "ru", NOW) == "alina"
    chat = await chats.chat(CHAT)
    assert chat is not None
    assert (chat.customer, chat.orders_since, chat.language, chat.linked_at) == (
        "alina",
        SESSION.orders_since,
        "ru",
        NOW,
    )
    assert await telegram_links.link_by_token(chats, token, CHAT + 1, "ru", NOW) is None


@pytest.mark.parametrize("token", ["", "x", "x" * 31, "x" * 33, "ё" * 32, "x" * 32])
async def test_anything_else_opens_nothing(chats: TelegramChats, token: str) -> None:
    await token_of(chats)
    assert await telegram_links.link_by_token(chats, token, CHAT, "ru", NOW) is None


async def test_a_token_ends(chats: TelegramChats) -> None:
    token = await token_of(chats)
    late = NOW + telegram_links.LIFETIME
    assert await telegram_links.link_by_token(chats, token, CHAT, "ru", late) is None
