"""The plan of a migration says truly who waits."""

import asyncpg

from gotovo.store.postgres.migration_plan import (
    PlannedLock,
    TableLock,
    WhoWaits,
    plan,
)
from gotovo.store.postgres.migrations import Migration, known_migrations, migrate
from tests.support.store.migration_locks import FILE, observed, written

ONE = Migration(1, "one", "create table one (id integer primary key)")
CHANGE = Migration(2, "change", "-- What it is\n-- for.\n\nalter table one add note text;\n")


async def test_the_locks_of_each_file_are_those_that_a_server_takes(
    empty_database_url: str,
) -> None:
    """When they are not: `just locks`."""
    assert written(await observed(empty_database_url)) == FILE.read_text("utf-8")


async def test_a_plan_tells_the_size_of_what_is_read_and_changes_nothing(
    empty_database_url: str,
) -> None:
    connection: asyncpg.Connection = await asyncpg.connect(empty_database_url)
    await migrate(connection, (ONE,))
    await connection.execute("insert into one select generate_series(1, 500)")
    await connection.execute("analyze one")
    locks = {"0002_change": {"one": TableLock(WhoWaits.ALL, is_read=True)}}
    (file,) = await plan(connection, (ONE, CHANGE), locks)
    size = await connection.fetchval("select pg_total_relation_size('one')")
    assert file.about == "What it is for."
    assert file.locks == (PlannedLock("one", WhoWaits.ALL, True, 500, size),)  # noqa: FBT003
    assert file.held_up == ("reads and writes of one",)
    assert file.read == file.locks
    assert await plan(connection, (ONE,), {}) == ()
    await connection.close()


async def test_a_plan_for_a_new_database_has_every_file(empty_database_url: str) -> None:
    connection: asyncpg.Connection = await asyncpg.connect(empty_database_url)
    planned = await plan(connection)
    assert [file.title for file in planned] == [each.title for each in known_migrations()]
    assert all(file.about.endswith(".") for file in planned)
    assert {lock.rows for file in planned for lock in file.locks} == {0}
    await connection.close()
