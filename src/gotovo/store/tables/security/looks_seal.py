"""Seals of the access log: when a day is over, the security log gets a digest of its rows.

So the looks of a day are part of the chain although their rows are not: the audit finds a row that
was altered, taken out or added afterwards, for as long as the access log keeps the day.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

import asyncpg
import msgspec

from gotovo.store.tables.access.access_log import SETTLED_AFTER, day_digest, first_day
from gotovo.store.tables.security.entries import SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import append, last_of_kind, wait_for_turn

SEAL_SECONDS: Final = 600.0
"""How often it is looked whether a day is over."""

_DAY: Final = timedelta(days=1)
_details: Final = msgspec.json.Decoder(EntryDetails)


class LooksSeal:
    """Seals the days of the access log, each once, whatever number of processes try."""

    def __init__(self, pool: "asyncpg.Pool[Any]", clock: Callable[[], datetime]) -> None:
        """Use a pool; `seal` has to be called every few minutes."""
        self._pool = pool
        self._clock = clock

    async def seal(self) -> None:
        """Seal the days that are over and settled, beginning after the last one that is sealed."""
        async with self._pool.acquire() as connection:
            while await self._seal_next(connection):
                pass

    async def _seal_next(self, connection: Any) -> bool:
        day = await self._next_day(connection)
        if day is None:
            return False
        rows, digest = await day_digest(connection, day)
        async with connection.transaction():
            await wait_for_turn(connection)
            if await self._next_day(connection) != day:  # Another process was quicker.
                return True
            entry = SecurityEntry(
                kind=SecurityKind.LOOKS_SEALED,
                at=self._clock(),
                details=EntryDetails(day=day, rows=rows, digest=digest),
            )
            await append(connection, [entry])
        return True

    async def _next_day(self, connection: Any) -> date | None:
        """Return the earliest day that has to be sealed, None when there is none yet."""
        until = (self._clock() - 2 * SETTLED_AFTER).date()
        last = await last_of_kind(connection, SecurityKind.LOOKS_SEALED)
        sealed = None if last is None else _details.decode(last.details).day
        day = await first_day(connection) if sealed is None else sealed + _DAY
        return day if day is not None and day < until else None
