"""Reads of what a point has before it today: one statement for all figures, one for each list."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from gotovo.order.values.order import Order
from gotovo.store.postgres.statements import load_statements
from gotovo.store.reads.programs import OrderRead

OPEN_MAX: Final = 10_000
"""Open orders that are looked at: ten times the fullest shelf, what is on its way included."""

CLOSED_MAX: Final = 8_000
"""Closed orders that are looked at for what still lies at a point: two months of 130 a day."""

CASES_MAX: Final = 500
"""Open cases of one point that are counted: with so many the figure no longer matters."""

FIRST: Final = (datetime.min.replace(tzinfo=UTC), "")
"""The cursor of a first page."""

_sql: Final = load_statements("reads/desk/today.sql")
_order: Final = msgspec.json.Decoder(Order)


class DayBounds(Struct, frozen=True, kw_only=True):
    """Instants (UTC) of a day by the calendar of a point.

    `lately` is the earliest placement of closed orders whose parcels may still lie there.
    """

    now: datetime
    today_ends: datetime
    tomorrow_ends: datetime
    lately: datetime


class CellLoad(Struct, frozen=True):
    """How many parcels lie in a cell."""

    cell: str
    parcels: int


class OnShift(Struct, frozen=True):
    """Somebody who works at the point now."""

    person: UUID
    name: str
    begun_at: datetime


class TodayFigures(Struct, frozen=True, kw_only=True):
    """The figures of `point_today`; `cells` and `on_shift` are lists."""

    vans: int
    parcels_on_vans: int
    late_orders: int
    promised_orders: int
    parcels_to_shelve: int
    ready_orders: int
    ready_parcels: int
    expiring_today: int
    expiring_tomorrow: int
    open_visits: int
    announced_returns: int
    goods_given_back: int
    parcels_to_leave: int
    open_cases: int
    cells: list[CellLoad]
    on_shift: list[OnShift]


class TodayReads:
    """Reads of one point."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def figures(self, point: str, day: DayBounds) -> TodayFigures:
        """Return every figure of a point."""
        bounds = (day.now, day.today_ends, day.tomorrow_ends, day.lately)
        caps = (CLOSED_MAX, CASES_MAX, OPEN_MAX)
        row = await self._pool.fetchrow(_sql["point_today"], point, *bounds, *caps)
        assert row is not None, "figures are one row"
        columns: dict[str, Any] = dict(row)
        columns["cells"] = msgspec.json.decode(row["cells"], type=list[CellLoad])
        columns["on_shift"] = msgspec.json.decode(row["on_shift"], type=list[OnShift])
        return TodayFigures(**columns)

    async def orders(
        self, point: str, which: str, day: DayBounds, after: tuple[datetime, str], limit: int
    ) -> Sequence[tuple[OrderRead, datetime]]:
        """Return a page of the orders behind a figure, each with the instant it is ordered by."""
        rows = await self._pool.fetch(
            _sql["orders_of_today"],
            point,
            day.now,
            day.today_ends,
            day.tomorrow_ends,
            which,
            day.lately,
            CLOSED_MAX,
            *after,
            limit,
            OPEN_MAX,
        )
        return [(OrderRead(row), row["due_at"]) for row in rows]

    async def following(self, point: str, limit: int) -> Sequence[Order]:
        """Return the running orders that the timetable of a point may concern, newest first."""
        rows = await self._pool.fetch(_sql["orders_that_follow"], point, limit)
        return [_order.decode(row["state"]) for row in rows]
