"""What timers hold, and the ticks of the machines' clocks, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg

from gotovo.engine.background.ports import Hold, Tick
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import Author, SecurityEntry
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.store.tables.security.security_log import append

FORGOTTEN_AFTER: Final = timedelta(days=30)
"""A machine that was off for longer begins anew."""

_sql = load_statements("tables/orders/timer_holds.sql")


class TimerHoldStore:
    """Reads and writes `timer_hold` and `clock_tick`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def holds(self) -> Sequence[Hold]:
        """Return everything that is held, or released and not done yet."""
        return [Hold(**row) for row in await self._pool.fetch(_sql["holds"])]

    async def hold(self, hold: Hold) -> None:
        """Hold something, unless it is held already."""
        await self._pool.execute(
            _sql["hold"],
            hold.what,
            hold.machine,
            hold.since,
            hold.due,
            hold.allowed,
            hold.expected_at,
            hold.shown_at,
            hold.released_at,
        )

    async def end_hold(self, what: str, machine: str) -> None:
        """Forget a hold."""
        await self._pool.execute(_sql["end_hold"], what, machine)

    async def release(self, what: str, at: datetime, by: Author) -> Sequence[Hold]:
        """Let a kind, or the clocks, go on; return what was held. It is in the security log."""
        async with self._pool.acquire() as connection, connection.transaction():
            held = [Hold(**row) for row in await connection.fetch(_sql["release"], what, at)]
            if held:
                entry = SecurityEntry(kind=SecurityKind.TIMERS_RELEASED, at=at, by=by, subject=what)
                await append(connection, [entry])
        return held

    async def ticks(self) -> Sequence[Tick]:
        """Return the last tick of each start of each machine."""
        rows = await self._pool.fetch(_sql["ticks"])
        return [Tick(row["machine"], row["at"], row["uptime_seconds"]) for row in rows]

    async def add_tick(self, tick: Tick) -> None:
        """Store a machine's last tick, and forget machines that have not ticked for a month."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql["add_tick"], tick.machine, tick.at, tick.uptime_seconds)
            await connection.execute(_sql["forget_ticks"], tick.at - FORGOTTEN_AFTER)

    async def newest_record(self, lanes: Sequence[int]) -> datetime | None:
        """Return when the newest event was recorded."""
        found = [await self._pool.fetchval(_sql["newest_record"], lane) for lane in lanes]
        return max((at for at in found if at is not None), default=None)
