"""A restore gives back every row, all or none, and only where it fits."""

import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.store.audit.scan import snapshot_of
from gotovo.store.backup.archive import open_archive
from gotovo.store.backup.backup import back_up
from gotovo.store.backup.manifest import AppliedFile, BackupManifest, decoded, encoded, signature
from gotovo.store.backup.restore import check_archive, refuse_data, restore, schema_of
from gotovo.store.postgres.errors import BackupError
from gotovo.store.postgres.migrations import known_migrations, migrate
from gotovo.store.postgres.pool import open_connection
from gotovo.store.tables.security.entries import Author
from tests.conftest import own_database
from tests.support.store.audited import audited_through
from tests.support.web.cast import SECRET

ME = Author("cli:me")
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def ignore(_what: str, _share: float) -> None:
    """Show no progress."""


@pytest.fixture
def other_url(server_url: str) -> Iterator[str]:
    """Give a second database without tables."""
    yield from own_database(server_url, "template0")


@pytest.fixture
def old_url(server_url: str) -> Iterator[str]:
    """Give a third one."""
    yield from own_database(server_url, "template0")


@pytest.fixture
async def other(other_url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Give a connection to it."""
    connection = await open_connection(other_url)
    yield connection
    await connection.close()


async def put(url: str, file: Path) -> None:
    """Restore a backup as the command does."""
    with open_archive(file) as archive:
        check_archive(archive, file, [SECRET], ignore)
        await restore(url, archive, ME, LATER, ignore)


def with_manifest(file: Path, manifest: BackupManifest, secret: bytes) -> Path:
    """Copy a backup under another manifest."""
    other = file.with_name("other.zip")
    text = encoded(manifest)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        for member in old.namelist():
            if member.startswith("tables/"):
                new.writestr(member, old.read(member))
        new.writestr("manifest.json", text)
        new.writestr("manifest.signature", signature(secret, text))
    return other


async def test_every_row_of_every_table_is_there_and_the_audit_is_clean(
    saved: Path, other_url: str, other: "asyncpg.Connection[Any]", tmp_path: Path
) -> None:
    await put(other_url, saved)
    _, again = await back_up(other_url, tmp_path, SECRET, ME, ignore)
    with open_archive(saved) as archive:
        before = {table.name: (table.rows, table.sha256) for table in archive.manifest.tables}
    after = {table.name: (table.rows, table.sha256) for table in again.tables}
    assert {name for name in before if before[name] != after[name]} == {
        "feed_epoch",
        "security_log",
        "security_log_head",
    }
    assert after["attachment"][0] == 1, "photos are in the backup with their bytes"
    assert after["feed_epoch"][0] == 2
    assert after["security_log"][0] == before["security_log"][0] + 2
    async with snapshot_of(other_url) as connection:
        report = await audited_through(connection, SECRET)
    assert report.findings == []
    assert report.checked.orders == before["orders"][0] > 20
    row = await other.fetchrow("select * from security_log where kind = 'backup.restored'")
    assert row is not None
    assert (row["actor"], row["at"]) == ("cli:me", LATER)


async def test_a_database_with_tables_is_refused(
    saved: Path, populated: str, other_url: str, other: "asyncpg.Connection[Any]"
) -> None:
    with pytest.raises(BackupError, match="writes over nothing"):
        await put(populated, saved)
    await refuse_data(other_url)
    await other.execute("create table mine (x int)")
    with pytest.raises(BackupError, match="has 1 tables already"):
        await refuse_data(other_url)


async def test_a_restore_that_fails_leaves_the_database_empty(
    saved: Path, other_url: str, other: "asyncpg.Connection[Any]"
) -> None:
    def interrupt(what: str, share: float) -> None:
        if what == "restoring" and share > 0.5:
            raise InterruptedError

    with open_archive(saved) as archive, pytest.raises(InterruptedError):
        await restore(other_url, archive, ME, LATER, interrupt)
    assert await other.fetchval("select count(*) from pg_tables where schemaname = 'public'") == 0
    await put(other_url, saved)


async def test_a_backup_of_an_older_schema_is_brought_up(
    other_url: str, other: "asyncpg.Connection[Any]", old_url: str, tmp_path: Path
) -> None:
    known = known_migrations()
    old = await open_connection(old_url)
    await migrate(old, known[:-4])
    await old.execute("insert into shop (code, title, created_at) values ('toys', 'T', now())")
    await old.close()
    file, _ = await back_up(old_url, tmp_path, SECRET, ME, ignore)
    await put(other_url, file)
    assert await other.fetchval("select max(number) from schema_migration") == known[-1].number
    assert await other.fetchval("select title from shop where code = 'toys'") == "T"


async def test_another_secret_is_refused(saved: Path) -> None:
    with open_archive(saved) as archive, pytest.raises(BackupError, match="another secret"):
        check_archive(archive, saved, [b"x" * 32], ignore)


async def test_a_changed_manifest_is_refused(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        manifest = decoded(archive.read("manifest.json"))
    changed = with_manifest(saved, structs.replace(manifest, program="9"), b"x" * 32)
    with open_archive(changed) as archive, pytest.raises(BackupError, match="manifest was changed"):
        check_archive(archive, changed, [SECRET], ignore)


async def test_a_newer_or_foreign_schema_is_refused(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        manifest = decoded(archive.read("manifest.json"))
    newer = (*manifest.schema, AppliedFile(9_999, "future", ""))
    with pytest.raises(BackupError, match="has schema 9999, this program knows"):
        schema_of(structs.replace(manifest, schema=newer))
    foreign = (structs.replace(manifest.schema[0], checksum="x"), *manifest.schema[1:])
    with pytest.raises(BackupError, match="0001_journal that this program does not know"):
        schema_of(structs.replace(manifest, schema=foreign))


async def test_a_damaged_table_is_named_and_nothing_is_written(
    saved: Path, other_url: str, other: "asyncpg.Connection[Any]"
) -> None:
    damaged = saved.with_name("other.zip")
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(damaged, "w") as new:
        for member in old.namelist():
            rows = old.read(member)
            new.writestr(member, rows[:-1] if member == "tables/event.copy" else rows)
    with pytest.raises(BackupError, match="table event is damaged"):
        await put(other_url, damaged)
    assert await other.fetchval("select count(*) from pg_tables where schemaname = 'public'") == 0
