"""The inbox: updates are stored once, strange ones noted, and a busy Telegram is waited for."""

import json
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from gotovo.bot.receiving.inbox import ATTEMPTS_MAX, MalformedUpdate
from gotovo.order.values.customer import customer_id
from tests.bot.conversation.test_order_text import opened, shelved
from tests.support.bot.bot_desk import BotDesk
from tests.support.bot.person import ALINAS_CHAT, BORISS_CHAT, Person
from tests.support.web.cast import ALINA, SECRET, Cast


async def test_an_update_is_blanked_once_it_was_handled(
    bot: BotDesk, alina: Person, pool: asyncpg.Pool
) -> None:
    await bot.takes(alina.writes("a word that nobody else writes"))
    rows = await pool.fetch("select payload, outcome from telegram_update")
    assert [tuple(row) for row in rows] == [(None, "handled")] * 2


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "update_id: Expected"),
        (b'{"update_id": 1, "x": ' + b"[" * 100_000, "no JSON"),
        (b"[]", "update_id: Expected"),
        (b"{}", "update_id: Expected"),
        (b'{"update_id": "1"}', "update_id: Expected"),
        (b'{"update_id": -1}', "update_id: Expected"),
        (b'{"update_id": 99999999999999999999999}', "update_id: Expected"),
    ],
)
async def test_what_is_no_update_is_refused(bot: BotDesk, payload: bytes, why: str) -> None:
    with pytest.raises(MalformedUpdate, match=why):
        await bot.inbox.store([payload])


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        ({"message": 5}, "malformed"),
        ({"message": {"chat": {"id": ALINAS_CHAT}}}, "malformed"),
        ({"message": {"chat": {"id": "x"}}}, "malformed"),
        ({"callback_query": {"id": "1", "from": {"id": ALINAS_CHAT}}}, "malformed"),
        ({"edited_channel_post": {"anything": 1}}, "malformed"),
        ({"poll": None}, "ignored"),
        ({}, "ignored"),
    ],
)
async def test_a_strange_update_is_remembered_and_holds_up_nobody(
    bot: BotDesk, alina: Person, pool: asyncpg.Pool, content: dict[str, Any], outcome: str
) -> None:
    strange = {"update_id": bot.api.new_id(), **content}
    await bot.takes(strange, alina.writes("/language"))
    assert alina.sees.text == "Language"
    assert (await bot.outcomes(pool))[-2:] == [outcome, "handled"]


async def test_groups_are_not_answered(bot: BotDesk, alina: Person, pool: asyncpg.Pool) -> None:
    """A card in a group would show the code to everybody in it."""
    update = alina.writes("/orders")
    update["message"]["chat"] = {"id": -100_500, "type": "group", "title": "Family"}
    calls = len(bot.api.calls)
    await bot.takes(update)
    assert len(bot.api.calls) == calls
    assert (await bot.outcomes(pool))[-1] == "ignored"


async def test_a_short_wait_is_waited_and_a_long_one_put_off(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await shelved(cast)
    bot.api.fail("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)
    await bot.takes(alina.writes(order.number))
    assert bot.waits.slept == [3]
    assert "Ready for pick-up" in alina.sees.text
    seen = alina.sees
    bot.api.fail("sendMessage", 429, "Too Many Requests: retry after 40", retry_after=40)
    await bot.takes(alina.writes("/language"))
    assert alina.sees is seen
    calls = bot.api.count("sendMessage")
    bot.clock.now += timedelta(seconds=39)
    await bot.inbox.handle_waiting()
    assert bot.api.count("sendMessage") == calls, "Telegram is not asked before"
    bot.clock.now += timedelta(seconds=2)
    bot.waits.now += 41
    await bot.inbox.handle_waiting()
    assert alina.sees.text == "Language"


async def test_a_chat_that_waits_holds_up_no_other(bot: BotDesk, alina: Person) -> None:
    boris = Person(bot.api, BORISS_CHAT)
    bot.api.fail("sendMessage", 429, "Too Many Requests", retry_after=600)
    await bot.takes(alina.writes("/language"))
    await bot.takes(boris.writes("/language"))
    assert boris.sees.text == "Language"


async def test_what_always_fails_is_given_up(
    bot: BotDesk, alina: Person, pool: asyncpg.Pool
) -> None:
    for _ in range(ATTEMPTS_MAX):
        bot.api.fail("sendMessage", 500, "Internal Server Error")
    await bot.takes(alina.writes("/language"))
    for _ in range(ATTEMPTS_MAX):
        bot.clock.now += timedelta(minutes=6)
        await bot.inbox.handle_waiting()
    assert (await bot.outcomes(pool))[-1] == "given_up"
    await bot.takes(alina.writes("/language"))
    assert alina.sees.text == "Language"


async def test_a_process_that_died_leaves_its_update_to_the_next(
    bot: BotDesk, alina: Person
) -> None:
    await bot.inbox.store([json.dumps(alina.writes("/language")).encode()])
    now = bot.clock()
    assert await bot.dependencies.updates.take(now, now + timedelta(seconds=60), 10)
    await bot.inbox.handle_waiting()
    assert alina.sees.text != "Language"
    bot.clock.now += timedelta(seconds=61)
    await bot.inbox.handle_waiting()
    assert alina.sees.text == "Language"


async def test_who_blocks_the_bot_is_passed_over_until_they_write_again(
    bot: BotDesk, alina: Person
) -> None:
    chats, customer = bot.dependencies.chats, customer_id(SECRET, ALINA)
    await bot.takes(alina.blocks())
    chat = await chats.of_customer(customer)
    assert chat is not None
    assert chat.blocked_at is not None
    await bot.takes(alina.blocks(again=True))
    chat = await chats.of_customer(customer)
    assert chat is not None
    assert chat.blocked_at is None


async def test_a_chat_that_was_blocked_meanwhile_is_noticed_when_answering(
    bot: BotDesk, alina: Person, pool: asyncpg.Pool
) -> None:
    bot.api.blocked.add(alina.chat)
    await bot.takes(alina.writes("/orders"))
    chat = await bot.dependencies.chats.chat(alina.chat)
    assert chat is not None
    assert chat.blocked_at is not None
    assert (await bot.outcomes(pool))[-1] == "handled"
    bot.api.blocked.clear()
    await bot.takes(alina.writes("/orders"))
    chat = await bot.dependencies.chats.chat(alina.chat)
    assert chat is not None
    assert chat.blocked_at is None


async def test_a_press_that_is_too_old_to_be_answered_does_what_it_says(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await shelved(cast)
    await opened(bot, alina, order)
    press = alina.presses("Keep it longer")
    bot.api.fail("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout")
    await bot.takes(press)
    assert "It will be kept until" in alina.sees.text
