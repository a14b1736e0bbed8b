"""Shifts in PostgreSQL: each begins and ends in one commit with its entry in the security log.

What ends a shift also ends the sessions that belong to it: whoever was signed in has gone home.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import append
from gotovo.store.tables.shifts.devices import DeskDevice, revocation_entry, revoke_device

LATEST_SHIFT: Final = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
"""The cursor before every shift, the latest first."""

_sql: Final = load_statements("tables/shifts/shifts.sql")


class ShiftEnd(StrEnum):
    """Why a shift ended."""

    PERSON = "person"  # who worked ended it
    MANAGER = "manager"  # somebody in charge ended it
    TIME_LIMIT = "time_limit"  # it went on for too long
    DEVICE_REVOKED = "device_revoked"  # its device is none of the point any more


class Shift(Struct, frozen=True, kw_only=True):
    """A shift; the columns of `shift` say what each field is."""

    id: UUID
    person: UUID
    point: str
    device: UUID
    begun_at: datetime
    ends_by: datetime
    ended_at: datetime | None = None
    end_reason: str | None = None
    ended_by: str | None = None

    def is_open(self, now: datetime) -> bool:
        """Tell whether the person works now: a time limit holds before anything has written it."""
        return self.ended_at is None and now < self.ends_by


class ShiftFilter(Struct, frozen=True):
    """Which shifts of a point: of a person, None for everybody's; open at an instant, if any."""

    person: UUID | None = None
    open_at: datetime | None = None


class ShiftStore:
    """Reads and writes `shift`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; each read is one statement."""
        self._pool = pool

    async def begin(self, new: Shift, session: bytes | None, by: Author) -> Shift | None:
        """Begin a shift, and let the session (its digest) end with it; return the shift.

        The person's shift that has gone on for too long is ended first. None where the person has
        another one that is open, or where the device is none of the point any more.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            entries: list[SecurityEntry] = []
            former = await connection.fetchrow(_sql["open_shift"], new.person)
            if former is not None and former["ends_by"] <= new.begun_at:
                entries += await _end(
                    connection, former["id"], new.begun_at, _TIMER, ShiftEnd.TIME_LIMIT
                )
            row = await _begun(connection, new)
            if row is not None:
                shift = Shift(**row)
                if session is not None:
                    await connection.execute(
                        _sql["bind_session"], session, shift.person, shift.id, shift.device
                    )
                entries.append(_entry(SecurityKind.SHIFT_BEGUN, shift, new.begun_at, by))
            if entries:
                await append(connection, entries)
        return Shift(**row) if row is not None else None

    async def join(self, shift: Shift, session: bytes) -> None:
        """Let another session of the person end with an open shift as well."""
        await self._pool.execute(
            _sql["join_session"], session, shift.person, shift.id, shift.device
        )

    async def find(self, shift: UUID) -> Shift | None:
        """Return a shift."""
        row = await self._pool.fetchrow(_sql["shift"], shift)
        return Shift(**row) if row else None

    async def open_of(self, person: UUID) -> Shift | None:
        """Return the shift of a person that nothing has ended, be it overdue."""
        row = await self._pool.fetchrow(_sql["open_shift"], person)
        return Shift(**row) if row else None

    async def of_point(
        self, point: str, after: tuple[datetime, UUID], limit: int, wanted: ShiftFilter
    ) -> Sequence[Shift]:
        """Return a page of a point's shifts, the latest first; the cursor is `begun_at` and id."""
        rows = await self._pool.fetch(
            _sql["shifts_of_point"], point, *after, limit, wanted.person, wanted.open_at
        )
        return [Shift(**row) for row in rows]

    async def end(self, shift: UUID, at: datetime, by: Author, reason: ShiftEnd) -> Shift | None:
        """End a shift and its sessions; one that has ended is returned as it is."""
        async with self._pool.acquire() as connection, connection.transaction():
            entries = await _end(connection, shift, at, by, reason)
            row = await connection.fetchrow(_sql["shift"], shift)
            if entries:
                await append(connection, entries)
        return Shift(**row) if row else None

    async def end_overdue(self, now: datetime, limit: int) -> int:
        """End shifts that have gone on for too long, a bounded number; return how many."""
        ended = 0
        for row in await self._pool.fetch(_sql["overdue_shifts"], now, limit):
            async with self._pool.acquire() as connection, connection.transaction():
                entries = await _end(connection, row["id"], now, _TIMER, ShiftEnd.TIME_LIMIT)
                if entries:
                    await append(connection, entries)
                    ended += 1
        return ended

    async def revoke_device(
        self, device: UUID, point: str, at: datetime, by: Author
    ) -> DeskDevice | None:
        """Revoke a device and end the shifts on it; None when the point has none with this id."""
        async with self._pool.acquire() as connection, connection.transaction():
            revoked = await revoke_device(connection, device, point, at, by)
            if revoked is None:
                return None
            entries: list[SecurityEntry] = []
            for row in await connection.fetch(_sql["shifts_on_device"], device):
                entries += await _end(connection, row["id"], at, by, ShiftEnd.DEVICE_REVOKED)
            await append(connection, [*entries, revocation_entry(revoked, at, by)])
        return revoked


_TIMER: Final = Author("system:timer")


async def _begun(connection: Any, new: Shift) -> Any:
    """Return the row of a shift that has begun, None where it can't."""
    used = await connection.fetchval(_sql["use_device"], new.device, new.point, new.begun_at)
    if used is None:
        return None
    values = new.id, new.person, new.point, new.device, new.begun_at, new.ends_by
    return await connection.fetchrow(_sql["begin_shift"], *values)


async def _end(
    connection: Any, shift: UUID, at: datetime, by: Author, reason: ShiftEnd
) -> list[SecurityEntry]:
    """End a shift and its sessions in the caller's transaction; return the entry of it, if any."""
    row = await connection.fetchrow(_sql["end_shift"], shift, at, reason, by.actor)
    if row is None:
        return []
    ended = Shift(**row)
    sessions = await connection.fetch(_sql["end_sessions"], shift)
    author = by if ended.ended_by == by.actor else _TIMER
    return [_entry(SecurityKind.SHIFT_ENDED, ended, at, author, len(sessions))]


def _entry(
    kind: SecurityKind, shift: Shift, at: datetime, by: Author, sessions: int = 0
) -> SecurityEntry:
    return SecurityEntry(
        kind=kind,
        at=at,
        by=by,
        subject=f"shift:{shift.id}",
        outcome=shift.end_reason or "",
        details=EntryDetails(point=shift.point, rows=sessions),
    )
