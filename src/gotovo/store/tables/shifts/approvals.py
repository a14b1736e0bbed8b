"""Approvals in PostgreSQL: every change is one commit with its entry in the security log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import append

_sql: Final = load_statements("tables/shifts/approvals.sql")


class StoredApproval(Struct, frozen=True, kw_only=True):
    """An approval; the columns of `approval` say what each field is.

    `asked_by` and `decided_by` are actors (`role:id`), `asked_person` and `decided_person` the
    people behind them; None for a program, which may ask but never decide.
    """

    id: UUID
    point: str
    kind: str
    about: str
    note: str | None
    asked_by: str
    asked_person: UUID | None
    asked_at: datetime
    expires_at: datetime
    decision: str | None = None
    decided_by: str | None = None
    decided_person: UUID | None = None
    decided_at: datetime | None = None
    taken_by: str | None = None
    taken_at: datetime | None = None


class DecidedBy(Struct, frozen=True):
    """What a second person said: granted or denied, and until when a granted one can be taken."""

    decision: str
    person: UUID
    at: datetime
    expires_at: datetime


class ApprovalCounts(Struct, frozen=True):
    """Approvals of a person within a time: asked for, of those granted; and decided by them."""

    asked: int
    asked_and_granted: int
    granted: int
    denied: int


class ApprovalStore:
    """Reads and writes `approval`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def ask(self, new: StoredApproval, by: Author, waiting_max: int) -> bool:
        """Store what is asked for, once; False when as many wait at the point as may."""
        async with self._pool.acquire() as connection, connection.transaction():
            stored = await connection.fetchval(
                _sql["ask_approval"],
                new.id,
                new.point,
                new.kind,
                new.about,
                new.note,
                new.asked_by,
                new.asked_person,
                new.asked_at,
                new.expires_at,
                waiting_max,
            )
            if stored is None:
                return await connection.fetchrow(_sql["approval"], new.id) is not None
            await append(
                connection, [_entry(SecurityKind.APPROVAL_ASKED, new, new.asked_at, by, "")]
            )
        return True

    async def find(self, approval: UUID) -> StoredApproval | None:
        """Return an approval."""
        row = await self._pool.fetchrow(_sql["approval"], approval)
        return StoredApproval(**row) if row else None

    async def waiting(self, point: str, now: datetime, limit: int) -> Sequence[StoredApproval]:
        """Return what waits for a decision at a point, whatever expires first before the others."""
        rows = await self._pool.fetch(_sql["waiting_approvals"], point, now, limit)
        return [StoredApproval(**row) for row in rows]

    async def decide(self, asked: StoredApproval, decided: DecidedBy, by: Author) -> bool:
        """Store a decision; False where there is one already, or where the time is over."""
        values = decided.decision, by.actor, decided.person, decided.at, decided.expires_at
        entry = _entry(SecurityKind.APPROVAL_DECIDED, asked, decided.at, by, decided.decision)
        return await self._change("decide_approval", asked.id, values, entry)

    async def take(
        self, granted: StoredApproval, command_id: str, at: datetime, by: Author
    ) -> bool:
        """Give a granted approval to a command; False where another has it or the time is over."""
        entry = _entry(SecurityKind.APPROVAL_TAKEN, granted, at, by, "")
        return await self._change("take_approval", granted.id, (command_id, at), entry)

    async def counts(self, person: UUID, since: datetime, until: datetime) -> ApprovalCounts:
        """Count the approvals of a person from an instant until before another."""
        row = await self._pool.fetchrow(_sql["approvals_of_shift"], person, since, until)
        assert row is not None, "counts are one row"
        return ApprovalCounts(**row)

    async def _change(
        self, statement: str, approval: UUID, values: tuple[Any, ...], entry: SecurityEntry
    ) -> bool:
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_sql[statement], approval, *values) is None:
                return False
            await append(connection, [entry])
        return True


def _entry(
    kind: SecurityKind, approval: StoredApproval, at: datetime, by: Author, outcome: str
) -> SecurityEntry:
    return SecurityEntry(
        kind=kind,
        at=at,
        by=by,
        subject=f"approval:{approval.id}",
        outcome=outcome,
        details=EntryDetails(point=approval.point, step=approval.kind, about=approval.about),
    )
