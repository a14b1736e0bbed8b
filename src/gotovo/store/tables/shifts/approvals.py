"""Approvals in PostgreSQL: every change is one commit with its entry in the security log."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
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


class HeldApproval:
    """An approval that nobody else decides or takes until the transaction ends."""

    def __init__(self, connection: Any, approval: StoredApproval) -> None:
        self.approval: Final = approval
        self._connection = connection

    async def decide(self, decided: DecidedBy, by: Author) -> StoredApproval:
        """Store a decision on one that has none."""
        await self._connection.execute(
            _sql["decide_approval"],
            self.approval.id,
            decided.decision,
            by.actor,
            decided.person,
            decided.at,
            decided.expires_at,
        )
        await self._log(SecurityKind.APPROVAL_DECIDED, decided.at, by, decided.decision)
        return await self._again()

    async def take(self, command_id: str, at: datetime, by: Author) -> StoredApproval:
        """Give a granted one, which no command has, to a command."""
        await self._connection.execute(_sql["take_approval"], self.approval.id, command_id, at)
        await self._log(SecurityKind.APPROVAL_TAKEN, at, by, "")
        return await self._again()

    async def _again(self) -> StoredApproval:
        row = await self._connection.fetchrow(_sql["approval"], self.approval.id)
        return StoredApproval(**row)

    async def _log(self, kind: SecurityKind, at: datetime, by: Author, outcome: str) -> None:
        await append(self._connection, [_entry(kind, self.approval, at, by, outcome)])


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

    @asynccontextmanager
    async def held(self, approval: UUID) -> AsyncGenerator[HeldApproval | None]:
        """Give an approval that nobody else changes meanwhile; None when there is none."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_sql["hold_approval"], approval)
            yield HeldApproval(connection, StoredApproval(**row)) if row else None

    async def counts(self, person: UUID, since: datetime, until: datetime) -> ApprovalCounts:
        """Count the approvals of a person from an instant until before another."""
        row = await self._pool.fetchrow(_sql["approvals_of_shift"], person, since, until)
        assert row is not None, "counts are one row"
        return ApprovalCounts(**row)


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
