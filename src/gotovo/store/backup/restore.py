"""Restore: a backup into a database without tables, in one transaction: all of it or nothing.

The schema is first made as old as the backup, then filled, then brought up to this program.
"""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from gotovo.engine.ports import FeedEpoch
from gotovo.store.backup.archive import ArchiveReader, Progress
from gotovo.store.backup.backup import tables_of
from gotovo.store.backup.manifest import BackupManifest, TablePart, secret_check
from gotovo.store.journal.epochs import begin_epoch
from gotovo.store.postgres.errors import BackupError
from gotovo.store.postgres.migrations import (
    Migration,
    applied_migrations,
    known_migrations,
    migrate,
)
from gotovo.store.postgres.pool import open_connection
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import append

_sql = load_statements("backup/backup.sql")


def check_archive(
    archive: ArchiveReader, file: Path, secrets: Sequence[bytes], on_progress: Progress
) -> None:
    """Raise BackupError unless the backup is whole, of this secret, and known to this program.

    It is of this secret where it was made with any of these keys: a backup outlives a rotation.
    """
    manifest = archive.manifest
    schema_of(manifest)
    secret = next((x for x in secrets if secret_check(x) == manifest.secret_check), None)
    if secret is None:
        message = (
            f"{file} was made with another secret than this installation has: put that secret's "
            "file in its place (GOTOVO_SECRET_FILE), or give its sealed copy with --secret-from"
        )
        raise BackupError(message)
    if not archive.is_signed_with(secret):
        message = f"{file}: the manifest was changed after the backup was made: take another backup"
        raise BackupError(message)
    archive.verify(on_progress)


def schema_of(manifest: BackupManifest) -> tuple[Migration, ...]:
    """Return the schema files that a backup's database had; raise BackupError for unknown ones."""
    known = {migration.number: migration for migration in known_migrations()}
    newest, ours = max(x.number for x in manifest.schema), max(known)
    if newest > ours:
        message = (
            f"the backup has schema {newest}, this program knows {ours}: install Gotovo "
            f"{manifest.program} or newer"
        )
        raise BackupError(message)
    for applied in manifest.schema:
        migration = known.get(applied.number)
        if migration is None or migration.checksum != applied.checksum:
            message = (
                f"the backup has a schema file {applied.number:04}_{applied.name} that this "
                "program does not know: install the program that it was made with"
            )
            raise BackupError(message)
    return tuple(known[applied.number] for applied in manifest.schema)


async def refuse_data(url: str) -> None:
    """Raise BackupError where the database has tables: a restore never writes over anything."""
    connection = await open_connection(url)
    try:
        _refuse(await tables_of(connection))
    finally:
        await connection.close()


async def restore(
    url: str, archive: ArchiveReader, by: Author, now: datetime, on_progress: Progress
) -> None:
    """Restore a backup that was checked; raise BackupError where something else is found."""
    manifest = archive.manifest
    connection = await open_connection(url)
    try:
        async with connection.transaction():
            _refuse(await tables_of(connection))
            await migrate(connection, schema_of(manifest))
            await connection.execute(_sql["wait_as_long_as_it_takes"])
            await connection.execute(_sql["empty_tables"])
            indexes = await _drop_indexes(connection)
            await _fill(connection, archive, on_progress)
            await _make_indexes(connection, indexes, on_progress)
            await migrate(connection)
            entry = SecurityEntry(
                kind=SecurityKind.BACKUP_RESTORED,
                at=now,
                by=by,
                details=EntryDetails(rows=manifest.rows, as_of=manifest.started_at),
            )
            await append(connection, [entry])
            await begin_epoch(connection, by, now)
        await connection.execute(_sql["analyze"])
    finally:
        await connection.close()


async def refuse_nothing(url: str) -> None:
    """Raise BackupError where another tool has put nothing back."""
    connection = await open_connection(url)
    try:
        if not await applied_migrations(connection):
            message = "the database has no tables of Gotovo: restore it first"
            raise BackupError(message)
    finally:
        await connection.close()


async def finish(url: str, by: Author, now: datetime) -> FeedEpoch:
    """Begin the epoch of a database that another tool has put back, and return it."""
    connection = await open_connection(url)
    try:
        return await begin_epoch(connection, by, now)
    finally:
        await connection.close()


async def _drop_indexes(connection: "asyncpg.Connection[Any]") -> Sequence[Any]:
    """Drop every index: made once from all rows it costs a third of an entry a row."""
    indexes = await connection.fetch(_sql["indexes"])
    for index in indexes:
        await connection.execute(index["drop_it"])
    return indexes


async def _make_indexes(
    connection: "asyncpg.Connection[Any]", indexes: Sequence[Any], on_progress: Progress
) -> None:
    """Make them again; what they forbid is refused here."""
    await connection.execute(_sql["sort_in_memory"])
    for done, index in enumerate(indexes):
        on_progress("indexing", done / len(indexes))
        try:
            await connection.execute(index["make_it"])
        except asyncpg.IntegrityConstraintViolationError as error:
            message = f"the rows of the backup break the rule {index['name']}: {error}"
            raise BackupError(message) from error
    on_progress("indexing", 1)
    if await connection.fetch(_sql["indexes"]) != list(indexes):
        message = "the indexes are not those of the schema: report this"
        raise BackupError(message)


async def _fill(
    connection: "asyncpg.Connection[Any]", archive: ArchiveReader, on_progress: Progress
) -> None:
    manifest = archive.manifest
    there = {table.name for table in await tables_of(connection)}
    if other := there ^ {table.name for table in manifest.tables}:
        message = f"the backup does not fit its schema: table {min(other)}"
        raise BackupError(message)
    whole, done = max(1, manifest.bytes), 0
    for table in manifest.tables:

        async def source(table: TablePart = table, before: int = done) -> AsyncGenerator[bytes]:
            sent = before
            for chunk in archive.chunks(table):
                yield chunk
                sent += len(chunk)
                on_progress("restoring", sent / whole)

        # Frozen, as the transaction has made the table: nobody has to mark its rows later.
        said = await connection.copy_to_table(
            table.name, source=source(), columns=table.columns, freeze=True
        )
        rows = int(said.rpartition(" ")[2])
        if rows != table.rows:
            message = f"table {table.name} got {rows} rows, and the backup has {table.rows}"
            raise BackupError(message)
        done += table.bytes
    on_progress("restoring", 1)


async def record_recovery(url: str, by: Author, now: datetime, as_of: datetime) -> None:
    """Write down that the database was put back to an instant, and begin its epoch."""
    connection = await open_connection(url)
    try:
        async with connection.transaction():
            details = EntryDetails(as_of=as_of)
            kind = SecurityKind.BACKUP_RESTORED
            await append(connection, [SecurityEntry(kind=kind, at=now, by=by, details=details)])
            await begin_epoch(connection, by, now)
    finally:
        await connection.close()


def _refuse(tables: Sequence[object]) -> None:
    if tables:
        message = (
            f"the database has {len(tables)} tables already, and a restore writes over nothing: "
            "choose an empty database (GOTOVO_DATABASE_URL) or a new folder (GOTOVO_DATA_DIR)"
        )
        raise BackupError(message)
