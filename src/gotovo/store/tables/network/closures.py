"""Closures in PostgreSQL: each is one commit with the timetable, its recalculation and its entry.

Whatever stops the program afterwards, the point is listed among the changed places, so all of its
running orders follow the new timetable (`engine/background/recalculation.py`).
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct, structs

from gotovo.points.point import Point
from gotovo.points.timetable import Timetable
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.security.entries import Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind

LATEST: Final = (datetime.max.replace(tzinfo=UTC), UUID(int=(1 << 128) - 1))
"""The cursor of a first page."""

TRIES_MAX: Final = 16
"""How often a closure is tried again: each time somebody else has changed the point."""

_sql: Final = load_statements("tables/network/closures.sql")
_point: Final = msgspec.json.Decoder(Point)

Change = Callable[[Timetable], Timetable]
"""Makes the new timetable from the one that is stored; it may raise, and then nothing changes."""


class ClosureNotStored(Exception):
    """The settings of this point were changed again and again while a closure was entered."""


class _ChangedMeanwhileError(Exception):
    """Somebody else changed the settings of the point: nothing of this try is stored."""


class StoredClosure(Struct, frozen=True, kw_only=True):
    """A closure; the columns of `point_closure` say what each field is."""

    id: UUID
    point: str
    kind: str
    starts_on: date
    starts_at: time | None
    ends_on: date | None
    reason: str | None
    entered_by: str
    entered_at: datetime
    approved_by: str | None = None
    lifted_at: datetime | None = None
    lifted_by: str | None = None


class ClosureStore:
    """Reads and writes `point_closure`, and the timetables that closures change."""

    def __init__(self, pool: "asyncpg.Pool[Any]", directory: Directory) -> None:
        """Use a pool; `directory` is this process's copy of the settings."""
        self._pool = pool
        self._directory = directory

    async def find(self, closure: UUID) -> StoredClosure | None:
        """Return a closure in whatever state."""
        row = await self._pool.fetchrow(_sql["closure"], closure)
        return StoredClosure(**row) if row else None

    async def of_point(
        self, point: str, after: tuple[datetime, UUID], limit: int
    ) -> Sequence[StoredClosure]:
        """Return a page of a point's closures, entered last first."""
        rows = await self._pool.fetch(_sql["closures_of_point"], point, *after, limit)
        return [StoredClosure(**row) for row in rows]

    async def enter(self, new: StoredClosure, change: Change, by: Author, about: str) -> bool:
        """Store a closure with the timetable it leads to, once; False where it was stored."""
        columns = structs.astuple(new)[:-2]
        kind = SecurityKind.POINT_CLOSURE_ENTERED
        return await self._commit(
            "enter_closure", columns, new, change, _entry(kind, new, by, about)
        )

    async def lift(
        self, closure: StoredClosure, at: datetime, change: Change, by: Author, about: str
    ) -> bool:
        """Take a closure back with the timetable that this leads to, once."""
        columns = (closure.id, closure.point, at, by.actor)
        entry = _entry(SecurityKind.POINT_CLOSURE_LIFTED, closure, by, about)
        entry = structs.replace(entry, at=at)
        return await self._commit("lift_closure", columns, closure, change, entry)

    async def _commit(
        self,
        statement: str,
        columns: tuple[Any, ...],
        closure: StoredClosure,
        change: Change,
        entry: SecurityEntry,
    ) -> bool:
        for _ in range(TRIES_MAX):
            try:
                return await self._tried(statement, columns, closure, change, entry)
            except _ChangedMeanwhileError:
                continue
        raise ClosureNotStored(closure.point)

    async def _tried(
        self,
        statement: str,
        columns: tuple[Any, ...],
        closure: StoredClosure,
        change: Change,
        entry: SecurityEntry,
    ) -> bool:
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_sql["point_now"], closure.point)
            assert row is not None, closure.point
            if await connection.fetchval(_sql[statement], *columns) is None:
                return False
            point = _point.decode(row["settings"])
            changed = structs.replace(point, timetable=change(point.timetable))
            stored = await self._directory.store_within(
                connection, changed, entry.at, row["version"], entry.by, (entry,)
            )
            if stored is None:
                raise _ChangedMeanwhileError
        await self._directory.refresh()
        return True


def _entry(kind: SecurityKind, closure: StoredClosure, by: Author, about: str) -> SecurityEntry:
    return SecurityEntry(
        kind=kind,
        at=closure.entered_at,
        by=by,
        subject=f"closure:{closure.id}",
        details=EntryDetails(point=closure.point, about=about),
    )
