"""The webhook: a secret path and a secret header, and updates that are stored before a 200."""

import asyncio

import httpx
import pytest
from starlette.types import ASGIApp

from gotovo.bot.receiving.webhook import TelegramWebhook
from gotovo.bot.receiving.webhook_address import webhook_path, webhook_secret
from gotovo.http.edge.edge import Edge
from gotovo.keyring.keyring import Keys, one_key
from tests.support.bot.bot_api import BOT_ID
from tests.support.bot.bot_desk import BotDesk
from tests.support.bot.person import Person

OLD, NEW = b"o" * 32, b"n" * 32
PATH, SECRET = webhook_path(NEW, BOT_ID), webhook_secret(NEW, BOT_ID)


def webhook_of(bot: BotDesk, keys: Keys | None = None) -> ASGIApp:
    """Return the webhook as the server runs it."""
    return Edge(TelegramWebhook(bot.inbox, lambda: keys or one_key(NEW), BOT_ID), 100)


async def sent(
    app: ASGIApp,
    content: object,
    path: str = PATH,
    secret: str = SECRET,
    method: str = "POST",
) -> httpx.Response:
    """Send an update as Telegram does."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://gotovo.test"
    ) as client:
        headers = {"x-telegram-bot-api-secret-token": secret} if secret else {}
        if isinstance(content, bytes):
            return await client.request(method, path, content=content, headers=headers)
        return await client.request(method, path, json=content, headers=headers)


async def test_an_update_is_stored_and_then_handled(bot: BotDesk) -> None:
    alina = Person(bot.api, 700_001)
    update = alina.writes("/start")
    response = await sent(webhook_of(bot), update)
    assert response.status_code == 200
    again = await sent(webhook_of(bot), update)
    assert again.status_code == 200
    await bot.inbox.handle_waiting()
    assert len(bot.api.messages[700_001]) == 1


@pytest.mark.parametrize(
    ("path", "secret", "status"),
    [
        (PATH, "", 403),
        (PATH, "x" * 40, 403),
        (PATH, SECRET[:-1], 403),
        (PATH[:-1], SECRET, 404),
        (PATH + "/", SECRET, 404),
        ("/hooks/telegram/", SECRET, 404),
        ("/hooks/telegram/" + SECRET, SECRET, 404),
        (webhook_path(OLD, BOT_ID), webhook_secret(OLD, BOT_ID), 404),
        (webhook_path(NEW, BOT_ID + 1), webhook_secret(NEW, BOT_ID + 1), 404),
    ],
)
async def test_who_does_not_know_both_secrets_is_refused(
    bot: BotDesk, path: str, secret: str, status: int
) -> None:
    alina = Person(bot.api, 700_001)
    response = await sent(webhook_of(bot), alina.writes("/start"), path, secret)
    assert response.status_code == status
    assert await bot.inbox.handle_waiting() == 0


async def test_the_secrets_of_a_key_that_was_rotated_work_until_it_ends(bot: BotDesk) -> None:
    keys = Keys(2, ((1, OLD), (2, NEW)))
    alina = Person(bot.api, 700_001)
    for key in (OLD, NEW):
        path, secret = webhook_path(key, BOT_ID), webhook_secret(key, BOT_ID)
        response = await sent(webhook_of(bot, keys), alina.writes("/start"), path, secret)
        assert response.status_code == 200


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 400), (b"{", 400), (b"[]", 400), (b"\xff", 400), (b"x" * 300_000, 413)],
)
async def test_what_is_no_update_gets_a_clear_error(
    bot: BotDesk, content: bytes, status: int
) -> None:
    response = await sent(webhook_of(bot), content)
    assert response.status_code == status
    assert await bot.inbox.handle_waiting() == 0


async def test_only_post_is_answered(bot: BotDesk) -> None:
    response = await sent(webhook_of(bot), b"", method="GET")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_the_same_update_at_two_processes_at_once_is_one(bot: BotDesk) -> None:
    alina = Person(bot.api, 700_001)
    update = alina.writes("/start")
    app = webhook_of(bot)
    await asyncio.gather(*(sent(app, update) for _ in range(8)))
    await asyncio.gather(*(bot.inbox.handle_waiting() for _ in range(4)))
    assert len(bot.api.messages[700_001]) == 1
