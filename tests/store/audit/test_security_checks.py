"""The audit names any entry of the security log, and any key or place, that was changed by hand."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.points.point import Point
from gotovo.points.timetable import every_day
from gotovo.points.warehouse import Warehouse
from gotovo.store.audit.findings import Finding
from gotovo.store.audit.security_checks import SecurityChecks
from gotovo.store.tables.access.api_keys import ApiKey, ApiKeyStore
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.network.shops import Shops
from gotovo.store.tables.security.entries import hash_of
from gotovo.store.tables.security.security_log import stored_entry

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
DAILY = every_day("Europe/Moscow", time(9), time(21))
POINT = Point(
    code="KZN-1", title="Кремль", address="Казань, Баумана, 44", timetable=DAILY, warehouse="KZN"
)
KEY = ApiKey("k1", "desk", "point", "KZN-1", None, bytes(32), NOW)

ENTRY_CHANGES = {
    column: f"update security_log set {column} = {value} where seq = 3"  # noqa: S608
    for column, value in {
        "at": "at + interval '1 microsecond'",
        "kind": "'log.read'",
        "actor": "'admin:somebody'",
        "shop": "'toys'",
        "subject": "'point:KZN-2'",
        "network": "'10.0.0.0/24'",
        "outcome": "'x'",
        "state": "sha256(state)",
        "details": "'{\"version\":7}'",
        "hash": "sha256(hash)",
    }.items()
}
"""A change by hand of each column of an entry."""

CHAIN_CHANGES = {
    "one in the middle is gone": "delete from security_log where seq = 3",
    "the first is gone": "delete from security_log where seq = 1",
    "the last is gone": "delete from security_log where seq = 6",
    "all are gone": "delete from security_log",
    "two are swapped": "update security_log set seq = 100 + seq where seq in (3, 4);"
    "update security_log set seq = 107 - seq where seq > 100",
    "one is added": "insert into security_log"
    " select 7, at, kind, actor, shop, subject, network, outcome, state, details, hash"
    " from security_log where seq = 6",
    "the first is gone, and the anchor moved": "delete from security_log where seq = 1;"
    "update security_log_head set anchor_seq = 1",
    "the last is gone, and the head moved": "delete from security_log where seq = 6;"
    "update security_log_head set seq = 5",
}
"""What may be done to whole entries."""

ROW_CHANGES = {
    "key:k1": (
        "update api_key set scopes = array['all']",
        "update api_key set role = 'admin'",
        "update api_key set point = ''",
        "update api_key set shop = ''",
        "update api_key set digest = sha256(digest)",
        "update api_key set revoked_at = null",
        "update api_key set old_digests = array[digest], old_until = '2099-01-01'",
        "update api_key set name = 'x'",
        "delete from api_key",
    ),
    "key:new": (
        (
            "insert into api_key (id, name, role, point, digest, created_at)"
            " values ('new', 'new', 'admin', '', sha256(''), '2026-01-01')"
        ),
    ),
    "point:KZN-1": (
        "update point set settings = replace(settings::text, 'code', 'number')::json",
        "update point set version = version + 1",
        "delete from point",
    ),
    "warehouse:KZN": (
        "update warehouse set settings = (settings::text || ' ')::json",
        "delete from warehouse",
    ),
    "shop:toys": ("update shop set title = 'x' where code = 'toys'",),
}
"""Changes by hand of rows, by the subject under which the audit has to find them."""


@pytest.fixture
async def connection(pool: "asyncpg.Pool[Any]") -> AsyncIterator[Any]:
    """Give a connection that may do anything, beside a log of six entries."""
    directory = Directory(pool)
    warehouse = Warehouse("KZN", "Склад", every_day("Europe/Moscow", time(0), time(0)))
    await directory.put_warehouse(warehouse, NOW)
    await directory.put_point(POINT, NOW)
    await directory.put_point(structs.replace(POINT, title="Кабан"), NOW)
    await ApiKeyStore(pool).put(KEY)
    await Shops(pool).put("toys", "Игрушки", NOW)
    await ApiKeyStore(pool).revoke("k1", NOW)
    async with pool.acquire() as connection:
        await connection.execute("alter table security_log disable trigger user")
        yield connection


async def test_what_the_program_wrote_is_clean(connection: Any) -> None:
    assert await findings(connection) == []
    checks = SecurityChecks(connection)
    for check in checks.checks.values():
        await check()
    assert (checks.entries, checks.states) == (6, 4)


@pytest.mark.parametrize("column", ENTRY_CHANGES)
async def test_an_entry_that_was_altered_is_named(connection: Any, column: str) -> None:
    await connection.execute(ENTRY_CHANGES[column])
    where = {(each.where, each.key) for each in await findings(connection)}
    assert ("security_log.hash", "3") in where


@pytest.mark.parametrize("change", CHAIN_CHANGES)
async def test_entries_that_were_taken_out_or_moved_are_missed(
    connection: Any, change: str
) -> None:
    await connection.execute(CHAIN_CHANGES[change])
    found = [each for each in await findings(connection) if each.where.startswith("security_log")]
    assert found
    if "middle" in change:
        assert found == [Finding("security_log.seq", "4", "follows 2", "entries 3 to 3 between")]
    if "swapped" in change:
        assert [each.key for each in found] == ["3", "4", "5"]


async def test_a_hash_that_was_computed_anew_breaks_the_next_one(connection: Any) -> None:
    rows = await connection.fetch("select * from security_log where seq in (2, 3) order by seq")
    forged = structs.replace(stored_entry(rows[1]), actor="admin:x")
    fitting = hash_of(rows[0]["hash"], forged)
    sql = "update security_log set actor = 'admin:x', hash = $1 where seq = 3"
    await connection.execute(sql, fitting)
    assert [each.key for each in await findings(connection)] == ["4"]


@pytest.mark.parametrize(
    ("subject", "sql"), [(name, sql) for name, each in ROW_CHANGES.items() for sql in each]
)
async def test_a_row_changed_behind_the_programs_back_is_named(
    connection: Any, subject: str, sql: str
) -> None:
    await connection.execute(sql)
    assert [(each.where, each.key) for each in await findings(connection)] == [("state", subject)]


async def test_a_new_column_that_is_empty_changes_no_recorded_state(connection: Any) -> None:
    await connection.execute("alter table api_key add column more text[]")
    assert await findings(connection) == []
    await connection.execute("update api_key set more = array['all']")
    assert [each.key for each in await findings(connection)] == ["key:k1"]


async def findings(connection: Any) -> list[Finding]:
    checks = SecurityChecks(connection).checks
    return [each for check in checks.values() for each in await check()]
