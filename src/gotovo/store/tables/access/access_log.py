"""Who looked at orders, in PostgreSQL: a row a day for each key, not a row a look."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import asyncpg
from msgspec import Struct

from gotovo.order.values.actor import Role
from gotovo.order.values.customer import home_of_customer
from gotovo.order.values.number import home_of, is_valid
from gotovo.store.postgres.statements import load_statements

_SWEPT_MAX = 10_000
"""Rows forgotten at once: a day of a large network goes within hours, and no lock lasts long."""

_sql = load_statements("tables/access/access_log.sql")

What = Literal["order", "history", "list", "help", "customer"]
"""One order, its timeline, a list that it stood in, its help thread, or who its buyer is."""


class Looks(Struct, frozen=True):
    """Looks by one key at one thing. `subject` is an order's number or a customer's id.

    `actor` is `role:id` as in the journal; `place` is empty for a key that works anywhere.
    """

    subject: str
    actor: str
    place: str
    what: What
    looks: int
    first_at: datetime
    last_at: datetime

    @property
    def role(self) -> Role:
        """Return what the key is for; which one it was is for the operator alone."""
        return Role(self.actor.partition(":")[0])

    @property
    def number(self) -> str:
        """Return the order's number, nothing where all orders of a customer were looked at."""
        return self.subject if is_valid(self.subject) else ""


class OrderLooks:
    """Counts looks, and tells buyers of them."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def put(self, seen: Sequence[Looks]) -> None:
        """Add looks to those of the same day; no two of `seen` may be of the same key and thing."""
        await self._pool.execute(
            _sql["put_looks"],
            [_home_of(each.subject) for each in seen],
            [each.subject for each in seen],
            [each.first_at.date() for each in seen],
            [each.actor for each in seen],
            [each.place for each in seen],
            [each.what for each in seen],
            [each.looks for each in seen],
            [each.first_at for each in seen],
            [each.last_at for each in seen],
        )

    async def of_subjects(self, home: int, subjects: Sequence[str]) -> Sequence[Looks]:
        """Return who looked at orders or customers of one home, the earliest first."""
        rows = await self._pool.fetch(_sql["looks_of_subjects"], home, subjects)
        return [Looks(**row) for row in rows]

    async def latest(self, customer: str, limit: int) -> Sequence[Looks]:
        """Return who looked at any order of a customer, the latest first."""
        home = home_of_customer(customer)
        rows = await self._pool.fetch(_sql["latest_looks"], home, customer, limit)
        return [Looks(**row) for row in rows]

    async def sweep(self, before: datetime) -> None:
        """Forget looks of the days before an instant, a bounded number of them."""
        await self._pool.execute(_sql["sweep_looks"], before.date(), _SWEPT_MAX)


def _home_of(subject: str) -> int:
    return home_of(subject) if is_valid(subject) else home_of_customer(subject)
