"""The real database for every test that asks for it: one server a test run, one database a test."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from gotovo.store.embedded import EmbeddedPostgres
from gotovo.store.migrations import migrate
from gotovo.store.pool import open_pool

TEMPLATE = "gotovo_template"


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """Give the address of a PostgreSQL: GOTOVO_TEST_DATABASE_URL, or our own embedded one."""
    given = os.environ.get("GOTOVO_TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="gotovo-test-"))
    folder.chmod(0o711)
    server = EmbeddedPostgres(folder)
    try:
        yield server.start().url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """Make the migrated database that every test's own is copied from."""
    name = f"{TEMPLATE}_{uuid4().hex[:8]}"
    asyncio.run(_make_template(server_url, name))
    return name


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """Give a fresh, migrated database that is gone after the test."""
    name = f"test_{uuid4().hex}"
    asyncio.run(statement(server_url, f'create database "{name}" template "{template}"'))
    yield database_of(server_url, name)
    asyncio.run(statement(server_url, f'drop database if exists "{name}" with (force)'))


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """Give connections to the test's own database."""
    pool = await open_pool(database_url)
    yield pool
    await pool.close()


def database_of(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    head, _, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{'?' + query if query else ''}"


async def _make_template(server_url: str, name: str) -> None:
    await statement(server_url, f'create database "{name}"')
    connection = await asyncpg.connect(database_of(server_url, name))
    try:
        await migrate(connection)
    finally:
        await connection.close()


async def statement(url: str, text: str) -> None:
    """Run one statement on a database."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(text)
    finally:
        await connection.close()
