"""Reads of a buyer's pages: only the orders of the customer who is signed in."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from gotovo.order.replay import Recorded
from gotovo.order.values.customer import Contact, home_of_customer
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Order
from gotovo.store.journal.stored_event import recorded_of
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.access.sign_in import Session

_sql = load_statements("reads/buyer.sql")
_EVENT_COLUMNS = (
    "versions", "types", "ats", "recorded_ats", "actors", "command_ids", "bodies", "hashes",
)  # fmt: skip
"""In the order of the fields of `Recorded`."""

_order = msgspec.json.Decoder(Order)
_counts = msgspec.json.Decoder(dict[str, int])
_contact = msgspec.json.Decoder(Contact | None)


class ListFilter(Struct, frozen=True):
    """Filter of a list: a status, a search, and the order after which the page begins.

    `text` is part of a title, in lower case, with е for ё, without quotation marks; `number` are
    consecutive digits of an order's number; `points` are codes. One of them has to match; without
    `text` nothing is searched.
    """

    status: str | None = None
    text: str | None = None
    number: str | None = None
    points: Sequence[str] = ()
    after: tuple[datetime, str] | None = None


class BuyerReadLimits(Struct, frozen=True):
    """How many open orders are at the head of a list, and how many orders on its page."""

    open_orders: int
    page: int


class BuyerOrderList(Struct, frozen=True):
    """A buyer's list with the session that it is for.

    `counts` are by status, of all that match the search; the filter by status does not narrow them.
    `cursor` is the position of the feed when it was read.
    """

    session: Session
    counts: Mapping[str, int]
    open_orders: Sequence[Order]
    page: Sequence[Order]
    cursor: int


class BuyerOrder(Struct, frozen=True):
    """One order with its events, oldest first; None if the session's customer has no such order.

    `cursor` is the position of the feed when it was read. `address` is for the courier, if one was
    given.
    """

    session: Session
    order: Order | None
    history: Sequence[Recorded]
    cursor: int
    address: str = ""


class BuyerReads:
    """Reads for one customer at a time; the customer's home names the shard."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def list_of(
        self,
        token: bytes,
        now: datetime,
        *,
        home: int,
        filter_by: ListFilter,
        limits: BuyerReadLimits,
    ) -> BuyerOrderList | None:
        """Return the list of a session's customer, newest first; None without a session."""
        placed_at, number = filter_by.after or (None, None)
        row = await self._pool.fetchrow(
            _sql["list_of_session"],
            home,
            token,
            now,
            limits.open_orders,
            filter_by.status,
            filter_by.text,
            filter_by.number,
            placed_at,
            number,
            limits.page,
            filter_by.points,
        )
        if row is None:
            return None
        return BuyerOrderList(
            session=_session(row),
            counts={} if row["counts"] is None else _counts.decode(row["counts"]),
            open_orders=[_order.decode(state) for state in row["standing"]],
            page=[_order.decode(state) for state in row["page"]],
            cursor=row["cursor"],
        )

    async def order_of(self, token: bytes, now: datetime, number: str) -> BuyerOrder | None:
        """Return an order of a session's customer; None without a session."""
        row = await self._pool.fetchrow(
            _sql["order_of_session"], home_of(number), token, now, number
        )
        if row is None:
            return None
        order = None if row["state"] is None else _order.decode(row["state"])
        address = row["address"] or ""
        return BuyerOrder(_session(row), order, _history_of(number, row), row["cursor"], address)

    async def order(
        self, customer: str, number: str, since: datetime | None = None
    ) -> Order | None:
        """Return an order of this customer; None also for another's, or one placed before."""
        known = (home_of(number), number, customer, since)
        state = await self._pool.fetchval(_sql["order_of_customer"], *known)
        return None if state is None else _order.decode(state)

    async def orders_of(
        self, customer: str, since: datetime | None, offset: int, limit: int
    ) -> tuple[Sequence[Order], int]:
        """Return a page of a customer's orders, open ones first, and how many there are.

        Those placed before `since` are left out. Beyond the last page both are nothing.
        """
        known = (home_of_customer(customer), customer, since, offset, limit)
        rows = await self._pool.fetch(_sql["orders_of_customer"], *known)
        return [_order.decode(row["state"]) for row in rows], rows[0]["orders"] if rows else 0

    async def placed_since(
        self, customer: str, numbers: Sequence[str], since: datetime
    ) -> Collection[str]:
        """Return those of a customer's orders that were placed since an instant."""
        known = (home_of_customer(customer), numbers, customer, since)
        return {row["number"] for row in await self._pool.fetch(_sql["placed_since"], *known)}

    async def is_order_of(self, customer: str, number: str) -> bool:
        """Tell whether an order is this customer's."""
        return await self._pool.fetchval(_sql["is_order_of"], home_of(number), number, customer)

    async def history(self, number: str) -> Sequence[Recorded]:
        """Return all events of an order, oldest first."""
        rows = await self._pool.fetch(_sql["history"], home_of(number), number)
        return [recorded_of(row) for row in rows]

    async def held_at(self, points: Sequence[str]) -> Mapping[str, int]:
        """Return how many open orders each point has or will get; one without any is absent."""
        rows = await self._pool.fetch(_sql["held_at"], points)
        return {row["point"]: row["orders"] for row in rows}

    async def latest_contact(self, customer: str) -> Contact | None:
        """Return how to reach a customer, None without an order whose contact is stored."""
        home = home_of_customer(customer)
        stored = await self._pool.fetchval(_sql["latest_contact"], home, customer)
        return None if stored is None else _contact.decode(stored)

    async def reached(
        self, orders: Mapping[str, str], channels: Collection[str]
    ) -> Collection[tuple[str, str]]:
        """Return which of these channels reach the buyers of which orders: channel and number.

        `orders` are customers by the number of their order.
        """
        numbers, customers = list(orders), list(orders.values())
        homes = [home_of(number) for number in numbers]
        known = (homes, numbers, customers, sorted(channels))
        rows = await self._pool.fetch(_sql["reached"], *known)
        return {(row["channel"], row["number"]) for row in rows}

    async def contact(self, number: str) -> Contact | None:
        """Return how to reach the buyer of an order, None once erased."""
        stored = await self._pool.fetchval(_sql["contact"], home_of(number), number)
        return None if stored is None else _contact.decode(stored)


def _session(row: Mapping[str, Any]) -> Session:
    return Session(*(row[name] for name in Session.__struct_fields__))


def _history_of(number: str, row: Mapping[str, Any]) -> Sequence[Recorded]:
    if row["versions"] is None:
        return ()
    columns = (row[name] for name in _EVENT_COLUMNS)
    return [Recorded(number, *event) for event in zip(*columns, strict=True)]
