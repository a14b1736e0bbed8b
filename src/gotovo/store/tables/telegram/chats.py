"""Chats with the Telegram bot in PostgreSQL: whose each is, and the links that link one."""

from datetime import datetime, timedelta
from typing import Any, Final, Literal

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

USE_INTERVAL: Final = timedelta(hours=1)
"""A use is recorded once in this time: nobody needs to know it more exactly."""

_sql = load_statements("tables/telegram/chats.sql")

LinkedBy = Literal["link", "contact"]


class TelegramChat(Struct, frozen=True):
    """A chat and its buyer; orders placed before `orders_since` are closed to it.

    `way` is how the buyer agreed, `blocked_at` since when the bot is blocked there.
    """

    chat: int
    customer: str
    language: str
    orders_since: datetime | None
    way: LinkedBy
    linked_at: datetime
    used_at: datetime
    blocked_at: datetime | None


class TelegramInvitation(Struct, frozen=True):
    """Whom a link was made for, and since when their orders are open to them."""

    customer: str
    orders_since: datetime | None


class TelegramChats:
    """Stores one chat a buyer and one buyer a chat; `access` makes the tokens of links."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def invite(
        self, digest: bytes, invitation: TelegramInvitation, expires_at: datetime
    ) -> None:
        """Store the digest of a link, in place of the customer's one before."""
        await self._pool.execute(
            _sql["put_invitation"],
            digest,
            invitation.customer,
            invitation.orders_since,
            expires_at,
        )

    async def use_invitation(self, digest: bytes, now: datetime) -> TelegramInvitation | None:
        """Use a link up; None for one that was used, has expired or never was."""
        row = await self._pool.fetchrow(_sql["use_invitation"], digest, now)
        return None if row is None else TelegramInvitation(**row)

    async def link(  # noqa: PLR0917  (the columns of a chat)
        self,
        chat: int,
        customer: str,
        language: str,
        orders_since: datetime | None,
        way: LinkedBy,
        now: datetime,
    ) -> None:
        """Link a chat; the buyer's chat before, and the chat's buyer before, are unlinked."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql["forget_invitations"], customer)
            await connection.execute(_sql["unlink_others"], customer, chat)
            linked = (chat, customer, language, orders_since, way, now)
            await connection.execute(_sql["link_chat"], *linked)

    async def chat(self, chat: int) -> TelegramChat | None:
        """Return a chat, None for one that is not linked."""
        row = await self._pool.fetchrow(_sql["chat"], chat)
        return None if row is None else TelegramChat(**row)

    async def of_customer(self, customer: str) -> TelegramChat | None:
        """Return the chat of a customer, blocked or not."""
        row = await self._pool.fetchrow(_sql["chat_of_customer"], customer)
        return None if row is None else TelegramChat(**row)

    async def note_use(self, chat: int, now: datetime) -> None:
        """Record that somebody wrote: messages arrive there again."""
        await self._pool.execute(_sql["use_chat"], chat, now, now - USE_INTERVAL)

    async def block(self, chat: int, now: datetime) -> None:
        """Record that the bot is blocked in a chat."""
        await self._pool.execute(_sql["block_chat"], chat, now)

    async def set_language(self, chat: int, language: str) -> None:
        """Change the language of a chat."""
        await self._pool.execute(_sql["set_language"], chat, language)

    async def unlink(self, chat: int) -> str | None:
        """Unlink a chat; return whose it was."""
        return await self._pool.fetchval(_sql["unlink_chat"], chat)

    async def unlink_customer(self, customer: str) -> int | None:
        """Unlink the chat of a customer, and make links that were not used worthless."""
        await self._pool.execute(_sql["forget_invitations"], customer)
        return await self._pool.fetchval(_sql["unlink_customer"], customer)
