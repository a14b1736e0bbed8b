"""Reads of a point's shelves: what lies there, what waits for a shelf, where a parcel may be."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg

from gotovo.order.values.customer import home_of_customer
from gotovo.order.values.order import Order
from gotovo.points.cells.counting import Lying
from gotovo.store.postgres.statements import load_statements
from gotovo.store.reads.programs import OrderRead
from gotovo.value import Value

CLOSED_LATELY: Final = timedelta(days=45)
"""Closed orders are looked for on the shelf that were placed since."""

CLOSED_MAX: Final = 4_000
"""Closed orders of a point that are looked through: a month of the busiest."""

LYING_MAX: Final = 10_000
"""Parcels of one point: ten times as many as were ever seen at one."""

HINT_ORDERS_MAX: Final = 50
"""Orders of each kind that are looked through for a hint: a day of an ordinary point."""

_sql: Final = load_statements("reads/desk/shelf.sql")


class Unshelved(Value, frozen=True):
    """A parcel that has arrived and lies on no shelf."""

    barcode: str
    number: str


class AcceptedInto(Value, frozen=True):
    """A scan of an acceptance: the cell it proposed, and the box that the parcel came in."""

    barcode: str
    number: str
    cell: str
    box: str
    at: datetime
    actor: str


class ShelfReads:
    """Reads of one point; each is one statement."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def lying(self, point: str, now: datetime) -> Sequence[Lying]:
        """Return every parcel that lies at a point, in order of barcode."""
        wanted = (point, now - CLOSED_LATELY, CLOSED_MAX, LYING_MAX)
        rows = await self._pool.fetch(_sql["lying"], *wanted)
        return [Lying(row["barcode"], row["number"], row["cell"]) for row in rows]

    async def unshelved(
        self, point: str, shop: str | None, after: str, limit: int
    ) -> Sequence[Unshelved]:
        """Return what waits for a shelf, in order of barcode, after one."""
        rows = await self._pool.fetch(_sql["unshelved"], point, shop, after, limit)
        return [Unshelved(row["barcode"], row["number"]) for row in rows]

    async def of_buyer(self, order: Order, point: str) -> Sequence[Order]:
        """Return the other open orders of a buyer at a point, the latest first."""
        home = home_of_customer(order.customer)
        wanted = (home, order.customer, point, order.number, HINT_ORDERS_MAX)
        return _orders(await self._pool.fetch(_sql["of_buyer"], *wanted))

    async def being_handed_over(self, point: str) -> Sequence[Order]:
        """Return the orders that lie on the desk of a point."""
        return _orders(await self._pool.fetch(_sql["being_handed_over"], point, HINT_ORDERS_MAX))

    async def left_lately(self, point: str, since: datetime, now: datetime) -> Sequence[Order]:
        """Return the orders of a point that ended since an instant, the latest first."""
        wanted = (point, now - CLOSED_LATELY, CLOSED_MAX, since, HINT_ORDERS_MAX)
        return _orders(await self._pool.fetch(_sql["left_lately"], *wanted))

    async def scans_of_cell(
        self, point: str, barcode: str, cell: str, now: datetime
    ) -> Sequence[AcceptedInto]:
        """Return the scan that took a parcel in, and those that had the same cell proposed."""
        wanted = (point, now - CLOSED_LATELY, barcode, cell, HINT_ORDERS_MAX)
        rows = await self._pool.fetch(_sql["scans_of_cell"], *wanted)
        return [AcceptedInto(**row) for row in rows]


def _orders(rows: Sequence[Any]) -> Sequence[Order]:
    return [OrderRead(row).order for row in rows]
