"""The schema goes forward one file at a time, and says so when program and database disagree."""

import asyncio
import json

import asyncpg
import pytest
from msgspec.structs import replace

from gotovo.store.postgres.errors import SchemaError
from gotovo.store.postgres.migrations import (
    RUNS_FROM,
    Migration,
    applied_migrations,
    known_migrations,
    migrate,
    pending,
)
from tests.conftest import database_of

ARCHIVES = next(each.number for each in known_migrations() if each.name == "archives")
ONE = Migration(1, "one", "create table one (id integer primary key)")
TWO = Migration(2, "two", "create table two (id integer primary key)")
BROKEN = Migration(2, "broken", "create table half (id integer); select 1 / 0")
INDEX = Migration(
    2,
    "index",
    "-- An index.\ndrop index concurrently if exists one_by_id;\n"
    "create index concurrently one_by_id on one (id);\n",
)
IS_VALID = "select indisvalid from pg_index where indexrelid = 'one_by_id'::regclass"
WAITING = "select exists (select from pg_locks where locktype = 'virtualxid' and not granted)"
SLOW = Migration(1, "slow", "create table slow (id integer); select pg_sleep(0.2)")


async def connected(url: str) -> asyncpg.Connection:
    """Open a connection that the test closes."""
    return await asyncpg.connect(url)


async def test_a_new_database_gets_every_file_and_then_nothing(empty_database_url: str) -> None:
    connection = await connected(empty_database_url)
    assert await pending(connection) == known_migrations()
    assert await migrate(connection) == known_migrations()
    assert await migrate(connection) == ()
    assert await pending(connection) == ()
    rows = await connection.fetch("select number, name from schema_migration order by number")
    assert [tuple(row) for row in rows] == [(m.number, m.name) for m in known_migrations()]
    await connection.close()


def test_the_files_are_numbered_from_one_without_a_gap() -> None:
    numbers = [migration.number for migration in known_migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_later_file_is_added_to_what_is_there(empty_database_url: str) -> None:
    connection = await connected(empty_database_url)
    await migrate(connection, (ONE,))
    assert await migrate(connection, (ONE, TWO)) == (TWO,)
    await connection.close()


async def test_asking_what_is_pending_writes_nothing(empty_database_url: str) -> None:
    connection = await connected(empty_database_url)
    await pending(connection)
    assert await connection.fetchval("select to_regclass('schema_migration')") is None
    await connection.close()


async def test_a_file_changed_after_it_was_applied_is_refused(empty_database_url: str) -> None:
    connection = await connected(empty_database_url)
    await migrate(connection, (ONE,))
    with pytest.raises(SchemaError, match="0001_one is not the one that was applied as one: rest"):
        await migrate(connection, (replace(ONE, sql=f"{ONE.sql} "), TWO))
    assert await connection.fetchval("select to_regclass('two')") is None
    await connection.close()


async def test_a_database_of_a_newer_program_is_refused(empty_database_url: str) -> None:
    connection = await connected(empty_database_url)
    await migrate(connection, (ONE, TWO))
    with pytest.raises(SchemaError, match="has schema 2, this program knows 1: install the newer"):
        await migrate(connection, (ONE,))
    await connection.close()


async def test_a_file_that_fails_leaves_nothing_of_itself(empty_database_url: str) -> None:
    connection = await connected(empty_database_url)
    with pytest.raises(SchemaError, match=r"0002_broken failed, and nothing .* division by zero"):
        await migrate(connection, (ONE, BROKEN))
    assert await connection.fetchval("select to_regclass('one')") is not None
    assert await connection.fetchval("select to_regclass('half')") is None
    assert await pending(connection, (ONE, TWO)) == (TWO,)
    await connection.close()


async def test_two_programs_at_once_apply_each_file_once(empty_database_url: str) -> None:
    connections = [await connected(empty_database_url) for _ in range(3)]
    applied = await asyncio.gather(*(migrate(one, (SLOW,)) for one in connections))
    assert sorted(applied) == [(), (), (SLOW,)]
    for connection in connections:
        await connection.close()


async def test_the_previous_release_goes_on_with_the_new_schema(empty_database_url: str) -> None:
    """Every file says from which schema on a program runs on it; a longer jump is refused."""
    connection = await connected(empty_database_url)
    known = known_migrations()
    await migrate(connection, known)
    addition = Migration(known[-1].number + 1, "addition", "create table addition (id integer)")
    await migrate(connection, (*known, addition))
    assert await pending(connection, known[:RUNS_FROM]) == ()
    assert await migrate(connection, known[:RUNS_FROM]) == ()
    with pytest.raises(SchemaError, match=f"this program knows {RUNS_FROM - 1}: install the newer"):
        await pending(connection, known[: RUNS_FROM - 1])
    await connection.close()


async def test_a_list_of_an_earlier_version_is_read_and_completed(empty_database_url: str) -> None:
    connection = await connected(empty_database_url)
    await migrate(connection, (ONE,))
    await connection.execute("alter table schema_migration drop column runs_from")
    assert await pending(connection, (ONE, TWO)) == (TWO,)
    with pytest.raises(SchemaError, match="this program knows 0"):
        await pending(connection, ())
    assert await migrate(connection, (ONE, TWO)) == (TWO,)
    assert [file.runs_from for file in await applied_migrations(connection)] == [None, 2]
    await connection.close()


async def test_an_index_is_made_while_orders_are_written(empty_database_url: str) -> None:
    """It waits for the transactions that are open, and nobody waits for it."""
    connection, shop = await connected(empty_database_url), await connected(empty_database_url)
    await migrate(connection, (ONE,))
    async with shop.transaction():
        await shop.execute("insert into one values (1)")
        indexing = asyncio.create_task(migrate(connection, (ONE, INDEX)))
        other = await connected(empty_database_url)
        while not await other.fetchval(WAITING):
            assert not indexing.done(), await indexing
        await other.execute("insert into one values (2)")
    assert await indexing == (INDEX,)
    assert await other.fetchval(IS_VALID)
    for each in (connection, shop, other):
        await each.close()


async def test_an_index_that_was_interrupted_is_made_anew(empty_database_url: str) -> None:
    connection, killer = await connected(empty_database_url), await connected(empty_database_url)
    await migrate(connection, (ONE,))
    shop = await connected(empty_database_url)
    async with shop.transaction():
        await shop.execute("insert into one values (1)")
        indexing = asyncio.create_task(migrate(connection, (ONE, INDEX)))
        while not await killer.fetchval(WAITING):
            assert not indexing.done(), await indexing
        await killer.execute("select pg_cancel_backend($1)", connection.get_server_pid())
        with pytest.raises(SchemaError, match="0002_index failed"):
            await indexing
    assert not await shop.fetchval(IS_VALID)
    assert await migrate(connection, (ONE, INDEX)) == (INDEX,)
    assert await shop.fetchval(IS_VALID)
    for each in (connection, shop, killer):
        await each.close()


async def test_inside_a_restore_an_index_is_made_like_any_other(empty_database_url: str) -> None:
    connection = await connected(empty_database_url)
    async with connection.transaction():
        assert await migrate(connection, (ONE, INDEX)) == (ONE, INDEX)
    assert await connection.fetchval("select to_regclass('one_by_id')") is not None
    await connection.close()


@pytest.mark.parametrize("migration", [*known_migrations(), INDEX], ids=lambda m: m.title)
def test_a_file_outside_a_transaction_can_be_run_again(migration: Migration) -> None:
    if migration.is_concurrent:
        before = ""
        for statement in migration.statements:
            if statement.startswith("create"):
                dropped = before.removeprefix("drop index concurrently if exists ")
                created = statement.replace("create unique index", "create index", 1)
                assert created.startswith(f"create index concurrently {dropped} on ")
            else:
                assert statement.startswith(("drop index concurrently if exists ", "comment on "))
            before = statement


async def test_a_user_who_may_not_make_tables_is_told(
    empty_database_url: str, server_url: str
) -> None:
    admin = await connected(server_url)
    name = f"guest_{empty_database_url.partition('/test_')[2][:8]}"
    await admin.execute(f"create role {name} login password 'guest'")
    head, _, tail = empty_database_url.partition("@")
    guest = await connected(f"{head.partition('://')[0]}://{name}:guest@{tail}")
    with pytest.raises(SchemaError, match="this user may not create tables"):
        await migrate(guest)
    await guest.close()
    await admin.execute(f"drop role {name}")
    await admin.close()


async def test_the_lock_is_given_back_after_a_failure(empty_database_url: str) -> None:
    first, second = await connected(empty_database_url), await connected(empty_database_url)
    with pytest.raises(SchemaError):
        await migrate(first, (ONE, BROKEN))
    assert await asyncio.wait_for(migrate(second, (ONE, TWO)), timeout=10) == (TWO,)
    await first.close()
    await second.close()


def test_an_address_of_another_database_keeps_its_options() -> None:
    url = "postgresql://gotovo:pw@/postgres?host=%2Ftmp&port=5432"
    assert database_of(url, "x") == "postgresql://gotovo:pw@/x?host=%2Ftmp&port=5432"


async def test_the_archive_of_an_import_takes_no_live_orders_any_more(
    empty_database_url: str,
) -> None:
    connection = await connected(empty_database_url)
    before = [each for each in known_migrations() if each.number < ARCHIVES]
    await migrate(connection, tuple(before))
    for code, title in (("IMPORT", "import (import)"), ("OLIST", "olist (import)"), ("KZN", "К")):
        settings = json.dumps({"code": code, "title": title})
        await connection.execute(
            "insert into warehouse (code, settings, version, updated_at) values ($1, $2, 1, now())",
            code,
            settings,
        )
    await connection.execute("insert into stock values (0, 'OLIST', 'mug', 'Mug', 1, 0)")
    await migrate(connection)
    rows = await connection.fetch(
        "select code, settings ->> 'accepts_orders' as accepts, version from warehouse order by 1"
    )
    assert [tuple(row) for row in rows] == [
        ("IMPORT", "false", 2),
        ("KZN", None, 1),
        ("OLIST", None, 1),
    ]
    await connection.close()
