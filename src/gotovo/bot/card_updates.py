"""Cards that keep themselves up to date: a follower marks those whose orders have changed.

Another job edits them, so that a chat where Telegram asks to wait holds up nobody. A card is edited
once in some seconds, whatever has happened meanwhile: it shows the present state.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from gotovo.bot.conversation.chat_visit import language_of_chat
from gotovo.bot.conversation.replies import read_order
from gotovo.bot.conversation.screens import order_screen
from gotovo.bot.dependencies import BotDependencies
from gotovo.engine.ports import FeedEvent
from gotovo.notices.channels.chat_message import ChatGone
from gotovo.notices.channels.port import ChannelUnavailable, MessageRefused
from gotovo.notices.channels.telegram.client import MessageNotEditable
from gotovo.store.tables.telegram.cards import OrderCardMessage

FOLLOWER: Final = "telegram"
"""The name of this follower's cursor in the journal."""

EDIT_INTERVAL: Final = timedelta(seconds=3)
"""Telegram lets a bot write to a chat about once a second; answers to presses come first."""

POLL_SECONDS: Final = 1.0
LEASE: Final = timedelta(seconds=60)
PAGE: Final = 50

_PAUSE: Final = timedelta(seconds=30)
"""After a failure that names no time to wait."""


class CardUpdates:
    """Marks cards and edits them."""

    def __init__(
        self, dependencies: BotDependencies, on_marked: Callable[[], None] = lambda: None
    ) -> None:
        """Call `on_marked` whenever cards may have become out of date."""
        self._dependencies = dependencies
        self._on_marked = on_marked

    async def __call__(self, events: Sequence[FeedEvent]) -> None:
        """Mark the cards of the orders of these events."""
        numbers = {each.event.number for each in events}
        await self._dependencies.cards.mark(numbers, self._dependencies.clock())
        self._on_marked()

    async def edit_due(self) -> int:
        """Edit the cards that are due, one a chat; return how many were taken."""
        count = 0
        while True:
            now = self._dependencies.clock()
            taken = await self._dependencies.cards.take(now, now + LEASE, PAGE)
            count += len(taken)
            edited: set[int] = set()
            for card in taken:
                free_at = now if card.chat in edited else card.shown_at
                if free_at + EDIT_INTERVAL > now:
                    await self._dependencies.cards.put_off(card, free_at + EDIT_INTERVAL)
                    continue
                edited.add(card.chat)
                await self._edit(card, now + LEASE)
            if len(taken) < PAGE:
                return count

    async def _edit(self, card: OrderCardMessage, until: datetime) -> None:
        """Bring one card up to date; one that can't be edited any more is forgotten."""
        cards, now = self._dependencies.cards, self._dependencies.clock()
        try:
            shown = await self._brought_up_to_date(card)
        except (MessageNotEditable, MessageRefused) as error:
            if isinstance(error, ChatGone):
                await self._dependencies.chats.block(card.chat, now)
            await cards.forget(card)
        except ChannelUnavailable as error:
            wait = _PAUSE if error.retry_after is None else timedelta(seconds=error.retry_after)
            await cards.put_off(card, now + wait)
        else:
            if shown is None:
                await cards.forget(card)
            else:
                await cards.finish(card, shown, self._dependencies.clock(), until)

    async def _brought_up_to_date(self, card: OrderCardMessage) -> bytes | None:
        """Return the digest of what the card shows now; None where it is nobody's any more."""
        dependencies = self._dependencies
        chat = await dependencies.chats.chat(card.chat)
        if chat is None or chat.blocked_at is not None:
            return None
        order = await dependencies.orders.order(chat.customer, card.number, chat.orders_since)
        if order is None:
            return None
        shown = await read_order(dependencies, card.number, language_of_chat(chat, ""))
        assert shown is not None, "an order has a history"
        pay_url = dependencies.pay_url(shown.order, shown.now)
        screen = order_screen(shown, dependencies.public_url, pay_url)
        if screen.digest != card.shown:
            await dependencies.client.edit(card.chat, card.message, screen.text, screen.keyboard)
        return screen.digest
