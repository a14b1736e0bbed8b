"""Long polling: one process at a time asks, and stores what it gets before asking for more."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from gotovo.bot.receiving.polling import LEASE, UpdatePolling
from gotovo.bot.receiving.troubles import BotTroubles
from tests.support.bot.bot_desk import BotDesk
from tests.support.bot.person import Person


class Pollers:
    """Processes that poll, which are all stopped at the end."""

    def __init__(self, bot: BotDesk) -> None:
        self._bot = bot
        self._running: dict[str, tuple[UpdatePolling, asyncio.Task[None]]] = {}
        self.prepared: list[str] = []
        self.in_trouble = asyncio.Event()
        self.troubles = BotTroubles(lambda _name, _error: self.in_trouble.set())

    def start(self, holder: str) -> UpdatePolling:
        """Start one."""

        async def prepare() -> None:
            self.prepared.append(holder)

        uses = self._bot.dependencies
        polling = UpdatePolling(
            uses.client,
            uses.updates,
            self._bot.inbox,
            self.troubles,
            uses.clock,
            holder,
            prepare=prepare,
        )
        self._running[holder] = polling, asyncio.create_task(polling.poll())
        return polling

    async def stop(self, holder: str) -> None:
        """Stop one and wait until it has ended."""
        polling, task = self._running.pop(holder)
        polling.job.stop()
        await task

    async def stop_all(self) -> None:
        for holder in list(self._running):
            await self.stop(holder)


@pytest.fixture
async def pollers(bot: BotDesk) -> AsyncIterator[Pollers]:
    """Give what polls."""
    pollers = Pollers(bot)
    yield pollers
    await pollers.stop_all()


async def stored(bot: BotDesk, pool: asyncpg.Pool, count: int) -> None:
    """Wait until so many updates are stored."""
    while True:
        bot.arrived.clear()
        if await pool.fetchval("select count(*) from telegram_update") >= count:
            return
        await bot.arrived.wait()


async def test_updates_come_in_by_long_polling(
    bot: BotDesk, pollers: Pollers, pool: asyncpg.Pool
) -> None:
    alina = Person(bot.api, 700_001)
    pollers.start("a")
    await bot.api.polled.wait()
    bot.api.queue(alina.writes("/start"))
    bot.api.queue(alina.writes("hello"))
    await stored(bot, pool, 2)
    await bot.inbox.handle_waiting()
    assert "once this chat is linked" in alina.sees.text
    assert pollers.prepared == ["a"]
    assert bot.api.count("deleteWebhook") == 1


async def test_one_process_polls_at_a_time(bot: BotDesk, pollers: Pollers) -> None:
    pollers.start("a")
    await bot.api.polled.wait()
    second = pollers.start("b")
    await second.poll()  # returns at once: the lease is somebody else's
    assert pollers.prepared == ["a"]
    assert bot.api.count("getUpdates") == 1


async def test_who_stops_lets_another_go_on(
    bot: BotDesk, pollers: Pollers, pool: asyncpg.Pool
) -> None:
    alina = Person(bot.api, 700_001)
    pollers.start("a")
    await bot.api.polled.wait()
    await pollers.stop("a")
    bot.api.polled.clear()
    pollers.start("b")
    await bot.api.polled.wait()
    bot.api.queue(alina.writes("/start"))
    await stored(bot, pool, 1)
    assert pollers.prepared == ["a", "b"]


async def test_who_died_is_followed_after_the_lease(bot: BotDesk, pollers: Pollers) -> None:
    now = bot.clock()
    assert await bot.dependencies.updates.hold_poll("dead", now, now + LEASE)
    await pollers.start("b").poll()
    assert bot.api.count("getUpdates") == 0
    bot.clock.now += LEASE
    pollers.start("c")
    await bot.api.polled.wait()
    assert pollers.prepared == ["c"]


async def test_an_update_that_comes_twice_counts_once(
    bot: BotDesk, pollers: Pollers, pool: asyncpg.Pool
) -> None:
    """A process that dies after it stored an update has not told Telegram so."""
    alina = Person(bot.api, 700_001)
    bot.api.queue(alina.writes("/start"))
    pollers.start("a")
    await stored(bot, pool, 1)
    await pollers.stop("a")
    bot.api.queue(alina.writes("hello"))
    pollers.start("b")
    await stored(bot, pool, 2)
    await bot.inbox.handle_waiting()
    assert await pool.fetchval("select count(*) from telegram_update") == 2
    assert len(bot.api.messages[700_001]) == 2


async def test_a_telegram_that_is_down_is_a_trouble_and_no_failure(
    bot: BotDesk, pollers: Pollers
) -> None:
    bot.api.fail("deleteWebhook", 502, "Bad Gateway")
    polling = pollers.start("a")
    await pollers.in_trouble.wait()
    assert pollers.troubles.told == (
        "telegram-polling: telegram can't be reached: TelegramServerError",
    )
    assert polling.job.failure is None
