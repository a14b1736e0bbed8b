"""A journal knows whether it is the one it was, and a running program notices that it is not."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from gotovo.store.journal.epochs import (
    HistoryGuard,
    HistoryReplaced,
    begin_epoch,
    established_epochs,
)
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.security.entries import Author
from tests.conftest import database_of, own_database

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
LATER = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """Give a database of the test's own; only one that nobody is connected to is copied."""
    yield from own_database(server_url, template)


@asynccontextmanager
async def copied(server_url: str, url: str) -> AsyncGenerator["asyncpg.Connection[Any]"]:
    """Give a connection to a copy of a database that nobody is connected to."""
    name = url.partition("?")[0].rpartition("/")[2]
    server = await asyncpg.connect(server_url)
    await server.execute(f'create database "{name}_copy" template "{name}"')
    copy = await asyncpg.connect(database_of(server_url, f"{name}_copy"))
    try:
        yield copy
    finally:
        await copy.close()
        await server.execute(f'drop database "{name}_copy"')
        await server.close()


async def test_a_new_journal_gets_its_first_epoch_and_keeps_it(pool: "asyncpg.Pool[Any]") -> None:
    (first,) = await established_epochs(pool_connection := await pool.acquire(), NOW)
    assert (first.number, first.positions, first.began_at) == (1, (0,), NOW)
    assert await established_epochs(pool_connection, LATER) == [first]
    assert await pool.fetchval("select count(*) from security_log") == 0
    await pool.release(pool_connection)


async def test_a_copy_of_a_database_goes_on_as_another_history(
    server_url: str, database_url: str
) -> None:
    """The same as after pg_restore: another database has the rows of this one."""
    connection = await asyncpg.connect(database_url)
    (first,) = await established_epochs(connection, NOW)
    await connection.execute("update lane set position = 7")
    await connection.close()
    async with copied(server_url, database_url) as copy:
        known, second = await established_epochs(copy, LATER)
        assert known == first
        assert (second.number, second.positions, second.began_at) == (2, (7,), LATER)
        assert second.id != first.id
        entry = await copy.fetchrow("select kind, actor from security_log")
        assert entry == ("epoch.begun", "system:")
        assert await established_epochs(copy, LATER) == [first, second]
    connection = await asyncpg.connect(database_url)
    assert await established_epochs(connection, LATER) == [first]
    await connection.close()


async def test_a_table_that_was_put_back_into_the_same_database_is_another_history(
    pool: "asyncpg.Pool[Any]",
) -> None:
    async with pool.acquire() as connection:
        await established_epochs(connection, NOW)
        await connection.execute("create table other (like feed_epoch including all)")
        await connection.execute("insert into other select * from feed_epoch")
        await connection.execute("drop table feed_epoch")
        await connection.execute("alter table other rename to feed_epoch")
        assert len(await established_epochs(connection, LATER)) == 2


async def test_what_is_begun_by_hand_is_written_down_with_who_did_it(
    pool: "asyncpg.Pool[Any]",
) -> None:
    async with pool.acquire() as connection:
        begun = await begin_epoch(connection, Author("cli:me"), NOW)
        epochs = await established_epochs(connection, LATER)
    assert [each.number for each in epochs] == [1, 2]
    assert epochs[-1] == begun
    assert await pool.fetch("select kind, actor from security_log") == [("epoch.begun", "cli:me")]


async def test_a_role_that_may_not_ask_for_the_server_begins_nothing_by_itself(
    pool: "asyncpg.Pool[Any]", server_url: str
) -> None:
    name = await pool.fetchval("select current_database()")
    connection = await asyncpg.connect(server_url, database=name)
    try:
        await connection.execute("revoke execute on function pg_control_system() from public")
        role = f"asker_{await connection.fetchval('select current_database()')}"
        await connection.execute(f'create role "{role}"')
        await connection.execute(
            f'grant select, insert on feed_epoch to "{role}"; grant select on lane to "{role}"'
        )
        try:
            await connection.execute(f'set role "{role}"')
            (first,) = await established_epochs(connection, NOW)
            assert first.server == ""
            assert await established_epochs(connection, LATER) == [first]
        finally:
            await connection.execute("reset role")
            await connection.execute(f'drop owned by "{role}"; drop role "{role}"')
            await connection.execute("grant execute on function pg_control_system() to public")
    finally:
        await connection.close()


async def test_a_process_ends_when_its_database_was_put_back(database_url: str) -> None:
    ended: list[str] = []
    guard = HistoryGuard(lambda: ended.append("ended"))
    async with await open_pool(database_url, size=2, check=guard.check) as pool:
        async with pool.acquire() as connection:
            guard.expect((await established_epochs(connection, NOW))[-1])
        await pool.expire_connections()
        await pool.fetchval("select 1")
        assert ended == []
        async with pool.acquire() as connection:
            await begin_epoch(connection, Author("cli:me"), NOW)
        await pool.expire_connections()
        with pytest.raises(HistoryReplaced, match="earlier instant"):
            await pool.fetchval("select 1")
    assert ended == ["ended"]
