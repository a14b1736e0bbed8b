"""The Telegram client: calls of the Bot API, with its limits and its errors in our terms.

Telegram answers 429 with the seconds to wait. They hold for the chat that was written to, or for
all calls where there was none, whoever asks next. The token is part of every address, so nothing
that has one is ever shown: errors say what happened in words of our own.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import EditMessageText, TelegramMethod
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions

from gotovo.notices.channels.chat_message import ChatGone
from gotovo.notices.channels.port import ChannelError, ChannelUnavailable, MessageRefused

CALL_SECONDS_MAX: Final = 20.0
"""Telegram answers within a second; a message is given to another process after a minute."""

CHATS_HELD_MAX: Final = 10_000
"""Chats whose waits are remembered; beyond that Telegram says it again."""

_GONE: Final = (
    "chat not found",
    "user is deactivated",
    "bot was blocked",
    "bot can't initiate conversation",
    "peer_id_invalid",
)
_NOT_EDITABLE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message to be edited not found",
    "there is no text in the message to edit",
)
_SAME: Final = "message is not modified"
_LATE: Final = ("query is too old", "query id is invalid")

T = TypeVar("T")


class MessageNotEditable(ChannelError):
    """The message was deleted, or is too old to be edited."""


class NothingToEdit(ChannelError):
    """The message shows this already."""


class PressTooOld(ChannelError):
    """A press was answered after Telegram had stopped to wait for it."""


class TelegramClient:
    """One bot, at Telegram's servers or at a Bot API server of one's own."""

    def __init__(
        self,
        token: str,
        server: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`server` is scheme and host of the Bot API; nothing is opened before the first call."""
        session = AiohttpSession(api=TelegramAPIServer.from_base(server), timeout=CALL_SECONDS_MAX)
        self.bot: Final = Bot(token, session=session)
        self._monotonic = monotonic
        self._sleep = sleep
        self._held: dict[int | None, float] = {}

    @property
    def bot_id(self) -> int:
        """Return the id of the bot, which its token begins with."""
        return self.bot.id

    async def close(self) -> None:
        """Close the connections."""
        await self.bot.session.close()

    async def call(
        self, method: TelegramMethod[T], *, patience: float = 0, seconds_max: float | None = None
    ) -> T:
        """Call a method; wait for up to `patience` seconds where Telegram asks to.

        Raises a ChannelError, of which ChatGone, MessageNotEditable, NothingToEdit and PressTooOld
        say what to do.
        """
        until = self._monotonic() + patience
        chat = _chat_of(method)
        while True:
            await self._wait(chat, until)
            try:
                return await self.bot(
                    method, request_timeout=None if seconds_max is None else int(seconds_max)
                )
            except TelegramRetryAfter as error:
                self._hold(chat, error.retry_after)
            except AiogramError as error:
                raise _in_our_terms(error) from None

    async def edit(
        self,
        chat: int,
        message: int,
        text: str,
        keyboard: InlineKeyboardMarkup | None,
        *,
        patience: float = 0,
    ) -> None:
        """Put another text and other buttons into a message; one that shows it already is fine."""
        try:
            await self.call(
                EditMessageText(
                    chat_id=chat,
                    message_id=message,
                    text=text,
                    parse_mode="HTML",
                    reply_markup=keyboard,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                ),
                patience=patience,
            )
        except NothingToEdit:
            return

    async def _wait(self, chat: int | None, until: float) -> None:
        """Wait until nothing is held for a chat; raise ChannelUnavailable beyond an instant."""
        while (free_at := self._free_at(chat)) > (now := self._monotonic()):
            if free_at > until:
                raise ChannelUnavailable(
                    "telegram asks to wait", retry_after=free_at - now, code="429"
                )
            await self._sleep(free_at - now)

    def _free_at(self, chat: int | None) -> float:
        return max(self._held.get(None, 0.0), self._held.get(chat, 0.0))

    def _hold(self, chat: int | None, seconds: float) -> None:
        now = self._monotonic()
        if len(self._held) >= CHATS_HELD_MAX:
            self._held = {each: at for each, at in self._held.items() if at > now}
        self._held[chat] = max(self._held.get(chat, 0.0), now + seconds)


def _chat_of(method: TelegramMethod[T]) -> int | None:
    chat = getattr(method, "chat_id", None)
    return chat if isinstance(chat, int) else None


def _in_our_terms(error: AiogramError) -> ChannelError:
    """Return what an error means; addresses and contents are left out."""
    match error:
        case TelegramForbiddenError():
            return ChatGone("the bot is blocked in this chat", code="403")
        case TelegramBadRequest(message=words):
            return _of_bad_request(words)
        case TelegramConflictError():
            return ChannelUnavailable("another program asks for this bot's updates", code="409")
        case TelegramUnauthorizedError() | TelegramNotFound():
            return ChannelUnavailable("telegram does not know this token", code="401")
        case _:
            return ChannelUnavailable(f"telegram can't be reached: {type(error).__name__}")


def _of_bad_request(words: str) -> ChannelError:
    low = words.lower()
    if _SAME in low:
        return NothingToEdit("the message shows this already")
    if any(each in low for each in _NOT_EDITABLE):
        return MessageNotEditable("the message can't be edited any more")
    if any(each in low for each in _LATE):
        return PressTooOld("the press is too old to be answered")
    if any(each in low for each in _GONE):
        return ChatGone("there is no such chat any more", code="400")
    return MessageRefused("telegram refused the message", code="400", words=words)
