"""Long polling: one process at a time asks Telegram for updates, and stores what it gets.

Telegram forgets an update once a later one is asked for, so that is done when it is stored.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

import msgspec
from aiogram.methods import DeleteWebhook, TelegramMethod

from gotovo.bot.receiving.inbox import UpdateInbox
from gotovo.bot.receiving.troubles import BotTroubles
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.notices.channels.port import ChannelError
from gotovo.notices.channels.telegram.client import TelegramClient
from gotovo.store.tables.telegram.updates import TelegramUpdates

ALLOWED_UPDATES: Final = ("message", "callback_query", "my_chat_member")
"""What Telegram sends; nothing else is answered."""

WAIT_SECONDS: Final = 25
"""How long Telegram waits for an update before it answers that there is none."""

LEASE: Final = timedelta(seconds=90)
"""Longer than one call takes; a process that died is followed after that."""

LOOK_SECONDS: Final = 5.0
"""How often the other processes look whether the lease is free."""

PAGE: Final = 100
"""The most that Telegram gives at once."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates` that leaves updates as they came: a strange one must not hold up the others."""

    __returning__: ClassVar[Any] = list[dict[str, Any]]
    __api_method__: ClassVar[str] = "getUpdates"

    offset: int | None = None
    limit: int = PAGE
    timeout: int = WAIT_SECONDS
    allowed_updates: list[str]


class UpdatePolling:
    """The job that polls."""

    def __init__(  # noqa: PLR0917  (what it uses, then who it is)
        self,
        client: TelegramClient,
        updates: TelegramUpdates,
        inbox: UpdateInbox,
        troubles: BotTroubles,
        clock: Callable[[], datetime],
        holder: str,
        *,
        prepare: Callable[[], Awaitable[None]],
        report: Callable[[str, Exception], None] | None = None,
    ) -> None:
        """`holder` names this process; `prepare` runs once before the first call."""
        self._client = client
        self._updates = updates
        self._inbox = inbox
        self._troubles = troubles
        self._clock = clock
        self._holder = holder
        self._prepare = prepare
        self._is_prepared = False
        self._offset: int | None = None
        self.job = PeriodicJob("telegram-polling", self.poll, LOOK_SECONDS, report=report)

    async def poll(self) -> None:
        """Poll as long as this process has the lease and is not stopped."""
        while not self.job.is_stopping and await self._has_lease():
            try:
                is_going_on = await self._turn()
            except ChannelError as error:
                await self.job.rest(self._troubles.failed(self.job.name, error))
                continue
            self._troubles.worked(self.job.name)
            if not is_going_on:
                break
        if self.job.is_stopping:
            await self._updates.release_poll(self._holder, self._clock())

    async def _turn(self) -> bool:
        """Ask once; return False when this process is stopped meanwhile."""
        if not self._is_prepared:
            await self._client.call(DeleteWebhook(drop_pending_updates=False))
            await self._prepare()
            self._is_prepared = True
        found = await self._ask()
        if found is None:
            return False
        await self._inbox.store([msgspec.json.encode(each) for each in found])
        if found:  # Each has an id, or the inbox would have refused it.
            self._offset = max(each["update_id"] for each in found) + 1
        return True

    async def _has_lease(self) -> bool:
        now = self._clock()
        return await self._updates.hold_poll(self._holder, now, now + LEASE)

    async def _ask(self) -> Sequence[dict[str, Any]] | None:
        """Return what Telegram has; None when this process is stopped meanwhile."""
        call = GetRawUpdates(offset=self._offset, allowed_updates=list(ALLOWED_UPDATES))
        asking = asyncio.ensure_future(self._client.call(call, seconds_max=WAIT_SECONDS + 10))
        stopping = asyncio.ensure_future(self.job.rest(LEASE.total_seconds()))
        try:
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if not asking.done():
                asking.cancel()
            await asyncio.gather(stopping, asking, return_exceptions=True)
        return None if asking.cancelled() else asking.result()
