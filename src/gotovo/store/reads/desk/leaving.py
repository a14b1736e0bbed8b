"""Reads of a point's desk: what lies there and has to go back, and is in no box."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg

from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.manifests.acceptances import CLOSED_LATELY, CLOSED_MAX
from gotovo.value import Value

_sql: Final = load_statements("reads/desk/leaving.sql")


class LeavingRow(Value, frozen=True, kw_only=True):
    """A parcel that has to leave a point.

    `since` is when its order was closed, `reason` why it was cancelled, empty where it was issued.
    `back`: what a buyer left at the desk or brought back; `returned`: brought back.
    """

    barcode: str
    number: str
    cell: str
    since: datetime
    reason: str
    back: bool
    returned: bool
    defective: bool


class LeavingReads:
    """Reads of one point; each is one statement."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def leaving(self, point: str, now: datetime) -> Sequence[LeavingRow]:
        """Return what has to leave a point, of `CLOSED_MAX` orders of the last 45 days at most."""
        row = (point, now - CLOSED_LATELY, CLOSED_MAX)
        return [LeavingRow(**each) for each in await self._pool.fetch(_sql["leaving_point"], *row)]
