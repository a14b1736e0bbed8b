"""Chats of buyers: one a chat, one a buyer, and use that is noted once an hour."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from gotovo.store.tables.telegram.chats import USE_INTERVAL, TelegramChats, TelegramInvitation

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)


@pytest.fixture
def chats(pool: asyncpg.Pool) -> TelegramChats:
    return TelegramChats(pool)


async def test_linking_again_moves(chats: TelegramChats) -> None:
    await chats.link(1, "alina", "ru", None, "link", NOW)
    await chats.link(2, "alina", "en", NOW, "contact", NOW)
    assert await chats.chat(1) is None
    moved = await chats.of_customer("alina")
    assert moved is not None
    assert (moved.chat, moved.language, moved.orders_since, moved.way) == (2, "en", NOW, "contact")
    await chats.link(2, "boris", "ru", None, "link", NOW)
    assert await chats.of_customer("alina") is None


async def test_linking_again_ends_a_block(chats: TelegramChats) -> None:
    await chats.link(1, "alina", "ru", None, "link", NOW)
    await chats.block(1, NOW)
    await chats.link(1, "alina", "ru", None, "link", NOW)
    chat = await chats.chat(1)
    assert chat is not None
    assert chat.blocked_at is None


async def test_a_use_is_noted_once_an_hour_or_where_it_ends_a_block(chats: TelegramChats) -> None:
    await chats.link(1, "alina", "ru", None, "link", NOW)
    soon, later = NOW + USE_INTERVAL / 2, NOW + 2 * USE_INTERVAL
    await chats.note_use(1, soon)
    assert (await used_at(chats)) == NOW
    await chats.block(1, soon)
    await chats.note_use(1, soon)
    assert (await used_at(chats)) == soon
    await chats.note_use(1, later)
    assert (await used_at(chats)) == later


async def test_unlinking_makes_waiting_links_worthless(chats: TelegramChats) -> None:
    invitation = TelegramInvitation("alina", None)
    await chats.invite(bytes(32), invitation, NOW + timedelta(minutes=5))
    assert await chats.unlink_customer("alina") is None
    assert await chats.use_invitation(bytes(32), NOW) is None


async def used_at(chats: TelegramChats) -> datetime:
    chat = await chats.chat(1)
    assert chat is not None
    return chat.used_at
