"""What a buyer's pages read: only ever the orders of the one customer that is signed in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from gotovo.order.customer import Contact, home_of_customer
from gotovo.order.number import home_of
from gotovo.order.order import Order
from gotovo.order.replay import Recorded
from gotovo.store.statements import load_statements

_sql = load_statements("reads/buyer.sql")
_order = msgspec.json.Decoder(Order)
_contact = msgspec.json.Decoder(Contact | None)


class Wanted(Struct, frozen=True):
    """Which of the orders: a status, a number or words of a title, and after which one."""

    status: str | None = None
    text: str | None = None
    number: str | None = None
    after: tuple[datetime, str] | None = None


class BuyerReads:
    """Reads for one customer at a time; the customer's home names the shard."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def open_orders(self, customer: str, limit: int) -> Sequence[Order]:
        """Return the orders that are not closed, newest first."""
        home = home_of_customer(customer)
        rows = await self._pool.fetch(_sql["open_orders"], home, customer, limit)
        return [_order.decode(row["state"]) for row in rows]

    async def page(self, customer: str, wanted: Wanted, limit: int) -> Sequence[Order]:
        """Return a page of orders, newest first."""
        placed_at, number = wanted.after or (None, None)
        rows = await self._pool.fetch(
            _sql["orders_page"],
            home_of_customer(customer),
            customer,
            wanted.status,
            wanted.text,
            wanted.number,
            placed_at,
            number,
            limit,
        )
        return [_order.decode(row["state"]) for row in rows]

    async def count_by_status(self, customer: str) -> Mapping[str, int]:
        """Return how many orders there are in each status that has any."""
        home = home_of_customer(customer)
        rows = await self._pool.fetch(_sql["count_by_status"], home, customer)
        return {row["status"]: row["orders"] for row in rows}

    async def order(self, customer: str, number: str) -> Order | None:
        """Return an order if it is this customer's; somebody else's is as good as none."""
        row = await self._pool.fetchrow(
            _sql["order_of_customer"], home_of(number), number, customer
        )
        return None if row is None else _order.decode(row["state"])

    async def history(self, number: str) -> Sequence[Recorded]:
        """Return all events of an order, oldest first."""
        rows = await self._pool.fetch(_sql["history"], home_of(number), number)
        return [_recorded(row) for row in rows]

    async def contact(self, number: str) -> Contact | None:
        """Return how to reach the buyer of an order, None once erased."""
        stored = await self._pool.fetchval(_sql["contact"], home_of(number), number)
        return None if stored is None else _contact.decode(stored)


def _recorded(row: Mapping[str, Any]) -> Recorded:
    return Recorded(
        number=row["number"],
        version=row["version"],
        type=row["type"],
        at=row["at"],
        recorded_at=row["recorded_at"],
        actor=row["actor"],
        command_id=str(row["command_id"]),
        body=row["body"],
        hash=row["hash"],
    )
