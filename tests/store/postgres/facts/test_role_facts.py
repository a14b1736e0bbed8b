"""What the program's role may do is read from the server, by its attributes and memberships."""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import asyncpg
import pytest

from gotovo.store.postgres.facts.role_facts import RoleFacts, read_role_facts
from tests.conftest import database_of
from tests.support.store.program_role import NAME


async def facts(url: str, role: str = "") -> RoleFacts:
    """Ask, as a role that the one of the address may become."""
    connection = await asyncpg.connect(url)
    try:
        if role:
            await connection.execute(f"set role {role}")
        return await read_role_facts(connection)
    finally:
        await connection.close()


async def execute(url: str, statement: str) -> None:
    """Run one statement on a connection of its own."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
def role(server_url: str) -> Iterator[str]:
    """Give a role without any right."""
    name = f"role_{uuid4().hex[:12]}"
    asyncio.run(execute(server_url, f"create role {name} login"))
    yield name
    asyncio.run(execute(server_url, f"drop role {name}"))


async def test_the_role_of_an_installation_may_nothing_else(database_url: str) -> None:
    assert await facts(database_url) == RoleFacts(name=NAME, is_superuser=False)


async def test_a_superuser_is_told_as_such_and_not_by_what_it_may(server_url: str) -> None:
    told = await facts(server_url)
    assert told.is_superuser
    assert not [each for each in told.dangerous if each.startswith("pg_")]


async def test_attributes_and_memberships_are_told(server_url: str, role: str) -> None:
    await execute(server_url, f"alter role {role} createrole bypassrls createdb")
    await execute(server_url, f"grant pg_read_server_files, pg_monitor to {role}")
    told = await facts(server_url, role)
    assert told.dangerous == ("createrole", "bypassrls", "pg_read_server_files")
    assert told.unneeded == ("createdb",)


async def test_who_owns_the_database_could_drop_it(server_url: str, role: str) -> None:
    await execute(server_url, f"create database {role} owner {role}")
    try:
        told = await facts(database_of(server_url, role), role)
        assert told.unneeded == ("ownership of the database",)
    finally:
        await execute(server_url, f"drop database {role}")
