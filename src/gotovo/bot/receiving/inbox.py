"""The inbox: updates are stored first, then handled chat by chat, each until it is done.

Telegram sends an update again when it is not sure that it came, so its id counts once. A process
that dies leaves what it was handling to the next one, whose commands have the same ids.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import msgspec
import structlog
from aiogram import Dispatcher
from aiogram.types import Update
from msgspec import Struct

from gotovo.bot.conversation.chat_visit import ChatVisit
from gotovo.bot.dependencies import BotDependencies
from gotovo.notices.channels.chat_message import ChatGone
from gotovo.notices.channels.port import ChannelUnavailable, MessageRefused
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE
from gotovo.store.tables.telegram.updates import NewUpdate, TakenUpdate, UpdateOutcome

POLL_SECONDS: Final = 1.0
"""How often updates are looked for that wait for another attempt; new ones wake the job."""

LEASE: Final = timedelta(seconds=60)
"""Longer than a few calls of Telegram take at their slowest."""

AT_ONCE: Final = 16
"""Chats that are answered at the same time."""

ATTEMPTS_MAX: Final = 6
"""In some five minutes; what Telegram has not taken by then is of no use in a conversation."""

_BACKOFF_FIRST: Final = timedelta(seconds=5)
_BACKOFF_MOST: Final = timedelta(minutes=5)
_ID_MAX: Final = 1 << 62

_log = structlog.get_logger("gotovo.bot")


class MalformedUpdate(Exception):
    """What came is no update of Telegram's."""


class _Place(Struct):
    id: int


class _Sent(Struct):
    chat: _Place


class _Pressed(Struct):
    from_: _Place = msgspec.field(name="from")
    message: _Sent | None = None


class _Envelope(Struct):
    """What has to be known of an update to store it."""

    update_id: int
    message: _Sent | None = None
    callback_query: _Pressed | None = None
    my_chat_member: _Sent | None = None

    @property
    def chat(self) -> int:
        """Return the chat it came from, 0 where it names none."""
        if self.callback_query is not None:
            pressed = self.callback_query
            return pressed.message.chat.id if pressed.message else pressed.from_.id
        sent = self.message or self.my_chat_member
        return sent.chat.id if sent is not None else 0


_envelope = msgspec.json.Decoder(_Envelope)


class _Numbered(Struct):
    update_id: int


_numbered = msgspec.json.Decoder(_Numbered)


class UpdateInbox:
    """Stores updates and handles them."""

    def __init__(
        self,
        dependencies: BotDependencies,
        dispatcher: Dispatcher,
        on_stored: Callable[[], None] = lambda: None,
    ) -> None:
        """Call `on_stored` whenever an update waits to be handled."""
        self._dependencies = dependencies
        self._dispatcher = dispatcher
        self._on_stored = on_stored
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def store(self, payloads: Sequence[bytes]) -> int:
        """Store updates as they came, each once; return how many are new.

        Raise MalformedUpdate for one without an id; one that can't be read otherwise is remembered.
        """
        updates = [new_update(each) for each in payloads]
        now = self._dependencies.clock()
        new = await self._dependencies.updates.put(updates, now) if updates else 0
        if new:
            self._on_stored()
        return new

    async def handle_waiting(self) -> int:
        """Handle what waits; return how many updates were taken."""
        count = 0
        while True:
            now = self._dependencies.clock()
            taken = await self._dependencies.updates.take(now, now + LEASE, AT_ONCE)
            if not taken:
                return count
            count += len(taken)
            await asyncio.gather(*(self._handle(each) for each in taken))

    async def _handle(self, taken: TakenUpdate) -> None:
        """Handle an update, and write down what became of it."""
        updates, now = self._dependencies.updates, self._dependencies.clock()
        async with self._turns:
            try:
                outcome = await self._answer(taken)
            except DATABASE_UNREACHABLE:
                raise
            except ChatGone:
                await self._dependencies.chats.block(taken.chat, now)
                outcome = UpdateOutcome.HANDLED
            except MessageRefused as error:
                _log.warning("telegram refused an answer", update=taken.id, words=error.words)
                outcome = UpdateOutcome.GIVEN_UP
            except Exception as error:  # noqa: BLE001  (whatever it is, the next attempt may do)
                if taken.attempts < ATTEMPTS_MAX:
                    await updates.put_off(taken.id, now + _pause(taken.attempts, error))
                    return
                _log.warning("update given up", update=taken.id, error=type(error).__name__)
                outcome = UpdateOutcome.GIVEN_UP
            await updates.finish(taken.id, outcome)

    async def _answer(self, taken: TakenUpdate) -> UpdateOutcome:
        """Let the conversation answer; only private chats are answered."""
        bot = self._dependencies.client.bot
        try:
            update = Update.model_validate_json(taken.payload, context={"bot": bot})
        except ValueError:  # what pydantic raises is one
            _log.warning("malformed update", update=taken.id)
            return UpdateOutcome.MALFORMED
        spoken = _language_of(update)
        if spoken is None or taken.chat <= 0:
            return UpdateOutcome.IGNORED
        chats, now = self._dependencies.chats, self._dependencies.clock()
        linked = await chats.chat(taken.chat)
        if linked is not None and update.my_chat_member is None:
            await chats.note_use(taken.chat, now)
        once = str(taken.id)
        visit = ChatVisit(self._dependencies, taken.chat, once, linked, spoken)
        await self._dispatcher.feed_update(bot, update, visit=visit)
        return UpdateOutcome.HANDLED


def new_update(payload: bytes) -> NewUpdate:
    """Return an update to be stored; raise MalformedUpdate for what has no id."""
    try:
        envelope = _envelope.decode(payload)
        chat, body, outcome = envelope.chat, payload, None
        id_ = envelope.update_id
    except msgspec.ValidationError:
        id_, chat, body, outcome = _id_in(payload), 0, None, UpdateOutcome.MALFORMED
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedUpdate("it is no JSON") from error
    if not 0 <= id_ < _ID_MAX or abs(chat) >= _ID_MAX:
        raise MalformedUpdate("update_id: Expected a number of Telegram's")
    if outcome is not None:
        _log.warning("malformed update", update=id_)
    return NewUpdate(id_, chat, body, outcome)


def _id_in(payload: bytes) -> int:
    try:
        return _numbered.decode(payload).update_id
    except msgspec.ValidationError as error:
        message = "update_id: Expected a number"
        raise MalformedUpdate(message) from error


def _language_of(update: Update) -> str | None:
    """Return the language of the sender's app; None for what is not answered at all."""
    if update.callback_query is not None:
        return update.callback_query.from_user.language_code or ""
    sent = update.message or update.my_chat_member
    if sent is None or sent.chat.type != "private" or sent.from_user is None:
        return None
    return sent.from_user.language_code or ""


def _pause(attempts: int, error: Exception) -> timedelta:
    """Return how long to wait: twice as long each time, and as long as Telegram asks to."""
    pause = min(_BACKOFF_FIRST * 2.0 ** (attempts - 1), _BACKOFF_MOST)
    if isinstance(error, ChannelUnavailable) and error.retry_after is not None:
        return max(pause, timedelta(seconds=error.retry_after))
    return pause
