"""Return boxes in PostgreSQL, with the parcels in them and the acts of drivers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from gotovo.manifests.boxes import (
    ITEMS_MAX,
    OPEN_MAX,
    BoxHandover,
    BoxItem,
    BoxKind,
    BoxState,
    ReturnBox,
)
from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

_sql: Final = load_statements("tables/boxes/return_boxes.sql")

NEWEST_BOX: Final = (datetime(9999, 1, 1, tzinfo=UTC), "")
"""The cursor that every box is older than."""

NEWEST_HANDOVER: Final = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=0))
"""The cursor that every act is older than."""


class _Lost(Exception):
    """Somebody else was first; what this transaction did is rolled back."""


class ReturnBoxStore:
    """Reads and writes return boxes."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; a read is one statement, a write one transaction."""
        self._pool = pool

    async def open(self, box: ReturnBox) -> ReturnBox:
        """Open a box; return it, or the one that has its code already."""
        row = (box.code, box.point, box.kind, box.opened_at, box.opened_by)
        await self._pool.execute(_sql["open_box"], *row)
        return await self.find(box.code) or box

    async def find(self, code: str) -> ReturnBox | None:
        """Return a box."""
        row = await self._pool.fetchrow(_sql["box_by_code"], code)
        return None if row is None else _box_of(row)

    async def found(self, codes: Iterable[str]) -> Mapping[str, ReturnBox]:
        """Return these boxes by code; absent where there is none."""
        rows = await self._pool.fetch(_sql["boxes_by_code"], list(codes))
        return {row["code"]: _box_of(row) for row in rows}

    async def page(
        self, point: str, after: tuple[datetime, str], limit: int, state: BoxState | None = None
    ) -> Sequence[ReturnBox]:
        """Return boxes of a point, the newest first; the cursor is the last one's time and code."""
        rows = await self._pool.fetch(_sql["boxes_of_point"], point, state, *after, limit)
        return [_box_of(row) for row in rows]

    async def put(self, id_: UUID, item: BoxItem, *, large: bool) -> bool:
        """Put a parcel into a box, out of the one named in `moved_from`.

        Return False, and change nothing, where a limit of the box or somebody else was first.
        """
        home, oldest = home_of(item.number), item.put_at - OPEN_MAX
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                if item.moved_from:
                    await _take_out(connection, item, item.moved_from, item.put_at, item.put_by)
                row = (item.box, ITEMS_MAX, oldest, large)
                _first(await connection.fetchval(_sql["count_in"], *row) is not None)
                await connection.execute(
                    _sql["put_item"],
                    home,
                    id_,
                    item.barcode,
                    item.number,
                    item.box,
                    item.moved_from,
                    item.put_at,
                    item.put_by,
                )
        except (_Lost, asyncpg.UniqueViolationError):
            return False
        return True

    async def take_out(self, item: BoxItem, at: datetime, by: str) -> bool:
        """Take a parcel out of an open box; return False where it is not in it any more."""
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await _take_out(connection, item, item.box, at, by)
        except _Lost:
            return False
        return True

    async def item(self, number: str, id_: UUID) -> BoxItem | None:
        """Return what a command put into a box."""
        row = await self._pool.fetchrow(_sql["item_by_id"], home_of(number), id_)
        return None if row is None else BoxItem(**row)

    async def item_of(self, barcode: str) -> BoxItem | None:
        """Return where a parcel is boxed now, None where it is in no box."""
        row = await self._pool.fetchrow(_sql["item_of_parcel"], home_of(barcode), barcode)
        return None if row is None else BoxItem(**row)

    async def moves_of(self, barcode: str) -> int:
        """Return how often a parcel went from one box to another."""
        return await self._pool.fetchval(_sql["moves_of_parcel"], home_of(barcode), barcode)

    async def items(self, codes: Iterable[str]) -> Sequence[BoxItem]:
        """Return what is in these boxes, box by box, in the order in which it was put there."""
        rows = await self._pool.fetch(_sql["items_of_boxes"], list(codes))
        return [BoxItem(**row) for row in rows]

    async def leave_out(self, refused: Mapping[str, str]) -> None:
        """Note by barcode why an order did not leave with its box."""
        barcodes = list(refused)
        homes = [home_of(each) for each in barcodes]
        await self._pool.execute(_sql["leave_out"], homes, barcodes, list(refused.values()))

    async def seal(self, code: str, at: datetime, by: str) -> None:
        """Seal a box that is open and not empty; any other stays as it is."""
        await self._pool.execute(_sql["seal_box"], code, at, by)

    async def hand_over(self, act: BoxHandover, codes: Sequence[str]) -> bool:
        """Hand sealed boxes over to a driver, all or none; return False where one had left."""
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                row = (act.id, act.point, act.driver, act.boxes, act.parcels, act.at, act.by)
                await connection.execute(_sql["put_handover"], *row)
                moved = await connection.fetch(
                    _sql["hand_over_boxes"], sorted(codes), act.id, act.at
                )
                _first(len(moved) == len(codes))
        except _Lost:
            return False
        return True

    async def handover(self, id_: UUID) -> BoxHandover | None:
        """Return an act."""
        row = await self._pool.fetchrow(_sql["handover_by_id"], id_)
        return None if row is None else BoxHandover(**row)

    async def boxes_of(self, handover: UUID) -> Sequence[ReturnBox]:
        """Return the boxes of an act, by code."""
        return [_box_of(row) for row in await self._pool.fetch(_sql["boxes_of_handover"], handover)]

    async def handovers(
        self, point: str, after: tuple[datetime, UUID], limit: int
    ) -> Sequence[BoxHandover]:
        """Return acts of a point, the newest first; the cursor is the last one's time and id."""
        rows = await self._pool.fetch(_sql["handovers_of_point"], point, *after, limit)
        return [BoxHandover(**row) for row in rows]


async def _take_out(connection: Any, item: BoxItem, box: str, at: datetime, by: str) -> None:
    """Take a parcel out of a box, and count it out; raise _Lost where it is not in it."""
    row = (home_of(item.number), item.barcode, box, at, by)
    _first(await connection.fetchval(_sql["take_out"], *row) is not None)
    _first(await connection.fetchval(_sql["count_out"], box) is not None)


def _first(was: bool) -> None:  # noqa: FBT001
    """Raise _Lost, so that the transaction is rolled back, where somebody else was first."""
    if not was:
        raise _Lost


def _box_of(row: Mapping[str, Any]) -> ReturnBox:
    columns = dict(row)
    columns["kind"] = BoxKind(columns["kind"])
    columns["state"] = BoxState(columns["state"])
    return ReturnBox(**columns)
