"""Inventories in PostgreSQL: what was counted, and the report of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from gotovo.points.cells.counting import Counted, InventoryReport
from gotovo.store.postgres.statements import load_statements
from gotovo.value import Value

_sql: Final = load_statements("tables/shelf/inventories.sql")
_report: Final = msgspec.json.Decoder(InventoryReport)
_encode: Final = msgspec.json.Encoder().encode

NEWEST_INVENTORY: Final = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=0))
"""The cursor that every inventory is older than."""

COUNTS_MAX: Final = 20_000
"""Scans of one inventory: everything at the largest point, counted ten times over."""


class CountRefused(StrEnum):
    """Why a scan is not counted."""

    CLOSED = "closed"
    FULL = "full"


class _NotTakenError(Exception):
    """A scan must not be stored: the transaction is rolled back."""


class Inventory(Value, frozen=True, kw_only=True):
    """A count of the shelves in `scope`: a cell, a rack, or everything where it is empty.

    `scans` is how many were stored so far.
    """

    id: UUID
    point: str
    scope: str
    started_at: datetime
    started_by: str
    closed_at: datetime | None = None
    closed_by: str | None = None
    report: InventoryReport | None = None
    scans: int = 0


class InventoryStore:
    """Reads and writes inventories."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; a call is a statement or two."""
        self._pool = pool

    async def start(self, new: Inventory) -> Inventory:
        """Start an inventory; return it, or the open one of the same shelves."""
        row = (new.id, new.point, new.scope, new.started_at, new.started_by)
        await self._pool.execute(_sql["start_inventory"], *row)
        found = await self.find(new.id)
        if found is None:
            fetched = await self._pool.fetchrow(_sql["open_inventory"], new.point, new.scope)
            found = _inventory_of(fetched)
        assert found is not None, new.id
        return found

    async def find(self, id_: UUID) -> Inventory | None:
        """Return an inventory."""
        return _inventory_of(await self._pool.fetchrow(_sql["inventory_by_id"], id_))

    async def page(
        self, point: str, after: tuple[datetime, UUID], limit: int, *, open_only: bool
    ) -> Sequence[Inventory]:
        """Return inventories of a point without their reports, the latest first."""
        wanted = (point, open_only, *after, limit)
        rows = await self._pool.fetch(_sql["inventories_of_point"], *wanted)
        return [found for row in rows if (found := _inventory_of(row)) is not None]

    async def forgotten(self, before: datetime, limit: int) -> Sequence[Inventory]:
        """Return open inventories that were begun before an instant, the earliest first."""
        rows = await self._pool.fetch(_sql["forgotten_inventories"], before, limit)
        return [found for row in rows if (found := _inventory_of(row)) is not None]

    async def close(
        self, id_: UUID, report: InventoryReport, scans: int, at: datetime, by: str
    ) -> Inventory:
        """Close an inventory whose report is of that many scans; return it as it is then.

        It is still open where somebody has counted on meanwhile.
        """
        row = (id_, at, by, _encode(report), scans)
        await self._pool.execute(_sql["close_inventory"], *row)
        found = await self.find(id_)
        assert found is not None, id_
        return found

    async def put(self, inventory: UUID, counted: Counted) -> CountRefused | None:
        """Store what somebody counted, once, or say why not.

        Whatever is stored is in the report: both wait for the row of the inventory.
        """
        row = (
            counted.id.bytes[0],
            counted.id,
            inventory,
            counted.cell,
            counted.code,
            counted.barcode,
            counted.number,
            counted.typed,
            counted.at,
            counted.recorded_at,
            counted.by,
        )
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                if await connection.execute(_sql["put_count"], *row) != "INSERT 0 1":
                    return None
                await _take(connection, inventory)
        except _NotTakenError:
            found = await self.find(inventory)
            is_open = found is not None and found.closed_at is None
            return CountRefused.FULL if is_open else CountRefused.CLOSED
        return None

    async def counts(self, inventory: UUID) -> Sequence[Counted]:
        """Return what was counted, the earliest first, of `COUNTS_MAX` at most."""
        rows = await self._pool.fetch(_sql["counts"], inventory, COUNTS_MAX)
        return [Counted(**row) for row in rows]


async def _take(connection: Any, inventory: UUID) -> None:
    """Count a scan; raise where the inventory is closed or full."""
    if await connection.execute(_sql["take_count"], inventory, COUNTS_MAX) != "UPDATE 1":
        raise _NotTakenError


def _inventory_of(row: Mapping[str, Any] | None) -> Inventory | None:
    if row is None:
        return None
    columns = dict(row)
    report = columns.pop("report")
    return Inventory(**columns, report=None if report is None else _report.decode(report))
