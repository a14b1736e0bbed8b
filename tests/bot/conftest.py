"""The bot over the fixtures of the pages, for the tests of this folder."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from gotovo.store.journal.journal import PostgresJournal
from gotovo.web.site.dependencies import WebDependencies
from tests.support.bot.bot_api import BotApi, bot_api
from tests.support.bot.bot_desk import BotDesk, Waits, bot_dependencies, client_of
from tests.support.bot.person import ALINAS_CHAT, Person
from tests.support.web.cast import ALINA, Clock
from tests.support.web.stage import (
    buyer,
    cast,
    clock,
    dependencies,
    dispatcher,
    engine,
    journal,
)

__all__ = [
    "buyer",
    "cast",
    "clock",
    "dependencies",
    "dispatcher",
    "engine",
    "journal",
]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """Give a Bot API server."""
    async with bot_api() as server:
        yield server


@pytest.fixture
async def bot(
    api: BotApi,
    dependencies: WebDependencies,
    pool: asyncpg.Pool,
    journal: PostgresJournal,
    clock: Clock,
) -> AsyncIterator[BotDesk]:
    """Give the bot."""
    waits = Waits()
    client = client_of(api, waits)
    uses = bot_dependencies(dependencies, pool, client, hotline="+78432000000")
    yield BotDesk(api, uses, journal, waits, clock)
    await client.close()


@pytest.fixture
async def alina(api: BotApi, bot: BotDesk) -> Person:
    """Give a buyer who reads English and has shared her own phone with the bot."""
    person = Person(api, ALINAS_CHAT)
    await bot.takes(person.shares(ALINA))
    return person
