"""The Telegram client of the settings. Its library is an extra, imported where there is a bot."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from gotovo.assembly.setup_checks import Complaint
from gotovo.config import Settings
from gotovo.secret_files import read_telegram_token
from gotovo.setting_checks import SettingError

if TYPE_CHECKING:
    from gotovo.notices.channels.telegram.client import TelegramClient


@asynccontextmanager
async def open_telegram(settings: Settings) -> "AsyncGenerator[TelegramClient | None]":
    """Open the client of the settings, None without a bot; raise SettingError."""
    if not settings.telegram_token_file:
        yield None
        return
    check_bot(settings)
    from gotovo.notices.channels.telegram.client import TelegramClient  # noqa: PLC0415

    client = TelegramClient(read_telegram_token(settings), settings.telegram_api)
    try:
        yield client
    finally:
        await client.close()


def check_bot(settings: Settings) -> None:
    """Raise SettingError for settings of which no bot can be made; nothing is opened."""
    if not settings.telegram_token_file:
        return
    read_telegram_token(settings)
    if not _is_installed():
        message = (
            "telegram_token_file: the bot needs the package aiogram: run requirements/install "
            "telegram, or install gotovo[telegram]"
        )
        raise SettingError(message)


def bot_complaints(settings: Settings) -> Iterator[Complaint]:
    """Return what is wrong with the settings of the bot."""
    try:
        check_bot(settings)
    except SettingError as error:
        if "run chmod" not in str(error):  # setup_checks names files that others can read
            yield Complaint(str(error), "see docs/guides/telegram.md")


def bot_address(settings: Settings) -> str:
    """Return where buyers find the bot, or whatever chat the settings name."""
    if settings.bot_url or not settings.telegram_token_file:
        return settings.bot_url
    return f"https://t.me/{settings.telegram_bot}"


def _is_installed() -> bool:
    try:
        return find_spec("aiogram") is not None
    except (ImportError, ValueError):  # ValueError: it was set to None, as if it were not there
        return False
