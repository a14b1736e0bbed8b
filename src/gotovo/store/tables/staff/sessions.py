"""Sessions of staff in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/staff/sessions.sql")


class StaffSession(Struct, frozen=True):
    """A living session with its person and what they act as in it.

    `role` is None until a grant is chosen, and again once that was revoked; `shop`, `point` and
    `warehouse` limit it, None for no limit. `proved_at` is when the person last proved who they
    are. `shift` is the shift that the session ends with, on `device`.
    """

    digest: bytes
    person: UUID
    method: str
    browser: str
    system: str
    began_at: datetime
    ends_at: datetime
    seen_at: datetime
    proved_at: datetime
    device: UUID | None
    shift: UUID | None
    name: str
    login: str
    locale: str | None
    own_customer: str
    grant_id: UUID | None
    role: str | None
    shop: str | None
    point: str | None
    warehouse: str | None


class NewStaffSession(Struct, frozen=True):
    """A session that begins; the columns of `staff_session` say what each field is."""

    digest: bytes
    person: UUID
    grant_id: UUID | None
    method: str
    browser: str
    system: str
    began_at: datetime
    ends_at: datetime
    proved_at: datetime


class StaffSessionStore:
    """Reads and writes `staff_session`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def put(self, new: NewStaffSession) -> bool:
        """Begin a session; False where its person is suspended."""
        values = (
            new.digest,
            new.person,
            new.grant_id,
            new.method,
            new.browser,
            new.system,
            new.began_at,
            new.ends_at,
            new.proved_at,
        )
        return await self._pool.fetchval(_sql["put_session"], *values) is not None

    async def find(self, digest: bytes, now: datetime) -> StaffSession | None:
        """Return a living session of somebody who is not suspended."""
        row = await self._pool.fetchrow(_sql["find_session"], digest, now)
        return None if row is None else StaffSession(**row)

    async def of_person(self, person: UUID, now: datetime) -> Sequence[StaffSession]:
        """Return the living sessions of a person, the newest first."""
        rows = await self._pool.fetch(_sql["sessions_of"], person, now)
        return [StaffSession(**row) for row in rows]

    async def note_use(self, digest: bytes, now: datetime) -> None:
        """Remember the last use of a session."""
        await self._pool.execute(_sql["note_session_use"], digest, now)

    async def prove(self, digest: bytes, now: datetime) -> None:
        """Remember that the person of a session has just proved who they are."""
        await self._pool.execute(_sql["prove_session"], digest, now)

    async def join_shift(self, digest: bytes, shift: UUID, device: UUID | None) -> bool:
        """Let a session end with a shift; False where it has ended."""
        return await self._pool.fetchval(_sql["join_shift"], digest, shift, device) is not None

    async def end(self, digest: bytes) -> bool:
        """End a session; False where it had ended."""
        return await self._pool.fetchval(_sql["end_session"], digest) is not None

    async def end_of(self, person: UUID, digest: bytes) -> bool:
        """End a session of a person; False where they have no such session."""
        return await self._pool.fetchval(_sql["end_session_of"], person, digest) is not None

    async def end_all_of(self, person: UUID, but: bytes | None = None) -> int:
        """End the sessions of a person, except one, and return how many there were."""
        return len(await self._pool.fetch(_sql["end_sessions_of"], person, but))

    async def end_sessions_of_shift(self, shift: UUID) -> int:
        """End the sessions that belong to a shift, and return how many there were."""
        return len(await self._pool.fetch(_sql["end_sessions_of_shift"], shift))
