"""One migrated database that the tests of a worker have one after the other.

To copy and drop a database costs several times as much as to delete the few rows of the test
before. A test that left more than rows behind leaves its database too: whatever it did to the
schema, to rights or settings, to the planner's knowledge or the size, the next one gets a new copy.
"""

import asyncio
import time
from typing import Any, Final
from uuid import uuid4

import asyncpg

from tests.support.store.program_role import program_address

GROWTH_BYTES_MAX: Final = 24 * 2**20
"""Beyond it, to look through what deleted rows have left costs more than a new copy."""

LEAVING_SECONDS_MAX: Final = 1.0
"""A server takes a moment to notice that a client has gone."""

_CATALOGUES: Final = (
    "pg_attribute where attrelid >= 16384",
    "pg_class where oid >= 16384",
    "pg_proc where oid >= 16384",
    "pg_type where oid >= 16384",
    "pg_constraint",
    "pg_index",
    "pg_attrdef",
    "pg_trigger",
    "pg_rewrite",
    "pg_policy",
    "pg_namespace where nspname not like 'pg!_%' escape '!'",
    "pg_default_acl",
    "pg_extension",
    "pg_event_trigger",
    "pg_publication",
    "pg_largeobject_metadata",
    "pg_db_role_setting where setdatabase <> 0",
    "pg_statistic where starelid >= 16384",
)
"""A row of these is written when more than rows of tables changes, or what the planner knows."""

_OTHERS: Final = """
select (select count(*) from pg_stat_activity
         where datname = current_database()
           and pid <> pg_backend_pid()
           and backend_type = 'client backend')
       + (select count(*) from pg_prepared_xacts where database = current_database())
"""


class SharedDatabase:
    """Lends a database that is always what the migrations have made."""

    def __init__(self, server_url: str, template: str, copy: str) -> None:
        """Remember where to make it; nothing is made before it is asked for."""
        self._server_url = server_url
        self._template = template
        self._copy = copy
        self._loop = asyncio.new_event_loop()
        self._connection: asyncpg.Connection[Any] | None = None
        self._name = ""
        self._tables: list[str] = []
        self._seeds: dict[str, list[asyncpg.Record]] = {}
        self._fingerprint: tuple[Any, ...] = ()
        self._bytes = 0

    def lend(self) -> str:
        """Return the address for the program's role of a database without a trace of others."""
        return self._loop.run_until_complete(self._lent())

    def close(self) -> None:
        """Drop the database."""
        self._loop.run_until_complete(self._dropped())
        self._loop.close()

    async def _lent(self) -> str:
        if not (self._name and await self._emptied()):
            await self._dropped()
            await self._made()
        return program_address(self._url(self._name))

    async def _emptied(self) -> bool:
        """Return whether the database is what it was at first; no trouble of it is the test's."""
        try:
            connection = self._connected()
            if await self._is_in_use(connection):
                return False
            found = await self._look(connection)
            if found != self._fingerprint or await _size(connection) > self._bytes:
                return False
            await self._delete_rows(connection)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True

    async def _is_in_use(self, connection: "asyncpg.Connection[Any]") -> bool:
        deadline = time.monotonic() + LEAVING_SECONDS_MAX
        while await connection.fetchval(_OTHERS):
            if time.monotonic() > deadline:
                return True
            await asyncio.sleep(0.005)
        return False

    async def _delete_rows(self, connection: "asyncpg.Connection[Any]") -> None:
        exists = [f"case when exists (select from {x}) then '{x}' end" for x in self._tables]
        filled = await connection.fetchval(f"select array[{', '.join(exists)}]")
        touched = [table for table in filled if table]
        if "security_log" in touched:
            await connection.execute("update security_log_head set anchor_seq = seq")
        if touched:
            await connection.execute(";".join(f"delete from {x}" for x in touched))  # noqa: S608
        for table, rows in self._seeds.items():
            if await connection.fetch(_all_rows(table)) != rows:
                await connection.execute(f"delete from {table}")  # noqa: S608
                await connection.copy_records_to_table(table, records=[tuple(x) for x in rows])

    async def _made(self) -> None:
        self._name = f"test_{uuid4().hex}"
        await self._on_server(
            f'create database "{self._name}" template "{self._template}" {self._copy}'
        )
        self._connection = connection = await asyncpg.connect(self._url(self._name))
        named = "select tablename from pg_tables where schemaname = 'public' order by 1"
        tables = [row["tablename"] for row in await connection.fetch(named)]
        seeds = {table: await connection.fetch(_all_rows(table)) for table in tables}
        self._seeds = {table: rows for table, rows in seeds.items() if rows}
        self._tables = [table for table in tables if table not in self._seeds]
        self._fingerprint = await self._look(connection)
        self._bytes = await _size(connection) + GROWTH_BYTES_MAX

    async def _dropped(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
        if self._name:
            await self._on_server(f'drop database if exists "{self._name}" with (force)')
            self._name = ""

    async def _look(self, connection: "asyncpg.Connection[Any]") -> tuple[Any, ...]:
        """Return what changes with anything but rows of tables."""
        counted = [
            f"select count(*) || ':' || max(xmin::text::bigint) from {each}"  # noqa: S608
            for each in _CATALOGUES
        ]
        return tuple(await connection.fetchval(f"select array[({'), ('.join(counted)})]"))

    async def _on_server(self, statement: str) -> None:
        connection = await asyncpg.connect(self._server_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def _connected(self) -> "asyncpg.Connection[Any]":
        assert self._connection is not None
        return self._connection

    def _url(self, name: str) -> str:
        head, _, query = self._server_url.partition("?")
        return f"{head.rpartition('/')[0]}/{name}{'?' + query if query else ''}"


def _all_rows(table: str) -> str:
    return f"select * from {table} as t order by t::text"  # noqa: S608


async def _size(connection: "asyncpg.Connection[Any]") -> int:
    return await connection.fetchval("select pg_database_size(current_database())")
