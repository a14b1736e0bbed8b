"""Versions of the customer's key in PostgreSQL: how far buyers were moved, and whom a phone opens.

An account keeps the id that it was given under the first key. Under a later one a phone opens it
by a row of `phone_lookup`; phones are taken over one by one, while orders are placed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

if TYPE_CHECKING:
    import asyncpg

FIRST = 1
"""The version that the ids of accounts are digests of until another one was begun."""

_sql = load_statements("tables/security/customer_keys.sql")

Connection = Any


class CustomerKeyState(Struct, frozen=True):
    """How far buyers were moved to a version: `home` and `number` are the last order's.

    `mapped_at`: every order was reached; `finished_at`: the older key looks up nothing since.
    """

    version: int
    begins_at: datetime
    home: int
    number: str
    mapped_at: datetime | None
    finished_at: datetime | None


class ContactPhone(Struct, frozen=True):
    """The phone (E.164) in the contact of an order, and the account that the order belongs to."""

    home: int
    number: str
    customer: str
    phone: str


async def states_of(connection: Connection) -> Sequence[CustomerKeyState]:
    """Return the versions that buyers were moved to, the latest last; none for the first one."""
    return [CustomerKeyState(**row) for row in await connection.fetch(_sql["customer_keys"])]


def under_way(states: Sequence[CustomerKeyState]) -> CustomerKeyState | None:
    """Return the version that buyers are being moved to, None where that has ended."""
    return states[-1] if states and states[-1].finished_at is None else None


def settled(states: Sequence[CustomerKeyState]) -> int:
    """Return the version under which every phone was looked up before."""
    return max((x.version for x in states if x.finished_at is not None), default=FIRST)


async def put_state(
    connection: Connection, version: int, begins_at: datetime, *, finished: bool = False
) -> None:
    """Begin with another version, or record that a new database has no other one."""
    sql = _sql["put_finished_key" if finished else "put_customer_key"]
    await connection.execute(sql, version, begins_at)


async def hold_lookups(connection: Connection) -> None:
    """Let nothing else change which account a phone opens until the transaction ends."""
    await connection.execute(_sql["hold_lookups"])


async def move_lookup(  # noqa: PLR0917  (under which key who moves where, and from what)
    connection: Connection, version: int, phone: str, customer: str, unused: str, left_to: str
) -> bool:
    """Let a phone (its digest) open an account, and the one that opened it another, `left_to`.

    Return False where the phone does not open `unused` any more: another account moved to it.
    """
    rows = await connection.fetch(_sql["lookups"], [phone])
    if any(row["customer"] != unused for row in rows):
        return False
    await connection.execute(_sql["leave_phone"], version, customer, left_to)
    await connection.execute(_sql["move_lookup"], phone, version, customer)
    return True


async def try_job(connection: Connection) -> bool:
    """Tell whether this transaction is the only one that takes phones over."""
    return await connection.fetchval(_sql["try_job"])


async def lookups_count(connection: Connection, version: int) -> tuple[int, int]:
    """Return how many phones open an account by a row, and how many accounts no phone opens."""
    row = await connection.fetchrow(_sql["lookups_count"], version)
    return row["phones"], row["accounts_left"]


async def finish_key(connection: Connection, version: int, now: datetime) -> None:
    """End the older key, and remove what was looked up under it."""
    await connection.execute(_sql["finish"], version, now)
    await connection.execute(_sql["forget_lookups"], version)
    await connection.execute(_sql["forget_moves"])


class CustomerKeyStore:
    """Reads and writes `customer_key` and `phone_lookup`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def states(self) -> Sequence[CustomerKeyState]:
        """Return the versions that buyers were moved to, the latest last."""
        return await states_of(self._pool)

    async def lookups(self, phones: Iterable[str]) -> Mapping[str, str]:
        """Return the accounts that phones (their digests) open by a row."""
        rows = await self._pool.fetch(_sql["lookups"], list(phones))
        return {row["phone"]: row["customer"] for row in rows}

    async def claim(self, version: int, accounts: Mapping[str, str]) -> Mapping[str, str] | None:
        """Let phones open these accounts where they open none, and return which they open then.

        Return None, and change nothing, where the version has been finished meanwhile.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql["share_lookups"])
            state = under_way(await states_of(connection))
            if state is None or state.version != version:
                return None
            phones = list(accounts)
            await connection.execute(_sql["claim_lookups"], phones, version, [*accounts.values()])
            rows = await connection.fetch(_sql["lookups"], phones)
        return {row["phone"]: row["customer"] for row in rows}

    async def phones_after(
        self, home: int, number: str, limit: int, not_under: int | None = None
    ) -> Sequence[ContactPhone]:
        """Return the phones of the next orders; of accounts that no phone opens `not_under`."""
        if not_under is None:
            rows = await self._pool.fetch(_sql["phones_after"], home, number, limit)
        else:
            rows = await self._pool.fetch(_sql["phones_left"], home, number, limit, not_under)
        return [ContactPhone(**row) for row in rows]

    async def advance(self, version: int, home: int, number: str) -> None:
        """Remember how far phones were taken over."""
        await self._pool.execute(_sql["advance"], version, home, number)

    async def mapped(self, version: int, now: datetime) -> None:
        """Remember that every order was reached."""
        await self._pool.execute(_sql["mapped"], version, now)

    async def count(self, version: int) -> tuple[int, int]:
        """Return how many phones open an account by a row, and how many accounts no phone opens."""
        return await lookups_count(self._pool, version)

    async def accounts(self) -> tuple[int, int]:
        """Return how many accounts have orders, and of how many no phone is known any more."""
        row = await self._pool.fetchrow(_sql["accounts_count"])
        assert row is not None
        return row["accounts"], row["accounts_left"]
