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

from gotovo.store.errors import SchemaError
from gotovo.store.statements import load_statements

_FILE = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z_]+)\.sql")

ADVISORY_LOCK = 7_016_996_765_293_437_281
"""The one session lock in the program: two migrations at once take turns. Any number would do."""

_sql = load_statements("migrations.sql")


class Migration(Struct, frozen=True):
    """One file of the schema."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """Return what tells this text from any other."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def known_migrations() -> tuple[Migration, ...]:
    """Return the program's schema files in order of number."""
    found: list[Migration] = []
    for file in files("gotovo.store").joinpath("schema").iterdir():
        match = _FILE.fullmatch(file.name)
        if match:
            text = file.read_text("utf-8")
            found.append(Migration(int(match["number"]), match["name"], text))
    return tuple(sorted(found, key=lambda m: m.number))


async def migrate(connection: "asyncpg.Connection[Any]") -> tuple[Migration, ...]:
    """Apply what is missing and return it; two programs that start at once take turns."""
    await connection.execute(_sql["lock_migrations"], ADVISORY_LOCK)
    try:
        await connection.execute(_sql["create_migration_table"])
        missing = await pending(connection)
        for migration in missing:
            await _apply(connection, migration)
        return missing
    finally:
        await connection.execute(_sql["unlock_migrations"], ADVISORY_LOCK)


async def pending(connection: "asyncpg.Connection[Any]") -> tuple[Migration, ...]:
    """Return the files not applied yet; raise SchemaError when program and database disagree."""
    known = known_migrations()
    if not await connection.fetchval(_sql["migration_table_exists"]):
        return known
    applied = {
        row["number"]: row["checksum"] for row in await connection.fetch(_sql["migrations"])
    }
    newest = max(applied, default=0)
    if newest > len(known):
        message = (
            f"the database has schema {newest}, this program knows {len(known)}: "
            "install the newer program"
        )
        raise SchemaError(message)
    for migration in known:
        if applied.get(migration.number, migration.checksum) != migration.checksum:
            message = (
                f"schema file {migration.number:04}_{migration.name} is not the one that was "
                "applied: restore the file, and put the change into a new one"
            )
            raise SchemaError(message)
    return tuple(m for m in known if m.number not in applied)


async def _apply(connection: "asyncpg.Connection[Any]", migration: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(_sql["limit_waiting"])
            await connection.execute(migration.sql)
            await connection.execute(
                _sql["remember_migration"],
                migration.number,
                migration.name,
                migration.checksum,
                datetime.now(UTC),
            )
    except asyncpg.PostgresError as error:
        message = f"schema file {migration.number:04}_{migration.name} failed: {error}"
        raise SchemaError(message) from error
