"""Reads of a point's desk: what lies in a cell, and which orders here have a product."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import msgspec

from gotovo.order.values.order import Order, Parcel, Stage
from gotovo.store.postgres.statements import load_statements
from gotovo.store.reads.programs import OrderRead
from gotovo.value import Value

CLOSED_SINCE: Final = timedelta(days=60)
"""How long ago a closed order was placed that may still lie in a cell: the way there, the storage
with its extension, and a month until somebody takes it off the shelf."""

ORDERS_MAX: Final = 100
"""Orders of one answer: a cell holds a few, and among more of one product nobody looks."""

_LYING: Final = frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED})
_AWAITED: Final = _LYING | {Stage.PACKED, Stage.DISPATCHED}

_sql = load_statements("reads/desk/scans.sql")


class ParcelHere(Value, frozen=True):
    """A parcel that lies at a point, or is on its way there, with its order."""

    order: Order
    parcel: Parcel


class DeskReads:
    """Reads of one point; each is one statement."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def in_cell(
        self, point: str, shop: str | None, cell: str, now: datetime
    ) -> Sequence[ParcelHere]:
        """Return what lies in a cell of a point, in order of barcode, of `ORDERS_MAX` at most."""
        orders = await self._with(point, shop, [_member("cell", cell)], now)
        return [
            ParcelHere(order, parcel)
            for order in orders
            for parcel in order.parcels
            if parcel.cell == cell and parcel.at == point and parcel.stage in _LYING
        ]

    async def with_sku(
        self, point: str, shop: str | None, skus: Sequence[str], now: datetime
    ) -> Sequence[ParcelHere]:
        """Return the parcels with one of these skus, at a point or on their way there.

        They are in order of barcode, and of `ORDERS_MAX` at most.
        """
        orders = await self._with(point, shop, [_member("sku", sku) for sku in skus], now)
        return [
            ParcelHere(order, parcel)
            for order in orders
            for parcel in order.parcels
            if parcel.stage in _AWAITED
            and any(order.lines[x.line - 1].sku in skus for x in parcel.contents)
        ]

    async def _with(
        self, point: str, shop: str | None, parts: Sequence[str], now: datetime
    ) -> Sequence[Order]:
        wanted = (point, shop, now - CLOSED_SINCE, parts, ORDERS_MAX)
        rows = await self._pool.fetch(_sql["orders_here_with"], *wanted)
        return [OrderRead(row).order for row in rows]


def _member(name: str, value: str) -> str:
    """Return a member of an object as the documents have it."""
    return f'"{name}":{msgspec.json.encode(value).decode()}'
