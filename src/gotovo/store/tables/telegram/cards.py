"""Cards of the Telegram bot in PostgreSQL: messages that show an order, and are kept up to date."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/telegram/cards.sql")


class OrderCardMessage(Struct, frozen=True):
    """The message of a chat that shows an order; `shown` is the digest of what it shows."""

    number: str
    chat: int
    message: int
    shown: bytes
    shown_at: datetime


class TelegramCards:
    """Stores one message for each order and chat."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def begin_following(self, name: str) -> None:
        """Let a follower that has no position begin at the end of the journal."""
        await self._pool.execute(_sql["begin_following"], name)

    async def put(self, card: OrderCardMessage) -> None:
        """Remember the message that shows an order in a chat now."""
        where = (home_of(card.number), card.number, card.chat)
        shown = (card.message, card.shown, card.shown_at)
        await self._pool.execute(_sql["put_card"], *where, *shown)

    async def mark(self, numbers: Collection[str], now: datetime) -> None:
        """Mark the cards of orders that have changed."""
        homes = [home_of(number) for number in numbers]
        await self._pool.execute(_sql["mark_cards"], homes, list(numbers), now)

    async def take(self, now: datetime, until: datetime, limit: int) -> Sequence[OrderCardMessage]:
        """Take cards that are due, the longest due first."""
        rows = await self._pool.fetch(_sql["take_cards"], now, until, limit)
        return [OrderCardMessage(**row) for row in rows]

    async def finish(
        self, card: OrderCardMessage, shown: bytes, now: datetime, until: datetime
    ) -> None:
        """Record what a card shows now, that was taken until an instant.

        It stays due if it was marked again meanwhile.
        """
        where = (home_of(card.number), card.number, card.chat, card.message)
        await self._pool.execute(_sql["finish_card"], *where, shown, now, until)

    async def put_off(self, card: OrderCardMessage, until: datetime) -> None:
        """Let a card wait until an instant."""
        where = (home_of(card.number), card.number, card.chat, card.message)
        await self._pool.execute(_sql["put_off_card"], *where, until)

    async def forget(self, card: OrderCardMessage) -> None:
        """Delete a card whose message is gone or too old."""
        where = (home_of(card.number), card.number, card.chat, card.message)
        await self._pool.execute(_sql["forget_card"], *where)

    async def forget_message(self, chat: int, message: int) -> None:
        """Delete the card that a message was."""
        await self._pool.execute(_sql["forget_message"], chat, message)

    async def forget_chat(self, chat: int) -> None:
        """Delete the cards of a chat."""
        await self._pool.execute(_sql["forget_cards_of_chat"], chat)
