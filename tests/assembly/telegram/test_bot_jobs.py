"""The whole program with a bot, at a Bot API server: an update comes in, an answer goes out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gotovo.assembly.application import Application
from gotovo.settings_sources import load_settings
from tests.support.bot.bot_api import TOKEN, BotApi, bot_api
from tests.support.bot.person import Person

CHAT = 700_001


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as server:
        yield server


def application_of(folder: Path, url: str, api: BotApi, **more: str) -> Application:
    """Return the application with a bot at this server."""
    file = folder / "token"
    file.touch(0o600)
    file.write_text(TOKEN)
    given = {
        "HOME": str(folder),
        "GOTOVO_DATABASE_URL": url,
        "GOTOVO_TELEGRAM_TOKEN_FILE": str(file),
        "GOTOVO_TELEGRAM_BOT": "shop_bot",
        "GOTOVO_TELEGRAM_API": api.url,
        **more,
    }
    return Application(load_settings(given))


async def answered(api: BotApi) -> str:
    """Wait for the first message of the bot, and return it."""
    await api.sent.wait()
    return api.last(CHAT).text


async def test_a_program_polls_and_answers(tmp_path: Path, database_url: str, api: BotApi) -> None:
    app = application_of(tmp_path, database_url, api)
    await app.start()
    try:
        await api.polled.wait()
        api.queue(Person(api, CHAT, "ru").writes("/start"))
        assert "Здесь будут ваши заказы" in await answered(api)
        assert [each["command"] for each in api.menus["ru"]] == [
            "orders",
            "help",
            "language",
            "stop",
        ]
    finally:
        await app.stop()


async def test_a_program_is_called_and_answers(
    tmp_path: Path, database_url: str, api: BotApi
) -> None:
    webhook = {"GOTOVO_TELEGRAM_MODE": "webhook", "GOTOVO_PUBLIC_URL": "https://my.shop.ru"}
    app = application_of(tmp_path, database_url, api, **webhook)
    await app.start()
    try:
        await api.registered.wait()
        assert api.webhook["url"].startswith("https://my.shop.ru/hooks/telegram/")
        headers = {"x-telegram-bot-api-secret-token": api.webhook["secret_token"]}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
            update = Person(api, CHAT).writes("/start")
            response = await client.post(api.webhook["url"], json=update, headers=headers)
            assert response.status_code == 200
            assert "once this chat is linked" in await answered(api)
            forged = {"x-telegram-bot-api-secret-token": "guessed"}
            response = await client.post(api.webhook["url"], json=update, headers=forged)
            assert response.status_code == 403
    finally:
        await app.stop()


async def test_a_telegram_that_is_down_is_told_and_the_program_stays_ready(
    tmp_path: Path, database_url: str, api: BotApi
) -> None:
    for _ in range(20):
        api.fail("deleteWebhook", 502, "Bad Gateway")
    app = application_of(tmp_path, database_url, api)
    await app.start()
    try:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1"
        ) as client:
            while True:
                response = await client.get("/readyz")
                if "telegram can't be reached" in response.text:
                    break
                await asyncio.sleep(0.05)
        assert response.status_code == 200
    finally:
        await app.stop()
