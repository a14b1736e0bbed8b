"""Searches in PostgreSQL: parcels that are not where they should lie."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import asyncpg
from msgspec import Struct

from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements
from gotovo.value import Value

_sql: Final = load_statements("tables/shelf/searches.sql")

FIRST_DUE: Final = (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))
"""The cursor before every open search."""

NEWEST_SEARCH: Final = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=0))
"""The cursor that every search is older than."""

OF_ORDER_MAX: Final = 100


class SearchResult(StrEnum):
    """How a search ended."""

    FOUND = "found"
    LOST = "lost"  # somebody gave it up


class SeenBy(StrEnum):
    """Which scan of a parcel ended its search."""

    SCAN = "scan"
    SHELVING = "shelving"
    ACCEPTANCE = "acceptance"
    HANDOVER = "handover"
    INVENTORY = "inventory"
    BOX = "box"
    HISTORY = "history"  # no scan did: its order has moved on


class ParcelSearch(Value, frozen=True, kw_only=True):
    """A search; `cell` is where the parcel should lie. Instants are UTC, people `role:id`.

    `told_at` is when time ran out. `turned_up_at` is when a lost one was seen after all.
    """

    id: UUID
    barcode: str
    number: str
    point: str
    cell: str
    started_at: datetime
    started_by: str
    due_at: datetime
    told_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    result: SearchResult | None = None
    seen_in: str = ""
    seen_by: str = ""
    turned_up_at: datetime | None = None
    turned_up_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Return whether somebody still looks."""
        return self.closed_at is None

    @property
    def is_lost(self) -> bool:
        """Return whether it was given up, and has not been seen since."""
        return self.result is SearchResult.LOST and self.turned_up_at is None


class SearchCount(Struct, frozen=True):
    """How many searches are open, and for how many of them time has run out."""

    open: int
    overdue: int


class SearchStore:
    """Reads and writes searches."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; a call is a statement or two."""
        self._pool = pool

    async def start(self, search: ParcelSearch) -> ParcelSearch:
        """Start a search; return it, or the one that is open for its parcel."""
        row = (
            home_of(search.number),
            search.id,
            search.barcode,
            search.number,
            search.point,
            search.cell,
            search.started_at,
            search.started_by,
            search.due_at,
        )
        await self._pool.execute(_sql["start_search"], *row)
        found = await self.find(search.id) or await self.of_parcel(search.barcode)
        assert found is not None, search.id
        return found

    async def find(self, id_: UUID) -> ParcelSearch | None:
        """Return a search; the first byte of its id is its home."""
        return _search_of(await self._pool.fetchrow(_sql["search_by_id"], id_.bytes[0], id_))

    async def of_parcel(self, barcode: str) -> ParcelSearch | None:
        """Return the open search for a parcel, otherwise the latest."""
        row = await self._pool.fetchrow(_sql["search_of_parcel"], home_of(barcode), barcode)
        return _search_of(row)

    async def of_order(self, number: str) -> Sequence[ParcelSearch]:
        """Return the searches for parcels of an order, the latest first."""
        wanted = (home_of(number), number, OF_ORDER_MAX)
        return _searches(await self._pool.fetch(_sql["searches_of_order"], *wanted))

    async def open_at(
        self, point: str, after: tuple[datetime, UUID], limit: int
    ) -> Sequence[ParcelSearch]:
        """Return open searches of a point, what is due first before the others."""
        rows = await self._pool.fetch(_sql["open_searches_of_point"], point, *after, limit)
        return _searches(rows)

    async def page(
        self, point: str, after: tuple[datetime, UUID], limit: int
    ) -> Sequence[ParcelSearch]:
        """Return searches of a point, the latest first."""
        return _searches(await self._pool.fetch(_sql["searches_of_point"], point, *after, limit))

    async def open(self, after: tuple[datetime, UUID], limit: int) -> Sequence[ParcelSearch]:
        """Return open searches of all points, what is due first before the others."""
        return _searches(await self._pool.fetch(_sql["open_searches"], *after, limit))

    async def tell(self, search: ParcelSearch, at: datetime) -> None:
        """Note that time ran out."""
        home = home_of(search.number)
        await self._pool.execute(_sql["tell_search"], home, search.id, at)

    async def close(  # noqa: PLR0917  (the columns of a row)
        self,
        search: ParcelSearch,
        result: SearchResult,
        by: str,
        at: datetime,
        seen_by: SeenBy | None = None,
        seen_in: str = "",
    ) -> bool:
        """Close a search; return whether it was open."""
        row = (home_of(search.number), search.id, at, by, result, seen_in, seen_by or "")
        return await self._pool.execute(_sql["close_search"], *row) == "UPDATE 1"

    async def turn_up(
        self, search: ParcelSearch, by: str, at: datetime, seen_by: SeenBy, seen_in: str = ""
    ) -> bool:
        """Note that a parcel was seen after all; return whether that is new."""
        row = (home_of(search.number), search.id, at, by, seen_in, seen_by)
        return await self._pool.execute(_sql["turn_up"], *row) == "UPDATE 1"

    async def count(self, now: datetime, limit: int) -> SearchCount:
        """Return how many are open and overdue, of `limit` at most."""
        row = await self._pool.fetchrow(_sql["count_searches"], now, limit)
        assert row is not None
        return SearchCount(row["open"], row["overdue"])


def _searches(rows: Sequence[Mapping[str, Any]]) -> Sequence[ParcelSearch]:
    return [found for row in rows if (found := _search_of(row)) is not None]


def _search_of(row: Mapping[str, Any] | None) -> ParcelSearch | None:
    if row is None:
        return None
    columns = dict(row)
    result = columns.pop("result")
    return ParcelSearch(**columns, result=None if result is None else SearchResult(result))
