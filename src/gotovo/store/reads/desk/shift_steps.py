"""What a member of staff did in a shift, as the journal tells it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

_sql: Final = load_statements("reads/desk/shift_steps.sql")


class StaffEvent(Struct, frozen=True):
    """One event that a member of staff caused; `body` is its JSON."""

    number: str
    type: str
    at: datetime
    command_id: UUID
    body: bytes


class ShiftStepReads:
    """Reads the events of people."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; a read is one statement."""
        self._pool = pool

    async def of(
        self, actors: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> Sequence[StaffEvent]:
        """Return the first events of these actors (`role:id`), by when they happened.

        They are those from an instant until before another.
        """
        rows = await self._pool.fetch(_sql["events_of_staff"], actors, since, until, limit)
        return [StaffEvent(**row) for row in rows]
