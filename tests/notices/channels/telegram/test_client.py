"""The Telegram client: limits are kept, errors are in our terms, and no token is ever shown."""

import logging
from collections.abc import AsyncIterator

import pytest
from aiogram.methods import GetMe, SendMessage

from gotovo.notices.channels.chat_message import ChatGone
from gotovo.notices.channels.port import ChannelError, ChannelUnavailable, MessageRefused
from gotovo.notices.channels.telegram.client import (
    MessageNotEditable,
    PressTooOld,
    TelegramClient,
)
from tests.support.bot.bot_api import BOT_ID, TOKEN, BotApi, bot_api
from tests.support.bot.bot_desk import Waits, client_of

CHAT = 700_001


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as server:
        server.started |= {CHAT, CHAT + 1}
        yield server


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def client(api: BotApi, waits: Waits) -> AsyncIterator[TelegramClient]:
    client = client_of(api, waits)
    yield client
    await client.close()


def message(chat: int = CHAT) -> SendMessage:
    return SendMessage(chat_id=chat, text="Hello")


async def test_a_method_is_called_at_the_server_of_the_settings(
    api: BotApi, client: TelegramClient
) -> None:
    me = await client.call(GetMe())
    assert (me.username, client.bot_id) == ("gotovo_bot", BOT_ID)
    sent = await client.call(message())
    assert api.last(CHAT).id == sent.message_id


async def test_the_wait_that_telegram_asks_for_is_kept(
    api: BotApi, client: TelegramClient, waits: Waits
) -> None:
    api.fail("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
    with pytest.raises(ChannelUnavailable) as refused:
        await client.call(message())
    assert refused.value.retry_after == 7
    with pytest.raises(ChannelUnavailable) as refused:
        await client.call(message())
    assert refused.value.retry_after == 7
    assert api.count("sendMessage") == 1, "Telegram is not asked again before"
    await client.call(message(CHAT + 1))
    waits.now += 8
    await client.call(message())


async def test_a_wait_without_a_chat_holds_for_all_of_them(
    api: BotApi, client: TelegramClient
) -> None:
    api.fail("getMe", 429, "Too Many Requests", retry_after=7)
    with pytest.raises(ChannelUnavailable):
        await client.call(GetMe())
    with pytest.raises(ChannelUnavailable):
        await client.call(message())
    assert api.count("sendMessage") == 0


async def test_a_short_wait_is_waited_for_with_patience(
    api: BotApi, client: TelegramClient, waits: Waits
) -> None:
    api.fail("sendMessage", 429, "Too Many Requests", retry_after=3)
    await client.call(message(), patience=5)
    assert waits.slept == [3]
    api.fail("sendMessage", 429, "Too Many Requests", retry_after=6)
    with pytest.raises(ChannelUnavailable):
        await client.call(message(), patience=5)


@pytest.mark.parametrize(
    ("status", "description", "kind"),
    [
        (403, "Forbidden: bot was blocked by the user", ChatGone),
        (403, "Forbidden: user is deactivated", ChatGone),
        (400, "Bad Request: chat not found", ChatGone),
        (400, "Bad Request: PEER_ID_INVALID", ChatGone),
        (400, "Bad Request: message to edit not found", MessageNotEditable),
        (400, "Bad Request: message can't be edited", MessageNotEditable),
        (400, "Bad Request: query is too old and response timeout expired", PressTooOld),
        (400, "Bad Request: message text is empty", MessageRefused),
        (401, "Unauthorized", ChannelUnavailable),
        (404, "Not Found", ChannelUnavailable),
        (409, "Conflict: terminated by other getUpdates request", ChannelUnavailable),
        (500, "Internal Server Error", ChannelUnavailable),
        (502, "Bad Gateway", ChannelUnavailable),
    ],
)
async def test_an_error_is_told_in_our_terms(
    api: BotApi, client: TelegramClient, status: int, description: str, kind: type[ChannelError]
) -> None:
    api.fail("sendMessage", status, description)
    with pytest.raises(ChannelError) as refused:
        await client.call(message())
    assert type(refused.value) is kind


async def test_a_message_that_shows_it_already_is_fine(api: BotApi, client: TelegramClient) -> None:
    sent = await client.call(message())
    await client.edit(CHAT, sent.message_id, "Hello", None)
    await client.edit(CHAT, sent.message_id, "Later", None)
    assert api.last(CHAT).versions == ["Hello"]


async def test_no_error_and_no_log_shows_the_token(
    api: BotApi, client: TelegramClient, waits: Waits, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = TOKEN.partition(":")[2]
    unreachable = TelegramClient(TOKEN, "http://127.0.0.1:1", monotonic=waits.monotonic)
    wrong = TelegramClient(f"1:{secret}", api.url, monotonic=waits.monotonic)
    api.fail("getMe", 500, "Internal Server Error")
    for each in (unreachable, wrong, client):
        with pytest.raises(ChannelUnavailable) as refused:
            await each.call(GetMe())
        assert secret not in f"{refused.value!r} {refused.value.__cause__!r}"
        await each.close()
    assert secret not in caplog.text
