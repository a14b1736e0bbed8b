"""The bot over a test's own database and engine, at a Bot API server of the test's own."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import asyncpg

from gotovo.bot.card_updates import CardUpdates
from gotovo.bot.conversation.routing import conversation
from gotovo.bot.dependencies import BotDependencies
from gotovo.bot.receiving.inbox import UpdateInbox
from gotovo.notices.channels.telegram.client import TelegramClient
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.telegram.cards import TelegramCards
from gotovo.store.tables.telegram.chats import TelegramChats
from gotovo.store.tables.telegram.updates import TelegramUpdates
from gotovo.web.site.dependencies import WebDependencies
from tests.support.bot.bot_api import BOT_ID, TOKEN, BotApi
from tests.support.web.cast import KEYRING, NOW, Clock


class Waits:
    """A clock and a sleep of the client that only count."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def bot_dependencies(
    web: WebDependencies, pool: "asyncpg.Pool[Any]", client: TelegramClient, **more: Any
) -> BotDependencies:
    """Return the dependencies of the bot beside those of the pages."""
    return BotDependencies(
        client=client,
        chats=TelegramChats(pool),
        updates=TelegramUpdates(pool, BOT_ID),
        cards=TelegramCards(pool),
        engine=web.engine,
        orders=web.orders,
        texts=web.texts,
        help=web.help,
        accounts=web.accounts,
        phone_accounts=web.phone_accounts,
        rate_limits=web.rate_limits,
        security_log=web.security_log,
        places=web.places,
        keyring=lambda: KEYRING,
        clock=web.clock,
        **more,
    )


class BotDesk:
    """Lets the bot take updates and edit its cards, by hand."""

    def __init__(
        self,
        api: BotApi,
        dependencies: BotDependencies,
        journal: PostgresJournal,
        waits: Waits,
        clock: Clock,
    ) -> None:
        self.api = api
        self.dependencies = dependencies
        self.waits = waits
        self.clock = clock
        self.arrived = asyncio.Event()
        self.inbox = UpdateInbox(dependencies, conversation(), self.arrived.set)
        self.cards = CardUpdates(dependencies)
        self._journal = journal
        self._seen = 0
        self._passed = timedelta(0)

    async def takes(self, *updates: dict[str, Any]) -> None:
        """Store updates and handle them; what fails waits for another attempt."""
        await self.inbox.store([json.dumps(each).encode() for each in updates])
        await self.inbox.handle_waiting()

    def passes(self, span: timedelta) -> None:
        """Let time pass, also where orders were put into the past in between."""
        self._passed += span
        self.clock.now = NOW + self._passed

    async def follows(self) -> None:
        """Read what has happened in the journal, and mark the cards."""
        page = await self._journal.feed(0, self._seen, 1_000)
        if page:
            await self.cards(page)
            self._seen = page[-1].position

    async def outcomes(self, pool: "asyncpg.Pool[Any]") -> list[str | None]:
        """Return what became of each update."""
        rows = await pool.fetch("select outcome from telegram_update order by id")
        return [row["outcome"] for row in rows]


def client_of(api: BotApi, waits: Waits) -> TelegramClient:
    """Return a client at the test's own server, which waits without waiting."""
    return TelegramClient(TOKEN, api.url, monotonic=waits.monotonic, sleep=waits.sleep)
