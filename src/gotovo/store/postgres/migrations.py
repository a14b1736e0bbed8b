"""The schema grows by numbered files, forward only, each in a transaction of its own.

A file that was applied may never change: its checksum is kept. The previous release still runs
on the new schema, and the database says so: with each file it has the oldest schema whose program
runs on it.
"""

import asyncio
import hashlib
import re
import time
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.errors import SchemaError
from gotovo.store.postgres.lock_attempts import LockPatience, OnWait, attempt, ignore_waiting
from gotovo.store.postgres.statements import load_statements

_FILE = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z_]+)\.sql")

ADVISORY_LOCK = 7_016_996_765_293_437_281
"""The program's only session lock: concurrent migrations take turns. The number is arbitrary."""

WAIT_SECONDS = 900
"""A file may take ten minutes (`limit_waiting` in migrations.sql); another program's turn, too."""

TURN_SECONDS = 0.1
"""Between two looks whether it is our turn. A statement that waited for it would hold a snapshot,
and an index that another program makes concurrently waits for the end of every snapshot."""

RUNS_FROM = 36
"""The newest schema of the previous release: its program runs on what this one adds to it."""

_COMMENT = re.compile(r"^[ \t]*--.*$", re.MULTILINE)
_CONCURRENTLY = re.compile(r"\bindex\s+concurrently\b")

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

    @property
    def about(self) -> str:
        """Return what the file is for: its first comment, as one line."""
        said = [line.removeprefix("--").strip() for line in self.sql.splitlines()]
        end = next((n for n, line in enumerate(self.sql.splitlines()) if line[:2] != "--"), None)
        return " ".join(said[:end])

    @property
    def statements(self) -> tuple[str, ...]:
        """Return the statements of a file that runs outside a transaction, in order."""
        parts = _COMMENT.sub("", self.sql).split(";\n")
        return tuple(part.strip() for part in parts if part.strip())

    @property
    def is_concurrent(self) -> bool:
        """Return whether it makes an index while orders go on, which no transaction may."""
        return _CONCURRENTLY.search(_COMMENT.sub("", self.sql)) is not None


class AppliedFile(Struct, frozen=True):
    """A schema file that a database has.

    `runs_from` is the oldest schema whose program runs on it; None says that only programs that
    have the file do.
    """

    number: int
    name: str
    checksum: str
    runs_from: int | None = None


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
    connection: "asyncpg.Connection",
    known: tuple[Migration, ...] | None = None,
    *,
    patience: LockPatience | None = None,
    on_wait: OnWait = ignore_waiting,
) -> tuple[Migration, ...]:
    """Apply the pending migrations and return them; concurrent programs take turns.

    Raises SchemaError when program and database disagree, or a file can't be applied; what was
    applied before it stays.
    """
    await _take_turn(connection)
    try:
        await _make_list(connection)
        missing = await pending(connection, known)
        for migration in missing:
            await _apply(connection, migration, patience or LockPatience(), on_wait)
        return missing
    finally:
        await connection.execute(_sql["unlock_migrations"], ADVISORY_LOCK)


async def pending(
    connection: "asyncpg.Connection", known: tuple[Migration, ...] | None = None
) -> tuple[Migration, ...]:
    """Return the files not applied yet; raise SchemaError when program and database disagree.

    A newer schema is no disagreement where every file that this program lacks says that it runs.
    """
    known = known_migrations() if known is None else known
    applied = {file.number: file for file in await applied_migrations(connection)}
    ours = max((m.number for m in known), default=0)
    newer = [file for number, file in applied.items() if number > ours]
    if any(file.runs_from is None or file.runs_from > ours for file in newer):
        message = (
            f"the database has schema {max(applied)}, this program knows {ours}: "
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
    return tuple(AppliedFile(**row) for row in rows)


async def _take_turn(connection: "asyncpg.Connection") -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not await connection.fetchval(_sql["lock_migrations"], ADVISORY_LOCK):
        if time.monotonic() > deadline:
            message = "another program has been migrating this database for a long time: look at it"
            raise SchemaError(message)
        await asyncio.sleep(TURN_SECONDS)


async def _make_list(connection: "asyncpg.Connection") -> None:
    """Create the table of applied migrations, or what a table of an earlier version lacks."""
    try:
        if not await connection.fetchval(_sql["migration_table_exists"]):
            await connection.execute(_sql["create_migration_table"])
        elif not await connection.fetchval(_sql["migration_table_has_runs_from"]):
            await connection.execute(_sql["add_runs_from"])
    except asyncpg.InsufficientPrivilegeError as error:
        message = f"this user may not create tables in the database: {error}"
        raise SchemaError(message) from error


async def _apply(
    connection: "asyncpg.Connection", migration: Migration, patience: LockPatience, on_wait: OnWait
) -> None:
    apart = migration.is_concurrent and not connection.is_in_transaction()

    async def once() -> None:
        await (_run_apart if apart else _run)(connection, migration, patience)

    try:
        await attempt(connection, migration.title, once, patience, on_wait)
    except asyncpg.PostgresError as error:
        message = f"schema file {migration.title} failed, and nothing of it was applied: {error}"
        raise SchemaError(message) from error


async def _run(
    connection: "asyncpg.Connection", migration: Migration, patience: LockPatience
) -> None:
    """Apply a file in one transaction; inside another one, an index is made as any other."""
    plain = _CONCURRENTLY.sub("index", migration.sql) if migration.is_concurrent else migration.sql
    async with connection.transaction():
        await connection.execute(_sql["limit_waiting"], f"{patience.lock_ms}ms")
        await connection.execute(plain, timeout=WAIT_SECONDS)
        await _remember(connection, migration)


async def _run_apart(
    connection: "asyncpg.Connection", migration: Migration, _patience: LockPatience
) -> None:
    """Run statement after statement, each its own transaction; nobody waits for what they wait for.

    A file that was interrupted is run again from its first statement.
    """
    for statement in migration.statements:
        await connection.execute(statement, timeout=WAIT_SECONDS)
    await _remember(connection, migration)


async def _remember(connection: "asyncpg.Connection", migration: Migration) -> None:
    await connection.execute(
        _sql["remember_migration"],
        migration.number,
        migration.name,
        migration.checksum,
        datetime.now(UTC),
        min(RUNS_FROM, migration.number),
    )
