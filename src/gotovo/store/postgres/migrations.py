"""The schema grows by numbered files, forward only, each in a transaction of its own.

A file that was applied may never change: its checksum is kept. The previous program still runs
on the new schema, so files only add; locks give up soon rather than queue up before a shop.
"""

import hashlib
import re
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.errors import SchemaError
from gotovo.store.postgres.statements import load_statements

_FILE = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z_]+)\.sql")

ADVISORY_LOCK = 7_016_996_765_293_437_281
"""The program's only session lock: concurrent migrations take turns. The number is arbitrary."""

WAIT_SECONDS = 900
"""A file may take ten minutes (`limit_waiting` in migrations.sql); another program's turn, too."""

_sql = load_statements("postgres/migrations.sql")


class Migration(Struct, frozen=True):
    """One file of the schema."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """Return the checksum of a migration's text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def title(self) -> str:
        """Return the file's name without its ending."""
        return f"{self.number:04}_{self.name}"


class AppliedFile(Struct, frozen=True):
    """A schema file that a database has."""

    number: int
    name: str
    checksum: str


def known_migrations() -> tuple[Migration, ...]:
    """Return the program's migrations in order of number."""
    found: list[Migration] = []
    for file in files("gotovo.store").joinpath("schema").iterdir():
        match = _FILE.fullmatch(file.name)
        if match:
            text = file.read_text("utf-8")
            found.append(Migration(int(match["number"]), match["name"], text))
    return tuple(sorted(found, key=lambda m: m.number))


async def migrate(
    connection: "asyncpg.Connection", known: tuple[Migration, ...] | None = None
) -> tuple[Migration, ...]:
    """Apply the pending migrations and return them; concurrent programs take turns.

    Raises SchemaError when program and database disagree, or a file can't be applied; what was
    applied before it stays.
    """
    try:
        await connection.execute(_sql["lock_migrations"], ADVISORY_LOCK, timeout=WAIT_SECONDS)
    except TimeoutError as error:
        message = "another program has been migrating this database for a long time: look at it"
        raise SchemaError(message) from error
    try:
        await _make_list(connection)
        missing = await pending(connection, known)
        for migration in missing:
            await _apply(connection, migration)
        return missing
    finally:
        await connection.execute(_sql["unlock_migrations"], ADVISORY_LOCK)


async def pending(
    connection: "asyncpg.Connection", known: tuple[Migration, ...] | None = None
) -> tuple[Migration, ...]:
    """Return the files not applied yet; raise SchemaError when program and database disagree."""
    known = known_migrations() if known is None else known
    applied = {file.number: file for file in await applied_migrations(connection)}
    ours = max((m.number for m in known), default=0)
    theirs = max(applied, default=0)
    if theirs > ours:
        message = (
            f"the database has schema {theirs}, this program knows {ours}: "
            "install the newer program"
        )
        raise SchemaError(message)
    for migration in known:
        file = applied.get(migration.number)
        if file is not None and file.checksum != migration.checksum:
            message = (
                f"schema file {migration.title} is not the one that was applied as "
                f"{file.name}: restore the file, and put the change into a new one"
            )
            raise SchemaError(message)
    return tuple(m for m in known if m.number not in applied)


async def applied_migrations(connection: "asyncpg.Connection[Any]") -> tuple[AppliedFile, ...]:
    """Return the files that a database has, by number; none before the first migration."""
    if not await connection.fetchval(_sql["migration_table_exists"]):
        return ()
    rows = await connection.fetch(_sql["migrations"])
    return tuple(AppliedFile(row["number"], row["name"], row["checksum"]) for row in rows)


async def _make_list(connection: "asyncpg.Connection") -> None:
    """Create the table of applied migrations, the first one in a database."""
    if await connection.fetchval(_sql["migration_table_exists"]):
        return
    try:
        await connection.execute(_sql["create_migration_table"])
    except asyncpg.InsufficientPrivilegeError as error:
        message = f"this user may not create tables in the database: {error}"
        raise SchemaError(message) from error


async def _apply(connection: "asyncpg.Connection", migration: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(_sql["limit_waiting"])
            await connection.execute(migration.sql, timeout=WAIT_SECONDS)
            await connection.execute(
                _sql["remember_migration"],
                migration.number,
                migration.name,
                migration.checksum,
                datetime.now(UTC),
            )
    except asyncpg.PostgresError as error:
        message = f"schema file {migration.title} failed, and nothing of it was applied: {error}"
        raise SchemaError(message) from error
