"""Linking a chat with the Telegram bot: by a link from the account, or by the person's own phone.

A link holds a random token that works once and for ten minutes; the database has its digest. It is
made by somebody signed in, and opens the orders that are open in that session. A phone that
Telegram says is the sender's own proves what a sign-in code proves, and no more.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.rate_limits import RateLimit
from gotovo.store.tables.access.accounts import AccountStore
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.telegram.chats import TelegramChats, TelegramInvitation
from gotovo.words.language import Language

LIFETIME: Final = timedelta(minutes=10)
"""Long enough to find the telephone; whoever finds the link in a history later gets nothing."""

GUESSES_PER_CHAT: Final = RateLimit("telegram links per chat", 5, timedelta(minutes=5))
"""Of links that open nothing: a token of 192 bits can't be guessed, and the table is left alone."""

_TOKEN_BYTES: Final = 24  # Thirty-two letters; Telegram takes at most sixty-four.
_TOKEN_LETTERS: Final = 32


async def invite(
    chats: TelegramChats, session: Session, now: datetime, random_bytes: Callable[[int], bytes]
) -> str:
    """Return a token that links a chat to the session's buyer; any before it is worth nothing."""
    token = urlsafe_b64encode(random_bytes(_TOKEN_BYTES)).decode()
    invitation = TelegramInvitation(session.customer, session.orders_since)
    await chats.invite(_digest(token), invitation, now + LIFETIME)
    return token


def deep_link(bot: str, token: str) -> str:
    """Return the address that opens the bot, by its user name, with a token."""
    return f"https://t.me/{bot}?start={token}"


async def link_by_token(
    chats: TelegramChats, token: str, chat: int, language: Language, now: datetime
) -> str | None:
    """Link a chat and return its buyer; None for a token that opens nothing."""
    if len(token) != _TOKEN_LETTERS or not token.isascii():
        return None
    invitation = await chats.use_invitation(_digest(token), now)
    if invitation is None:
        return None
    customer, since = invitation.customer, invitation.orders_since
    await chats.link(chat, customer, language, since, "link", now)
    return customer


async def link_by_phone(  # noqa: PLR0917  (the stores, then who links what, and when)
    chats: TelegramChats,
    phones: PhoneAccounts,
    accounts: AccountStore,
    phone: str,
    chat: int,
    language: Language,
    now: datetime,
    idle_phone: timedelta,
) -> str:
    """Link a chat to the buyer whose phone (E.164) it is, and return who that is.

    It counts as a sign-in: orders from before the phone was idle stay closed.
    """
    customer = (await phones.current([phone]))(phone)
    since = await accounts.note_sign_in(customer, now, now - idle_phone)
    await chats.link(chat, customer, language, since, "contact", now)
    return customer


def _digest(token: str) -> bytes:
    return hashlib.sha256(b"telegram:" + token.encode()).digest()
