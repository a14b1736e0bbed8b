"""Passkeys in PostgreSQL, and the challenges they sign."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
from msgspec import Struct, structs

from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/access/passkeys.sql")


class Passkey(Struct, frozen=True):
    """The public key of a passkey, whom it signs in, and until when."""

    id: bytes
    customer: str
    shown_as: str
    public_key: bytes
    sign_count: int
    browser: str
    system: str
    created_at: datetime
    expires_at: datetime


class PasskeyStore:
    """Stores public keys and challenges; `access` verifies signatures."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def put_challenge(self, client: bytes, challenge: bytes, expires_at: datetime) -> None:
        """Store the challenge of a client; it replaces the one before."""
        await self._pool.execute(_sql["put_challenge"], client, challenge, expires_at)

    async def take_challenge(self, client: bytes, now: datetime) -> bytes | None:
        """Take the challenge of a client, once; None when there is none or it has expired."""
        row = await self._pool.fetchrow(_sql["take_challenge"], client, now)
        return row["challenge"] if row is not None and row["is_alive"] else None

    async def put(self, passkey: Passkey, most: int) -> bool:
        """Store a passkey; False when the customer has too many."""
        columns = structs.astuple(passkey)
        return await self._pool.fetchval(_sql["put_passkey"], *columns, most) is not None

    async def find(self, passkey: bytes, now: datetime) -> Passkey | None:
        """Return a passkey that has not expired."""
        row = await self._pool.fetchrow(_sql["find_passkey"], passkey, now)
        return None if row is None else Passkey(**row)

    async def count_use(self, passkey: bytes, sign_count: int) -> bool:
        """Record a use; False when its counter shows a cloned passkey."""
        return await self._pool.fetchval(_sql["count_use"], passkey, sign_count) is not None

    async def of_customer(self, customer: str, now: datetime) -> Sequence[Passkey]:
        """Return the valid passkeys of a customer, newest first."""
        rows = await self._pool.fetch(_sql["passkeys_of"], customer, now)
        return [Passkey(**row) for row in rows]

    async def remove(self, customer: str, passkey: bytes) -> None:
        """Delete a passkey, if it is the customer's."""
        await self._pool.execute(_sql["remove_passkey"], customer, passkey)
