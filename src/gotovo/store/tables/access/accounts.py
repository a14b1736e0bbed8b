"""Accounts of buyers in PostgreSQL: the last sign-in, and which orders a phone opens since when.

A phone opens the account of its own digest until its buyer moves to another phone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec
from msgspec import Struct

from gotovo.order.values.customer import Contact, home_of_customer
from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.customer_keys import (
    FIRST,
    CustomerKeyStore,
    hold_lookups,
    move_lookup,
    settled,
    states_of,
    under_way,
)

_sql = load_statements("tables/access/accounts.sql")
_contact = msgspec.json.Decoder(Contact)


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

    async def older_contacts(self, customer: str, since: datetime, limit: int) -> Sequence[Contact]:
        """Return the contacts of a customer's orders placed before an instant, the latest first."""
        home = home_of_customer(customer)
        rows = await self._pool.fetch(_sql["older_contacts"], home, customer, since, limit)
        return [_contact.decode(row["contact"]) for row in rows]

    async def open(self, customer: str, session: bytes) -> None:
        """Open all orders, in this session and to whoever signs in from now on."""
        await self._pool.execute(_sql["open_account"], customer)
        await self._pool.execute(_sql["open_session"], session)


class PhoneAccount(Struct, frozen=True):
    """From `since` on, the phone opens this account; before, `former` or that of its own digest."""

    phone: str
    customer: str
    since: datetime
    former: str | None = None


class NewPhone(Struct, frozen=True):
    """The phone that an account is moved to: its digest by the key's version, and how it is shown.

    `unused` is the account that it opens until `since`, which has no order since `unused_since`.
    """

    digests: Mapping[int, str]
    shown_as: str
    unused: str
    unused_since: datetime
    since: datetime


class OrderPhone(Struct, frozen=True):
    """The phone (E.164) at which the buyer of an order is reached."""

    number: str
    phone: str


class PhoneAccountStore:
    """Stores one row per phone that was left or moved to."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; `move` alone needs a transaction."""
        self._pool = pool
        self.lookups: Final = CustomerKeyStore(pool)

    async def changed(self, after: datetime) -> Sequence[PhoneAccount]:
        """Return the phones that open another account from later than an instant on."""
        rows = await self._pool.fetch(_sql["changed_phones"], after)
        return [PhoneAccount(**row) for row in rows]

    async def has_orders(self, customer: str, since: datetime) -> bool:
        """Tell whether an account has orders placed since an instant."""
        home = home_of_customer(customer)
        return await self._pool.fetchval(_sql["has_orders"], home, customer, since)

    async def contacts(
        self, customer: str, after: str, limit: int, since: datetime | None
    ) -> Sequence[OrderPhone]:
        """Return the phones of an account's orders with a contact, after a number, in order.

        Orders placed before `since` are left out: they may be another person's.
        """
        home = home_of_customer(customer)
        rows = await self._pool.fetch(_sql["contacts"], home, customer, after, limit, since)
        return [OrderPhone(row["number"], _contact.decode(row["contact"]).phone) for row in rows]

    async def move(self, customer: str, to: NewPhone, left_to: str, now: datetime) -> bool:
        """Let another phone open an account, and a new account, `left_to`, open with the one left.

        Return False, and change nothing, where its own account has got an order, or it has just
        been moved to by another one.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql["lock_accounts"], [customer, *to.digests.values()])
            states = await states_of(connection)
            if states:
                await hold_lookups(connection)
                states = await states_of(connection)
            has_orders = (home_of_customer(to.unused), to.unused, to.unused_since)
            if await connection.fetchval(_sql["has_orders"], *has_orders):
                return False
            before, moving = settled(states), under_way(states)
            if before == FIRST and not await _move(connection, customer, to, left_to, now):
                return False
            for version in (before, FIRST if moving is None else moving.version):
                if version != FIRST and not await move_lookup(
                    connection, version, to.digests[version], customer, to.unused, left_to
                ):
                    return False
            await connection.execute(_sql["show_phone_in_sessions"], customer, to.shown_as)
            await connection.execute(_sql["show_phone_in_passkeys"], customer, to.shown_as)
        return True


async def _move(connection: Any, customer: str, to: NewPhone, left_to: str, now: datetime) -> bool:
    """Move an account whose id is the digest of a phone; False where the phone was just taken."""
    phone = to.digests[FIRST]
    if await connection.fetchval(_sql["is_promised"], phone, now):
        return False
    left = await connection.fetchval(_sql["phone_of_account"], customer) or customer
    await connection.execute(_sql["put_phone"], left, left_to, to.since, now)
    await connection.execute(_sql["put_phone"], phone, customer, to.since, now)
    return True
