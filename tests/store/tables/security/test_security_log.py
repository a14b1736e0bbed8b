"""The security log is one chain, whoever appends, and only its oldest entries ever go."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import asyncpg
import pytest

from gotovo.order.values.chain import GENESIS
from gotovo.store.audit.security_checks import SecurityChecks
from gotovo.store.tables.access.api_keys import ApiKey, ApiKeyStore
from gotovo.store.tables.security.entries import (
    Author,
    SecurityEntry,
    StoredEntry,
    chained,
    hash_of,
)
from gotovo.store.tables.security.kinds import KINDS, EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import (
    RETIRED_EVERY,
    EntryFilter,
    SecurityLogStore,
)
from gotovo.store.tables.security.states import open_log

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
DAY = timedelta(days=1)
EVERYTHING = EntryFilter()
ADMIN = Author("admin:boss", "10.1.2.0/24")
KEY = ApiKey("k1", "office", "admin", "", "books", bytes(32), NOW)

PROCESS = """
import asyncio, sys
from datetime import UTC, datetime
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.security.entries import SecurityEntry
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.store.tables.security.security_log import SecurityLogStore

async def main():
    log = SecurityLogStore(await open_pool(sys.argv[1], size=4))
    entry = SecurityEntry(kind=SecurityKind.LOG_READ, at=datetime.now(UTC), subject=sys.argv[2])
    await asyncio.gather(*(log.append([entry, entry]) for _ in range(50)))

asyncio.run(main())
"""


@pytest.fixture
def log(pool: "asyncpg.Pool[Any]") -> SecurityLogStore:
    """Give an empty log."""
    return SecurityLogStore(pool)


async def test_every_entry_is_hashed_with_the_one_before(log: SecurityLogStore) -> None:
    await log.append([read(NOW), read(NOW, subject="x")])
    await log.append([read(NOW + DAY, shop="", by=ADMIN)])
    entries = await log.after(0, EVERYTHING, 10)
    assert [each.seq for each in entries] == [1, 2, 3]
    previous = GENESIS
    for each in entries:
        assert each.hash == hash_of(previous, each)
        previous = each.hash


async def test_every_column_is_part_of_the_hash() -> None:
    (entry,) = chained(0, GENESIS, [read(NOW)])
    others: dict[str, Any] = {
        "seq": 2,
        "at": NOW + timedelta(microseconds=1),
        "kind": "log.opened",
        "actor": "x",
        "shop": "",
        "subject": "x",
        "network": "x",
        "outcome": "x",
        "state": bytes(32),
        "details": b"{} ",
    }
    assert {*others, "hash"} == {*StoredEntry.__struct_fields__}
    columns = {name: getattr(entry, name) for name in StoredEntry.__struct_fields__}
    hashes = {hash_of(GENESIS, StoredEntry(**(columns | {n: v}))) for n, v in others.items()}
    assert len(hashes | {entry.hash, hash_of(bytes(31) + b"x", entry)}) == len(others) + 2


async def test_two_processes_append_at_once_to_one_chain(
    pool: "asyncpg.Pool[Any]", database_url: str
) -> None:
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", PROCESS, database_url, name)
        for name in ("left", "right")
    ]
    assert [await each.wait() for each in processes] == [0, 0]
    entries = await SecurityLogStore(pool).after(0, EVERYTHING, 1_000)
    assert [each.seq for each in entries] == list(range(1, 201))
    assert {each.subject for each in entries} == {"left", "right"}
    assert await findings(pool) == []


@pytest.mark.parametrize(
    "sql",
    [
        "update security_log set actor = 'nobody' where seq = 1",
        "delete from security_log where seq = 1",
        "truncate security_log",
    ],
)
async def test_the_database_itself_refuses_changes(pool: "asyncpg.Pool[Any]", sql: str) -> None:
    await SecurityLogStore(pool).append([read(NOW)])
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await pool.execute(sql)


async def test_what_is_rolled_back_leaves_no_gap(
    pool: "asyncpg.Pool[Any]", log: SecurityLogStore
) -> None:
    keys = ApiKeyStore(pool)
    await log.append([read(NOW)])
    with pytest.raises(asyncpg.PostgresError):
        await keys.put(ApiKey("k2", "x", "admin\0", "", None, bytes(32), NOW))
    await keys.put(KEY)
    assert [each.seq for each in await log.after(0, EVERYTHING, 10)] == [1, 2]
    assert await findings(pool) == []


async def test_a_key_that_changes_nothing_adds_no_entry(
    pool: "asyncpg.Pool[Any]", log: SecurityLogStore
) -> None:
    keys = ApiKeyStore(pool)
    assert await keys.put(KEY, ADMIN)
    assert not await keys.put(KEY, ADMIN)
    assert not await keys.revoke("unknown", NOW)
    assert not await keys.revoke(KEY.id, NOW, "toys")
    (entry,) = await log.after(0, EVERYTHING, 10)
    assert (entry.kind, entry.actor, entry.network) == ("key.created", "admin:boss", "10.1.2.0/24")
    assert (entry.subject, entry.shop, entry.details) == ("key:k1", "books", b'{"role":"admin"}')


async def test_a_reader_can_choose_shop_kind_actor_and_time(log: SecurityLogStore) -> None:
    await log.append([read(NOW), read(NOW, shop="books"), read(NOW + DAY, shop="", by=ADMIN)])
    await log.append([SecurityEntry(kind=SecurityKind.LOG_OPENED, at=NOW)])

    async def found(wanted: EntryFilter) -> list[int]:
        return [each.seq for each in await log.after(0, wanted, 10)]

    assert await found(EntryFilter(shop="books")) == [2]
    assert await found(EntryFilter(shop="")) == [3]
    assert await found(EntryFilter(kind="log.opened")) == [4]
    assert await found(EntryFilter(actor="admin:boss")) == [3]
    assert await found(EntryFilter(since=NOW + DAY)) == [3]
    assert [each.seq for each in await log.after(2, EVERYTHING, 1)] == [3]
    assert [each.seq for each in await log.latest(EVERYTHING, 2)] == [3, 4]
    assert [each.seq for each in await log.latest(EntryFilter(kind="log.read"), 2)] == [2, 3]


async def test_the_oldest_entries_go_and_the_chain_holds(
    pool: "asyncpg.Pool[Any]", log: SecurityLogStore
) -> None:
    await ApiKeyStore(pool).put(KEY)
    await log.append([read(NOW) for _ in range(3)])
    late = NOW + RETIRED_EVERY + timedelta(seconds=1)
    await log.append([read(late)])
    assert await log.retire(NOW, late) == 0
    assert await log.retire(NOW + timedelta(seconds=1), late) == 0, "a day's entries go at once"
    assert await log.retire(late, late) == 4
    entries = await log.after(0, EVERYTHING, 10)
    assert [each.kind for each in entries] == ["log.read", "state.recorded", "log.shortened"]
    assert entries[0].seq == 5
    assert entries[1].subject == "key:k1"
    assert b'"through":4' in entries[2].details
    assert await findings(pool) == []
    assert await log.retire(late, late) == 0


async def test_a_key_changed_behind_the_programs_back_stays_found_when_its_entry_is_gone(
    pool: "asyncpg.Pool[Any]", log: SecurityLogStore
) -> None:
    await ApiKeyStore(pool).put(KEY)
    await log.append([read(NOW), read(NOW + 9 * DAY)])
    await pool.execute("update api_key set shop = null")
    assert await log.retire(NOW + 9 * DAY, NOW + 9 * DAY) == 2
    assert [each.key for each in await findings(pool)] == ["key:k1"]


async def test_rows_older_than_the_log_are_recorded_once(pool: "asyncpg.Pool[Any]") -> None:
    await pool.execute(
        "insert into api_key (id, name, role, point, digest, created_at)"
        " values ('old', 'old', 'admin', '', $1, $2)",
        bytes(32),
        NOW,
    )
    assert [each.stored for each in await findings(pool)] == ["a row"]
    async with pool.acquire() as connection:
        await open_log(connection, NOW)
        await open_log(connection, NOW)
    entries = await SecurityLogStore(pool).after(0, EVERYTHING, 10)
    assert [(x.kind, x.subject, x.outcome) for x in entries] == [
        ("log.opened", "", ""),
        ("state.recorded", "key:old", "found"),
    ]
    assert await findings(pool) == []


def test_an_entry_carries_what_its_kind_has_and_nothing_else() -> None:
    assert set(KINDS) == set(SecurityKind)
    fields = set(EntryDetails.__struct_fields__)
    assert set().union(*(terms.fields for terms in KINDS.values())) == fields
    wrong = SecurityEntry(kind=SecurityKind.LOG_OPENED, at=NOW, details=EntryDetails(role="admin"))
    with pytest.raises(AssertionError):
        chained(0, GENESIS, [wrong])


def read(at: datetime, **changes: Any) -> SecurityEntry:
    return SecurityEntry(kind=SecurityKind.LOG_READ, at=at, **changes)


async def findings(pool: "asyncpg.Pool[Any]") -> list[Any]:
    async with pool.acquire() as connection:
        checks = SecurityChecks(cast("asyncpg.Connection[Any]", connection))
        return [each for check in checks.checks.values() for each in await check()]
