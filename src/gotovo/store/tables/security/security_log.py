"""The security log in PostgreSQL: appended in one chain, read as a feed, shortened from its start.

Several processes append at once. Each takes the row of the head, computes the hashes of its entries
and commits; the next one waits so long. That is no place for what thousands do in a second: such
entries are collected (`access/security_log`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.order.values.chain import GENESIS
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import SecurityEntry, StoredEntry, chained
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind

RETIRED_MAX: Final = 10_000
"""Entries deleted at once: a second's work, in which nothing can be appended."""

RETIRED_EVERY: Final = timedelta(days=1)
"""How much older than its term the oldest entry gets: so a day's entries go with one."""

_OLDEST: Final = 2
"""Entries of which the first is looked at: the last of a page is never deleted."""

APPENDED_MAX: Final = 1_000
"""Entries of one statement."""

_sql = load_statements("tables/security/security_log.sql")

Connection = Any
"""A connection of the pool, inside a transaction."""


class EntryFilter(Struct, frozen=True):
    """Which entries are read; `shop` is None for those of all shops and of the network."""

    kind: str = ""
    actor: str = ""
    since: datetime | None = None
    shop: str | None = None


async def append(connection: Connection, entries: Sequence[SecurityEntry]) -> None:
    """Append in the caller's transaction, as its last writes."""
    for first in range(0, len(entries), APPENDED_MAX):
        part = entries[first : first + APPENDED_MAX]
        head = await connection.fetchrow(_sql["take_head"], len(part), GENESIS)
        stored = chained(head["seq"], head["hash"], part)
        columns: dict[str, list[Any]] = {
            name: [getattr(each, name) for each in stored] for name in StoredEntry.__struct_fields__
        }
        columns["details"] = [each.details.decode() for each in stored]
        await connection.execute(_sql["append"], *columns.values(), stored[-1].hash)


async def wait_for_turn(connection: Connection) -> None:
    """Hold the head without appending: what is read afterwards stays the latest."""
    await connection.execute(_sql["take_head"], 0, GENESIS)


async def last_of_kind(connection: Connection, kind: SecurityKind) -> StoredEntry | None:
    """Return the latest entry of a kind."""
    row = await connection.fetchrow(_sql["last_of_kind"], kind)
    return None if row is None else stored_entry(row)


class SecurityLogStore:
    """Reads and writes `security_log`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def append(self, entries: Sequence[SecurityEntry]) -> None:
        """Append entries that belong to no other write."""
        if entries:
            async with self._pool.acquire() as connection, connection.transaction():
                await append(connection, entries)

    async def after(self, seq: int, wanted: EntryFilter, limit: int) -> Sequence[StoredEntry]:
        """Return the entries after a number; none can appear among them later."""
        values = seq, wanted.kind, wanted.actor, wanted.since, limit
        if wanted.shop is None:
            rows = await self._pool.fetch(_sql["entries_after"], *values)
        else:
            rows = await self._pool.fetch(_sql["shop_entries_after"], *values, wanted.shop)
        return [stored_entry(row) for row in rows]

    async def latest(self, wanted: EntryFilter, limit: int) -> Sequence[StoredEntry]:
        """Return the latest entries of all shops and of the network, the oldest of them first."""
        rows = await self._pool.fetch(
            _sql["last_entries"], wanted.kind, wanted.actor, wanted.since, limit
        )
        return [stored_entry(row) for row in reversed(rows)]

    async def retire(self, before: datetime, now: datetime) -> int:
        """Delete the oldest entries, a bounded number, and return how many.

        An entry records the last one that went, with the hash that the chain goes on from. States
        that no later entry records are recorded anew, so that the audit still knows them.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchrow(_sql["expired"], before - RETIRED_EVERY, _OLDEST) is None:
                return 0
            await wait_for_turn(connection)
            last = await connection.fetchrow(_sql["expired"], before, RETIRED_MAX)
            head = await connection.fetchrow(_sql["head"])
            assert head is not None, "the row is locked"
            if last is None or last["seq"] <= head["anchor_seq"]:
                return 0
            count = last["seq"] - head["anchor_seq"]
            states = await connection.fetch(_sql["states_until"], last["seq"])
            await append(
                connection,
                [
                    *(_carried(row, now) for row in states),
                    SecurityEntry(
                        kind=SecurityKind.LOG_SHORTENED,
                        at=now,
                        details=EntryDetails(
                            through=last["seq"], last_hash=last["hash"].hex(), rows=count
                        ),
                    ),
                ],
            )
            await connection.execute(_sql["move_anchor"], last["seq"], last["hash"])
            await connection.execute(_sql["delete_until"], last["seq"])
            return count


def stored_entry(row: Mapping[str, Any]) -> StoredEntry:
    """Return a row as an entry; connections outside the pool give JSON as text."""
    columns: dict[str, Any] = dict(row)
    if isinstance(columns["details"], str):
        columns["details"] = columns["details"].encode()
    return StoredEntry(**columns)


def _carried(row: Any, now: datetime) -> SecurityEntry:
    """Return the entry that records a state anew, as it was recorded before."""
    return SecurityEntry(
        kind=SecurityKind.STATE_RECORDED,
        at=now,
        shop=row["shop"],
        subject=row["subject"],
        outcome="kept",
        state=row["state"],
    )
