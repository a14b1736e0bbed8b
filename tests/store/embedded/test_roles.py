"""The program's role on our own server owns its schema, and may do nothing else."""

import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gotovo.store.embedded import roles
from gotovo.store.embedded.paths import prepare_paths
from gotovo.store.embedded.roles import ADMINISTRATOR, PROGRAM, prepare_role
from gotovo.store.embedded.server import EmbeddedPostgres
from gotovo.store.postgres.errors import EmbeddedError
from gotovo.store.postgres.facts.role_facts import read_role_facts
from gotovo.store.postgres.migrations import migrate
from tests.store.embedded.conftest import MakeServer, StartOwner, make_folder, settle

FORBIDDEN = {
    "a program of the machine": "copy (select 1) to program 'cat'",
    "a file of the server": "copy (select 1) to '/tmp/gotovo-role-test'",
    "reading a file": "select pg_read_file('postgresql.conf')",
    "the passwords of roles": "select rolpassword from pg_authid",
    "another database": "create database another",
    "another role": "create role another superuser",
    "more rights": f"alter role {PROGRAM} superuser",
    "the administrator's role": f"set role {ADMINISTRATOR}",
    "another schema": "create schema another",
    "settings of the server": "alter system set fsync = off",
    "a slot that keeps the log for ever": "select pg_create_physical_replication_slot('slot')",
    "a checkpoint": "checkpoint",
}

OWNED = """
select count(*) filter (where relnamespace = 'public'::regnamespace) as inside,
       count(*) filter (where relnamespace <> 'public'::regnamespace
                          and relnamespace <> 'pg_toast'::regnamespace) as outside
  from pg_class
 where relowner = $1::regrole
"""


async def connected(url: str) -> Any:
    """Return a connection."""
    return await asyncpg.connect(url)


async def owners(url: str) -> set[tuple[str, str]]:
    """Return the owners of the schema, and of what is in it."""
    connection = await connected(url)
    rows = await connection.fetch(
        "select 'schema', nspowner::regrole::text from pg_namespace where nspname = 'public'"
        " union select 'relation', relowner::regrole::text from pg_class"
        "  where relnamespace = 'public'::regnamespace"
        " union select 'routine', proowner::regrole::text from pg_proc"
        "  where pronamespace = 'public'::regnamespace"
    )
    await connection.close()
    return {tuple(row) for row in rows}


OWNED_BY_PROGRAM = {(kind, PROGRAM) for kind in ("schema", "relation", "routine")}


async def made_by_an_earlier_version(data_dir: Path, make_server: MakeServer) -> None:
    """Make a cluster like one whose only role was the administrator's, with our schema in it."""
    server = make_server(data_dir)
    connection = await connected(server.start().admin_url)
    await connection.execute(f"alter schema public owner to {ADMINISTRATOR}")
    await connection.execute(f"drop role {PROGRAM}")
    await migrate(connection)
    await connection.execute("create sequence counted_by_hand")
    await connection.execute("create type told as enum ('yes', 'no')")
    await connection.execute("create table kept as select 42 as answer")
    await connection.close()
    server.stop()
    (data_dir / "postgresql" / "program-password").unlink()


@pytest.fixture(scope="module")
def programs_url(settled: Path) -> Iterator[str]:
    """Give the program's address on a server that no test changes."""
    folder = make_folder()
    settle(settled, folder / "gotovo")
    server = EmbeddedPostgres(folder / "gotovo")
    yield server.start().url
    server.stop()
    shutil.rmtree(folder)


async def test_the_programs_role_has_no_attribute_that_it_does_not_need(
    settled_dir: Path, make_server: MakeServer
) -> None:
    connection = await connected(make_server(settled_dir).start().url)
    await migrate(connection)
    facts = await read_role_facts(connection)
    assert (facts.name, facts.is_superuser) == (PROGRAM, False)
    assert (facts.dangerous, facts.unneeded) == ((), ())
    owned = await connection.fetchrow(OWNED, PROGRAM)
    assert owned["inside"] > 0
    assert owned["outside"] == 0
    await connection.close()


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
async def test_the_programs_role_does_not_reach_out_of_its_schema(
    programs_url: str, statement: str
) -> None:
    connection = await connected(programs_url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()


async def test_each_role_has_a_password_of_its_own_in_a_private_file(
    settled_dir: Path, make_server: MakeServer
) -> None:
    started = make_server(settled_dir).start()
    place = settled_dir / "postgresql"
    files = [place / "password", place / "program-password"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    one, other = (file.read_text() for file in files)
    assert one != other
    assert len(one) == len(other) == 48
    connection = await connected(started.admin_url)
    assert (await read_role_facts(connection)).is_superuser
    await connection.close()


async def test_what_an_earlier_version_made_is_handed_over_at_the_next_start(
    settled_dir: Path, make_server: MakeServer
) -> None:
    await made_by_an_earlier_version(settled_dir, make_server)
    for _ in range(2):
        server = make_server(settled_dir)
        started = server.start()
        assert await owners(started.url) == OWNED_BY_PROGRAM
        connection = await connected(started.url)
        assert await connection.fetchval("select answer from kept") == 42
        await connection.execute(
            "drop sequence if exists counted_by_hand; drop type if exists told"
        )
        await connection.close()
        server.stop()


async def test_what_an_earlier_version_makes_later_is_handed_over_too(
    settled_dir: Path, make_server: MakeServer
) -> None:
    server = make_server(settled_dir)
    connection = await connected(server.start().admin_url)
    await migrate(connection)
    await connection.close()
    server.stop()
    assert await owners(server.start().url) == OWNED_BY_PROGRAM


@pytest.mark.parametrize("step", ["write_password", "_prepare", "_hand_over", "_may_sign_in"])
async def test_a_start_that_is_killed_while_it_hands_over_is_finished_by_the_next(
    settled_dir: Path, make_server: MakeServer, start_owner: StartOwner, step: str
) -> None:
    await made_by_an_earlier_version(settled_dir, make_server)
    killed = start_owner(settled_dir, "--die-in", f"{roles.__name__}:{step}")
    assert killed.process.wait(timeout=60) == -signal.SIGKILL
    started = make_server(settled_dir).start()
    assert await owners(started.url) == OWNED_BY_PROGRAM


async def test_a_password_that_is_lost_is_drawn_anew(
    settled_dir: Path, make_server: MakeServer
) -> None:
    server = make_server(settled_dir)
    before = server.start().url
    server.stop()
    (settled_dir / "postgresql" / "program-password").unlink()
    after = server.start().url
    assert after != before
    assert await owners(after)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await connected(before)


async def test_rights_that_were_given_to_it_are_taken_again(
    settled_dir: Path, make_server: MakeServer
) -> None:
    server = make_server(settled_dir)
    connection = await connected(server.start().admin_url)
    await connection.execute(f"alter role {PROGRAM} superuser createdb")
    await connection.close()
    server.stop()
    connection = await connected(server.start().url)
    facts = await read_role_facts(connection)
    assert (facts.is_superuser, facts.unneeded) == (False, ())
    await connection.close()


async def test_a_table_that_somebody_holds_is_named_and_nothing_is_handed_over(
    settled_dir: Path, make_server: MakeServer
) -> None:
    started = make_server(settled_dir).start()
    connection = await connected(started.admin_url)
    await connection.execute("create table kept (); create table another ()")
    async with connection.transaction():
        await connection.execute("lock table kept in access share mode")
        with pytest.raises(EmbeddedError, match=r"can't be prepared: .*lock timeout.*start again"):
            prepare_role(prepare_paths(settled_dir))
        assert ("relation", PROGRAM) not in await owners(started.url)
    await connection.close()
    prepare_role(prepare_paths(settled_dir))
    assert ("relation", ADMINISTRATOR) not in await owners(started.url)
