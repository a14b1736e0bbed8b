"""Pending sign-in codes and sessions in PostgreSQL."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.connection_cache import ConnectionCache
from gotovo.store.postgres.statements import load_statements
from gotovo.store.reads.dataloader import DataLoader
from gotovo.store.tables.security.entries import SecurityEntry
from gotovo.store.tables.security.security_log import append

_sql = load_statements("tables/access/sign_in.sql")


class PendingCode(Struct, frozen=True):
    """A stored code: whom it signs in, and until when."""

    customer: str
    shown_as: str
    digest: bytes
    expires_at: datetime
    tries_left: int


class CodeAttempt(Struct, frozen=True):
    """The result of an attempt; `customer` is set only when the code was right.

    `tries_left` of zero without a customer means that this code is dead: used, old or spent.
    `had_code`: the browser had a living code, and the attempt was counted against it. `asked_for`
    is whom that code would have signed in.
    """

    tries_left: int
    customer: str = ""
    shown_as: str = ""
    had_code: bool = True
    asked_for: str = ""


class Session(Struct, frozen=True):
    """Who is signed in; `shown_as` is the masked phone.

    `seen_at` is the last use that was written down, None as long as there is none but the first.
    Orders placed before `orders_since` are closed in it, None for none. `proved_at` is when the
    person was proved again.
    """

    customer: str
    shown_as: str
    began_at: datetime
    expires_at: datetime
    seen_at: datetime | None = None
    orders_since: datetime | None = None
    proved_at: datetime | None = None

    @property
    def proven_at(self) -> datetime:
        """Return when the person was last proved, by a code or a passkey."""
        return self.proved_at or self.began_at

    @property
    def last_used_at(self) -> datetime:
        """Return the last use that is known."""
        return self.seen_at or self.began_at


class SignedIn(Struct, frozen=True):
    """A session in the list of its owner's sessions; `handle` identifies it and is no secret."""

    handle: str
    browser: str
    system: str
    began_at: datetime
    used_at: datetime
    is_this: bool


SESSIONS_MAX: Final = 50
"""Devices that a customer is signed in on at once."""


class SignInStore:
    """Stores tokens and codes as digests only; `access` makes them."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; nothing here needs a transaction of several statements."""
        self._pool = pool
        self._connections = ConnectionCache(pool)
        self._sessions = DataLoader(self._find_sessions)

    async def put_code(self, browser: bytes, code: PendingCode) -> None:
        """Store a code; it replaces the one this browser asked for before."""
        await self._pool.execute(
            _sql["put_code"],
            browser,
            code.customer,
            code.shown_as,
            code.digest,
            code.expires_at,
            code.tries_left,
        )

    async def try_code(
        self, browser: bytes, digests: Sequence[bytes], now: datetime, lifetime: timedelta
    ) -> CodeAttempt:
        """Count an attempt at a code of this lifetime, and return its result.

        `digests` are those of the typed code under each accepted key.
        """
        row = await self._pool.fetchrow(_sql["try_code"], browser, digests, now, lifetime)
        if row is None:
            return CodeAttempt(0, had_code=False)
        if not row["is_right"]:
            return CodeAttempt(row["tries_left"], asked_for=row["customer"])
        return CodeAttempt(0, row["customer"], row["shown_as"])

    async def pending_code(self, browser: bytes, now: datetime) -> str | None:
        """Return the masked phone that the browser's valid code was sent to."""
        return await self._pool.fetchval(_sql["pending_code"], browser, now)

    async def put_session(
        self, key: bytes, session: Session, browser: str = "", system: str = ""
    ) -> None:
        """Store a session, with the names by which its owner recognises the device.

        Of more than `SESSIONS_MAX` those used longest ago end.
        """
        await self._pool.execute(
            _sql["put_session"],
            key,
            session.customer,
            session.shown_as,
            session.began_at,
            session.expires_at,
            browser,
            system,
            session.orders_since,
        )
        await self._pool.execute(_sql["end_oldest_sessions"], session.customer, SESSIONS_MAX)

    async def find_session(self, key: bytes, now: datetime) -> Session | None:
        """Return the session if it is valid; many callers share a statement."""
        session = await self._sessions.get(key)
        return session if session is not None and session.expires_at > now else None

    async def end_session(self, key: bytes) -> None:
        """Delete a session."""
        await self._pool.execute(_sql["end_session"], key)

    async def prove(self, key: bytes, now: datetime) -> None:
        """Record that the person of a session was proved again."""
        await self._pool.execute(_sql["prove_session"], key, now)

    async def note_use(self, key: bytes, now: datetime, before: datetime) -> None:
        """Record that a session is in use, unless a later use is recorded."""
        await self._pool.execute(_sql["note_use"], key, now, before)

    async def sessions_of(
        self, customer: str, key: bytes, now: datetime, limit: int
    ) -> Sequence[SignedIn]:
        """Return the valid sessions of a customer, the one with this token first."""
        rows = await self._pool.fetch(_sql["sessions_of"], customer, key, now, limit)
        return [SignedIn(**row) for row in rows]

    async def end_one_session(self, customer: str, handle: str) -> None:
        """Delete the session of a customer that has this handle."""
        await self._pool.execute(_sql["end_one_session"], customer, handle)

    async def end_other_sessions(self, customer: str, key: bytes) -> None:
        """Delete all sessions of a customer but one."""
        await self._pool.execute(_sql["end_other_sessions"], customer, key)

    async def end_logged(
        self, customer: str | None, now: datetime, entry_of: Callable[[int], SecurityEntry]
    ) -> int:
        """Delete all sessions of a customer, of everybody for None; return how many were valid.

        The entry of the security log, made from that number, is committed with it.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            ended = await connection.fetchval(_sql["end_counted_sessions"], customer, now)
            await append(connection, [entry_of(ended)])
        return ended

    async def end_all_sessions(self, customer: str) -> None:
        """Delete all sessions of a customer."""
        await self._pool.execute(_sql["end_all_sessions"], customer)

    async def _find_sessions(self, keys: Sequence[bytes]) -> Mapping[bytes, Session]:
        rows = await self._connections.fetch(_sql["find_sessions"], keys)
        return {token: Session(*fields) for token, *fields in rows}
