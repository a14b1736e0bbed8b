"""Updates of the Telegram bot in PostgreSQL: its inbox, and the lease of who asks for more."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/telegram/updates.sql")


class UpdateOutcome(StrEnum):
    """What became of an update."""

    HANDLED = "handled"
    IGNORED = "ignored"
    MALFORMED = "malformed"
    GIVEN_UP = "given_up"


class NewUpdate(Struct, frozen=True):
    """An update as it came; one with an `outcome` is only remembered."""

    id: int
    chat: int
    payload: bytes | None
    outcome: UpdateOutcome | None = None


class TakenUpdate(Struct, frozen=True):
    """An update that this process has now, for the `attempts`th time."""

    id: int
    chat: int
    payload: bytes
    attempts: int


class TelegramUpdates:
    """The inbox of one bot."""

    def __init__(self, pool: "asyncpg.Pool[Any]", bot: int) -> None:
        """Use a pool; every call is one statement. `bot` is the id in the token."""
        self._pool = pool
        self._bot = bot

    async def put(self, updates: Sequence[NewUpdate], now: datetime) -> int:
        """Store updates, each once; return how many are new."""
        rows = await self._pool.fetch(
            _sql["put_updates"],
            self._bot,
            now,
            [each.id for each in updates],
            [each.chat for each in updates],
            [each.payload for each in updates],
            [each.outcome for each in updates],
        )
        return len(rows)

    async def take(self, now: datetime, until: datetime, limit: int) -> Sequence[TakenUpdate]:
        """Take the oldest update of each chat; until an instant it is nobody else's."""
        rows = await self._pool.fetch(_sql["take_updates"], self._bot, now, until, limit)
        return [TakenUpdate(**row) for row in rows]

    async def finish(self, id_: int, outcome: UpdateOutcome) -> None:
        """Keep of an update only what became of it."""
        await self._pool.execute(_sql["finish_update"], self._bot, id_, outcome)

    async def put_off(self, id_: int, until: datetime) -> None:
        """Let an update wait until an instant."""
        await self._pool.execute(_sql["put_off_update"], self._bot, id_, until)

    async def hold_poll(self, holder: str, now: datetime, until: datetime) -> bool:
        """Take or keep the lease; return False while another process has it."""
        taken = await self._pool.fetchval(_sql["hold_poll"], self._bot, holder, now, until)
        return taken is not None

    async def release_poll(self, holder: str, now: datetime) -> None:
        """Give the lease up."""
        await self._pool.execute(_sql["release_poll"], self._bot, holder, now)
