"""Points and warehouses: a copy in each process, so that no decision waits for a query.

A change through `Directory` is visible in its process at once, in others after their next
`refresh`, which reads two numbers and no more while these have not grown.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import PROGRAM, Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import Connection, append
from gotovo.store.tables.security.states import WithState, record_change

PlacesByCode = tuple[Mapping[str, Point], Mapping[str, Warehouse]]

_NEW = 1
"""The version of a place that nobody has an order at."""

_CHANGED = {
    WithState.POINT: SecurityKind.POINT_CHANGED,
    WithState.WAREHOUSE: SecurityKind.WAREHOUSE_CHANGED,
}

_sql = load_statements("tables/network/directory.sql")
_point = msgspec.json.Decoder(Point)
_warehouse = msgspec.json.Decoder(Warehouse)


class Directory:
    """The places of the network; calling it returns the points and the warehouses by code."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Start empty; `refresh` reads the places."""
        self._pool = pool
        self._places: PlacesByCode = ({}, {})
        self._stamp: tuple[int, int] | None = None

    def __call__(self) -> PlacesByCode:
        """Return the places; a refresh replaces the mappings and never changes them."""
        return self._places

    async def refresh(self) -> None:
        """Read the places again if anything has changed."""
        row = await self._pool.fetchrow(_sql["stamp"])
        stamp = (row["points"], row["warehouses"]) if row else (0, 0)
        if stamp == self._stamp:
            return
        points = [_point.decode(r["settings"]) for r in await self._pool.fetch(_sql["points"])]
        warehouses = [
            _warehouse.decode(r["settings"]) for r in await self._pool.fetch(_sql["warehouses"])
        ]
        self._places = ({p.code: p for p in points}, {w.code: w for w in warehouses})
        self._stamp = stamp

    async def put_point(self, point: Point, at: datetime, by: Author = PROGRAM) -> int:
        """Store a point's settings and return their version; the caller has validated them."""
        return await self._put(point, at, None, by)

    async def put_warehouse(self, warehouse: Warehouse, at: datetime, by: Author = PROGRAM) -> int:
        """Store a warehouse's settings and return their version."""
        return await self._put(warehouse, at, None, by)

    async def replace(
        self, place: Point | Warehouse, at: datetime, version: int, by: Author = PROGRAM
    ) -> int | None:
        """Replace this version of the settings, 0 for a new place, and return the new one.

        None when another version is the present one.
        """
        return await self._put(place, at, version, by)

    async def _put(
        self, place: Point | Warehouse, at: datetime, version: int | None, by: Author
    ) -> Any:
        """Store settings and return their version, None when the one to replace is another.

        Running orders have to follow a change, which is listed in the same transaction, as is its
        entry in the security log.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            stored = await self.store_within(connection, place, at, version, by)
        await self.refresh()
        return stored

    async def store_within(  # noqa: PLR0917  (a transaction, what is stored in it, and by whom)
        self,
        connection: Connection,
        place: Point | Warehouse,
        at: datetime,
        version: int | None,
        by: Author,
        further: Sequence[SecurityEntry] = (),
    ) -> Any:
        """Store settings in the transaction of a caller, who calls `refresh` after it.

        `further` entries of the security log stand before that of the change.
        """
        kind = WithState.POINT if isinstance(place, Point) else WithState.WAREHOUSE
        text = msgspec.json.encode(place)
        stored = await connection.fetchval(_sql[f"put_{kind}"], place.code, text, at, version)
        if stored is None:
            return None
        if stored > _NEW:
            await connection.execute(_sql["list_changed_place"], kind, place.code, stored, at)
        if further:
            await append(connection, further)
        entry = SecurityEntry(
            kind=_CHANGED[kind], at=at, by=by, details=EntryDetails(version=stored)
        )
        await record_change(connection, kind, place.code, entry)
        return stored
