"""The database that tests share is as new for each: of rows it is emptied, of all else replaced."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from tests.conftest import COPY
from tests.support.store.shared_database import GROWTH_BYTES_MAX, SharedDatabase

ROWS = (
    "insert into shop (code, title, created_at) values ('a', 'A', now())",
    "update lane set position = 7",
    "insert into lane (home, position) select home, 0 from generate_series(1, 255) as home",
    "delete from shop",
    "delete from schema_migration where number = 1",
)
MORE = (
    "create table left_over ()",
    "alter table stock add column left_over int",
    "alter table stock alter column title drop not null",
    "alter table stock drop constraint stock_pkey",
    "alter table stock set (fillfactor = 50)",
    "create function left_over() returns int language sql as 'select 1'",
    "create index on stock (title)",
    "grant select on stock to public",
    "drop table stock",
    "insert into lane (home, position) values (1, 0); analyze lane",
)
LONG = f"""
insert into shop (code, title, created_at)
select 'a', string_agg(md5(n::text), ''), now()
  from generate_series(1, {GROWTH_BYTES_MAX // 30}) as n
"""  # noqa: S608


@pytest.fixture(scope="module")
def shared(server_url: str, template: str) -> Iterator[SharedDatabase]:
    """Give what lends a database, apart from that of the other tests."""
    shared = SharedDatabase(server_url, template, COPY)
    yield shared
    shared.close()


@pytest.mark.parametrize("statement", ROWS)
def test_rows_are_made_what_they_were(shared: SharedDatabase, statement: str) -> None:
    url = shared.lend()
    new = asyncio.run(_contents(url))
    asyncio.run(_execute(url, statement))
    assert asyncio.run(_contents(url)) != new
    assert shared.lend() == url
    assert asyncio.run(_contents(url)) == new


@pytest.mark.parametrize("statement", MORE)
def test_a_database_in_which_more_was_changed_is_replaced(
    shared: SharedDatabase, statement: str
) -> None:
    url = shared.lend()
    new = asyncio.run(_contents(url))
    asyncio.run(_execute(url, statement))
    other = shared.lend()
    assert other != url
    assert asyncio.run(_contents(other)) == new


def test_one_that_has_grown_is_replaced(shared: SharedDatabase) -> None:
    url = shared.lend()
    asyncio.run(_execute(url, LONG))
    assert shared.lend() != url


async def test_one_that_somebody_still_uses_is_replaced(shared: SharedDatabase) -> None:
    url = await asyncio.to_thread(shared.lend)
    connection = await asyncpg.connect(url)
    assert await asyncio.to_thread(shared.lend) != url
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await connection.execute("select 1")
    connection.terminate()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _contents(url: str) -> dict[str, list[asyncpg.Record]]:
    """Return every row of every table."""
    connection = await asyncpg.connect(url)
    try:
        named = "select tablename from pg_tables where schemaname = 'public' order by 1"
        tables = [row["tablename"] for row in await connection.fetch(named)]
        every = "select * from {} as t order by t::text"
        return {table: await connection.fetch(every.format(table)) for table in tables}
    finally:
        await connection.close()
