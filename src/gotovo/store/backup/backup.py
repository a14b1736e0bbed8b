"""Backup: every table as it is at one instant, read in one transaction while orders go on.

What lives for minutes and lets somebody in is left out: after a restore everybody signs in again,
and nobody is signed in who had signed out since.
"""

import asyncio
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.store.audit.scan import snapshot_of
from gotovo.store.backup.archive import SUFFIX, ArchiveWriter, Progress, is_taken, new_archive
from gotovo.store.backup.manifest import BackupManifest, TablePart, secret_check
from gotovo.store.postgres.errors import BackupError
from gotovo.store.postgres.migrations import applied_migrations
from gotovo.store.postgres.pool import open_connection
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.entries import Author, SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import append

LEFT_OUT: Final = frozenset({"passkey_challenge", "rate_limit", "session", "sign_in_code"})
"""Tables of which a backup has no rows."""

FREE_OF_TABLES: Final = 2
"""The part of the tables' size that has to be free: a backup takes a third to a quarter of it."""

_TIME: Final = "%Y%m%dT%H%M%SZ"

_sql = load_statements("backup/backup.sql")


class SavedTable(Struct, frozen=True):
    """A table of the database, and its size on disk."""

    name: str
    bytes: int
    columns: tuple[str, ...]


async def back_up(
    url: str, folder: Path, secret: bytes, by: Author, on_progress: Progress
) -> tuple[Path, BackupManifest]:
    """Write a backup into a folder, and return its file and what is in it.

    Raises BackupError where there is nothing to save, or too little room.
    """
    file, started_at = await _new_name(folder)
    async with snapshot_of(url) as connection:
        applied = await applied_migrations(connection)
        if not applied:
            message = "the database has no tables of Gotovo: there is nothing to save"
            raise BackupError(message)
        await connection.execute(_sql["hold_tables"])
        tables = await tables_of(connection)
        _check_room(folder, tables)
        with new_archive(file) as archive:
            parts = await _save(connection, archive, tables, on_progress)
            server = connection.get_server_version()
            manifest = BackupManifest(
                program=version("gotovo"),
                server=f"{server.major}.{server.minor}",
                schema=applied,
                started_at=started_at,
                ended_at=datetime.now(UTC),
                secret_check=secret_check(secret),
                tables=tuple(sorted(parts, key=lambda part: part.name)),
            )
            archive.finish(manifest, secret)
    await _record(url, manifest, by)
    return file, manifest


async def tables_of(connection: "asyncpg.Connection[Any]") -> Sequence[SavedTable]:
    """Return the tables of the database, the largest first."""
    rows = await connection.fetch(_sql["tables"])
    return [SavedTable(row["name"], row["bytes"], tuple(row["columns"])) for row in rows]


def backups_in(folder: Path) -> Sequence[Path]:
    """Return the backups in a folder, the oldest first: their names have the time."""
    return sorted(folder.glob(f"gotovo-*{SUFFIX}"))


def remove_older(folder: Path, keep: int) -> Sequence[Path]:
    """Remove all backups but the newest ones, and return those that went."""
    older = backups_in(folder)[:-keep]
    for file in older:
        file.unlink()
    return older


async def _new_name(folder: Path) -> tuple[Path, datetime]:
    """Return the name of a backup that starts now, and when that is: one starts each second."""
    while True:
        now = datetime.now(UTC)
        file = folder / f"gotovo-{now.strftime(_TIME)}{SUFFIX}"
        if not is_taken(file):
            return file, now
        await asyncio.sleep(1 - now.microsecond / 1e6)


async def _save(
    connection: "asyncpg.Connection[Any]",
    archive: ArchiveWriter,
    tables: Sequence[SavedTable],
    on_progress: Progress,
) -> list[TablePart]:
    """Copy the rows of each table into the archive."""
    parts: list[TablePart] = []
    whole = max(1, sum(table.bytes for table in tables))
    done = 0
    for table in tables:
        with archive.table(table.name) as saved:

            async def write(chunk: bytes) -> None:
                saved.write(chunk)
                share = min(saved.bytes, table.bytes)  # noqa: B023
                on_progress("saving", (done + share) / whole)  # noqa: B023

            rows = 0
            if table.name not in LEFT_OUT:
                said = await connection.copy_from_table(
                    table.name, columns=table.columns, output=write
                )
                rows = int(said.rpartition(" ")[2])
            parts.append(saved.part(table.name, table.columns, rows))
        done += table.bytes
        on_progress("saving", done / whole)
    return parts


async def _record(url: str, manifest: BackupManifest, by: Author) -> None:
    """Add an entry to the security log: when everything was copied, and by whom."""
    connection = await open_connection(url)
    try:
        async with connection.transaction():
            entry = SecurityEntry(
                kind=SecurityKind.BACKUP_MADE,
                at=manifest.ended_at,
                by=by,
                details=EntryDetails(rows=manifest.rows, as_of=manifest.started_at),
            )
            await append(connection, [entry])
    finally:
        await connection.close()


def _check_room(folder: Path, tables: Sequence[SavedTable]) -> None:
    needed = sum(table.bytes for table in tables) // FREE_OF_TABLES
    free = shutil.disk_usage(folder).free
    if free < needed:
        message = (
            f"{folder} has {free >> 20} MiB free, and a backup may need {needed >> 20} MiB: "
            "make room, or choose another folder with --to"
        )
        raise BackupError(message)
