"""Reads of programs: one order, a search, one buyer."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from gotovo.order.checks.custody_check import UNCLAIMED
from gotovo.order.replay import Recorded
from gotovo.order.values.customer import Contact, home_of_customer
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Order
from gotovo.order.values.status import CLOSED, STATUSES
from gotovo.store.journal.stored_event import recorded_of
from gotovo.store.postgres.connection_cache import ConnectionCache
from gotovo.store.postgres.statements import load_statements
from gotovo.store.reads.dataloader import DataLoader
from gotovo.store.tables.network.stock import STOCK_HOME, StockLevel

_sql = load_statements("reads/programs.sql")
_order = msgspec.json.Decoder(Order)
_contact = msgspec.json.Decoder(Contact | None)

NEWEST = (datetime(9999, 1, 1, tzinfo=UTC), "")
"""The cursor that every order is older than."""


class OrderRead:
    """An order as it is stored; its documents are decoded on access."""

    __slots__ = ("_contact", "_order", "_row")

    def __init__(self, row: Any) -> None:
        """Store the row undecoded."""
        self._row = row
        self._order: Order | None = None
        self._contact: Contact | None = None

    @property
    def number(self) -> str:
        """Return the order's number."""
        return self._row["number"]

    @property
    def version(self) -> int:
        """Return how many events made this state."""
        return self._row["version"]

    @property
    def shop(self) -> str:
        """Return the shop that sold it, without decoding the state."""
        return self._row["shop"]

    @property
    def placed_at(self) -> datetime:
        """Return when it was placed; lists are sorted by it."""
        return self._row["placed_at"]

    @property
    def closed_at(self) -> datetime | None:
        """Return when it ended, None while it is open, without decoding the state."""
        return self._row["closed_at"]

    @property
    def order(self) -> Order:
        """Return the state."""
        if self._order is None:
            self._order = _order.decode(self._row["state"])
        return self._order

    @property
    def contact(self) -> Contact | None:
        """Return how to reach the buyer, None once erased."""
        if self._contact is None and self._row["contact"] is not None:
            self._contact = _contact.decode(self._row["contact"])
        return self._contact


class OrderFilter(Struct, frozen=True, kw_only=True):
    """Filter of a search: everything that is set has to match. `statuses` names at least one.

    `shop` is the only one whose orders may be found, None for all (rule 4.18).

    `courier` limits a list to what this courier carries and to what waits for a courier,
    `warehouse` to what this warehouse serves (rule 4.19).

    `after` is the (placed_at, number) of the last order of the page before.
    """

    statuses: tuple[str, ...]
    customer: str | None = None
    point: str | None = None
    stage: str | None = None
    shop: str | None = None
    courier: str | None = None
    warehouse: str | None = None
    after: tuple[datetime, str] = NEWEST
    limit: int


class CustomerRead(Struct, frozen=True):
    """One buyer: how many orders, since when, and how to reach them (None once erased)."""

    orders: int
    first_placed_at: datetime
    last_placed_at: datetime
    contact: Contact | None


class Version(Struct, frozen=True):
    """How often settings were written, and when last."""

    version: int
    updated_at: datetime


class StoredSettings(Struct, frozen=True):
    """The settings of a place as JSON, and their version: both of one row, so that they fit."""

    settings: str
    version: Version


class ProgramReads:
    """Reads straight from the tables, without the engine."""

    def __init__(self, pool: "asyncpg.Pool[Any]", statuses: tuple[str, ...] = STATUSES) -> None:
        """Use a pool; a search is one statement, or one for each status that it covers."""
        self._pool = pool
        self._statuses = statuses
        self._connections = ConnectionCache(pool)
        self._by_number = DataLoader(self._orders_by_number)
        self._histories = DataLoader(self._histories_by_number)
        self._newest = DataLoader(self._newest_of_customers)

    async def order(self, number: str) -> OrderRead | None:
        """Return one order."""
        return await self._by_number.get(number)

    async def by_external_id(
        self, external_ids: Sequence[str], wanted: OrderFilter
    ) -> Sequence[OrderRead]:
        """Return the orders with one of these external ids, by shop, warehouse and page alone."""
        limits = (wanted.shop, wanted.warehouse, *wanted.after, wanted.limit)
        rows = await self._pool.fetch(_sql["orders_by_external_id"], external_ids, *limits)
        return [OrderRead(row) for row in rows]

    async def orders(self, wanted: OrderFilter) -> Sequence[OrderRead]:
        """Return a page of orders, newest first."""
        if wanted.courier is not None:
            return await self._of_courier(wanted.courier, wanted)
        if wanted.customer is not None:
            if wanted == OrderFilter(
                statuses=self._statuses,
                customer=wanted.customer,
                shop=wanted.shop,
                limit=wanted.limit,
            ):
                key = (wanted.customer, wanted.limit, wanted.shop)
                return await self._newest.get(key) or ()
            return await self._of_customer(wanted.customer, wanted)
        is_of_place = wanted.point is not None or wanted.warehouse is not None
        if not is_of_place and wanted.statuses == self._statuses and not wanted.stage:
            name = "newest_orders_of_shop" if wanted.shop else "newest_orders"
            rows = await self._pool.fetch(_sql[name], wanted.shop, *wanted.after, wanted.limit)
            return [OrderRead(row) for row in rows]
        found: list[OrderRead] = []
        for status in wanted.statuses:
            found += [OrderRead(row) for row in await self._in_status(status, wanted)]
        found.sort(key=lambda x: (x.placed_at, x.number), reverse=True)
        return found[: wanted.limit]

    async def history(self, number: str) -> Sequence[Recorded]:
        """Return all events of an order, oldest first; none where there is no order."""
        return await self._histories.get(number) or ()

    async def customer(self, customer: str, shop: str | None = None) -> CustomerRead | None:
        """Return one buyer, None when they never ordered; with a shop, by its orders alone."""
        home = home_of_customer(customer)
        row = await self._pool.fetchrow(_sql["customer"], home, customer, shop)
        if row is None or not row["orders"]:
            return None
        contact = await self._pool.fetchval(_sql["contact_of_customer"], home, customer, shop)
        return CustomerRead(
            orders=row["orders"],
            first_placed_at=row["first_placed_at"],
            last_placed_at=row["last_placed_at"],
            contact=None if contact is None else _contact.decode(contact),
        )

    async def open_orders(self) -> Mapping[str, int]:
        """Return how many orders stand in each open status."""
        rows = await self._pool.fetch(_sql["open_orders"])
        return {row["status"]: row["orders"] for row in rows}

    async def stored_points(self, codes: Sequence[str]) -> Mapping[str, StoredSettings]:
        """Return the settings of each of these points that exists."""
        return await self._stored("stored_points", codes)

    async def stored_warehouses(self, codes: Sequence[str]) -> Mapping[str, StoredSettings]:
        """Return the settings of each of these warehouses that exists."""
        return await self._stored("stored_warehouses", codes)

    async def levels(self, warehouse: str, skus: Sequence[str]) -> Sequence[StockLevel]:
        """Return the levels of those of these skus that the warehouse lists, in order of sku."""
        rows = await self._pool.fetch(_sql["levels"], STOCK_HOME, warehouse, skus)
        return [StockLevel(**row) for row in rows]

    async def _stored(self, name: str, codes: Sequence[str]) -> Mapping[str, StoredSettings]:
        rows = await self._pool.fetch(_sql[name], codes)
        return {
            row["code"]: StoredSettings(row["settings"], Version(row["version"], row["updated_at"]))
            for row in rows
        }

    async def _orders_by_number(self, numbers: Sequence[str]) -> Mapping[str, OrderRead]:
        homes = [home_of(number) for number in numbers]
        rows = await self._connections.fetch(_sql["orders_by_number"], homes, numbers)
        return {row["number"]: OrderRead(row) for row in rows}

    async def _histories_by_number(
        self, numbers: Sequence[str]
    ) -> Mapping[str, Sequence[Recorded]]:
        homes = [home_of(number) for number in numbers]
        histories: dict[str, list[Recorded]] = {}
        for row in await self._connections.fetch(_sql["histories"], homes, numbers):
            histories.setdefault(row["number"], []).append(recorded_of(row))
        return histories

    async def _newest_of_customers(
        self, wanted: Sequence[tuple[str, int, str | None]]
    ) -> Mapping[tuple[str, int, str | None], Sequence[OrderRead]]:
        customers = [customer for customer, _, _ in wanted]
        homes = [home_of_customer(customer) for customer in customers]
        limits = [limit for _, limit, _ in wanted]
        shops = [shop for _, _, shop in wanted]
        found: dict[tuple[str, int, str | None], list[OrderRead]] = {}
        rows = await self._connections.fetch(
            _sql["newest_of_customers"], homes, customers, limits, shops
        )
        for row in rows:
            key = (row["customer"], row["wanted"], row["only_shop"])
            found.setdefault(key, []).append(OrderRead(row))
        return found

    async def _of_customer(self, customer: str, wanted: OrderFilter) -> Sequence[OrderRead]:
        one_status = wanted.statuses[0] if len(wanted.statuses) == 1 else None
        rows = await self._pool.fetch(
            _sql["orders_of_customer"],
            home_of_customer(customer),
            customer,
            one_status,
            wanted.stage,
            wanted.point,
            wanted.shop,
            wanted.warehouse,
            *wanted.after,
            wanted.limit,
        )
        return [OrderRead(row) for row in rows]

    async def _of_courier(self, courier: str, wanted: OrderFilter) -> Sequence[OrderRead]:
        rows = await self._pool.fetch(
            _sql["orders_of_courier"],
            (courier, UNCLAIMED),
            wanted.statuses,
            wanted.stage,
            wanted.customer,
            wanted.point,
            wanted.shop,
            *wanted.after,
            wanted.limit,
        )
        return [OrderRead(row) for row in rows]

    async def _in_status(self, status: str, wanted: OrderFilter) -> Sequence[Any]:
        """Open and closed orders have statements and indexes of their own (decision 42)."""
        is_closed = status == CLOSED
        name = "closed_orders" if is_closed else "open_orders_in_status"
        limits = () if is_closed else (status,)
        limits += (wanted.stage, wanted.shop)
        page = (*wanted.after, wanted.limit)
        if wanted.point is not None:
            name = "closed_orders_at_point" if is_closed else "open_orders_at_point"
            limits = (wanted.point, *limits, wanted.warehouse)
        elif wanted.warehouse is not None:
            name += "_of_warehouse"
            limits += (wanted.warehouse,)
        elif wanted.shop:
            name += "_of_shop"
        return await self._pool.fetch(_sql[name], *limits, *page)
