"""Cards: one message for each order and chat, due when the order has changed."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from gotovo.store.tables.telegram.cards import OrderCardMessage, TelegramCards

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
UNTIL = NOW + timedelta(seconds=60)
NUMBER = "194566112558"


@pytest.fixture
def cards(pool: asyncpg.Pool) -> TelegramCards:
    return TelegramCards(pool)


def card(message: int, chat: int = 7) -> OrderCardMessage:
    return OrderCardMessage(NUMBER, chat, message, bytes(32), NOW)


async def test_the_newest_message_is_the_card(cards: TelegramCards) -> None:
    await cards.put(card(1))
    await cards.put(card(2))
    await cards.put(card(3, chat=8))
    await cards.mark([NUMBER], NOW)
    taken = await cards.take(NOW, UNTIL, 10)
    assert sorted((each.chat, each.message) for each in taken) == [(7, 2), (8, 3)]
    assert await cards.take(NOW, UNTIL, 10) == [], "they are this process's for a minute"


async def test_what_changed_during_an_edit_stays_due(cards: TelegramCards) -> None:
    await cards.put(card(1))
    await cards.mark([NUMBER], NOW)
    [taken] = await cards.take(NOW, UNTIL, 10)
    await cards.mark([NUMBER], NOW)
    await cards.finish(taken, bytes(32), NOW, UNTIL)
    assert len(await cards.take(NOW, UNTIL, 10)) == 1


async def test_an_edit_that_is_done_is_due_no_more(cards: TelegramCards) -> None:
    await cards.put(card(1))
    await cards.mark([NUMBER], NOW)
    [taken] = await cards.take(NOW, UNTIL, 10)
    await cards.finish(taken, b"\x01" * 32, NOW, UNTIL)
    assert await cards.take(UNTIL + timedelta(days=1), UNTIL, 10) == []


async def test_a_message_that_shows_something_else_is_no_card(cards: TelegramCards) -> None:
    await cards.put(card(1))
    await cards.put(card(2, chat=8))
    await cards.forget_message(7, 1)
    await cards.forget_chat(8)
    await cards.mark([NUMBER], NOW)
    assert await cards.take(NOW, UNTIL, 10) == []
