"""Accounts of buyers in PostgreSQL: the last sign-in, and since when a phone opens orders."""

from datetime import datetime
from typing import Any

import asyncpg

from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/access/accounts.sql")


class AccountStore:
    """Stores one row per customer who has signed in."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement, but for `open`."""
        self._pool = pool

    async def last_sign_in(self, customer: str) -> datetime | None:
        """Return when a customer signed in before, None when that is not known any more."""
        return await self._pool.fetchval(_sql["last_sign_in"], customer)

    async def note_sign_in(
        self, customer: str, now: datetime, idle_since: datetime
    ) -> datetime | None:
        """Record a sign-in; return since when orders are open, None for all of them.

        A phone without a sign-in since `idle_since` may have another owner: the orders placed
        before are closed.
        """
        return await self._pool.fetchval(_sql["note_sign_in"], customer, now, idle_since)

    async def is_older_order(self, customer: str, number: str, since: datetime) -> bool:
        """Tell whether an order is the customer's and was placed before an instant."""
        home = home_of(number)
        return await self._pool.fetchval(_sql["is_older_order"], home, number, customer, since)

    async def open(self, customer: str, session: bytes) -> None:
        """Open all orders, in this session and to whoever signs in from now on."""
        await self._pool.execute(_sql["open_account"], customer)
        await self._pool.execute(_sql["open_session"], session)
