"""A backup has every row of one instant, whatever is written meanwhile, and names what it is."""

import asyncio
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from gotovo.store.backup.archive import open_archive
from gotovo.store.backup.backup import LEFT_OUT, back_up, backups_in, remove_older
from gotovo.store.postgres.errors import BackupError
from gotovo.store.postgres.migrations import known_migrations
from gotovo.store.postgres.pool import open_connection
from gotovo.store.tables.security.entries import Author
from tests.support.web.cast import SECRET

ME = Author("cli:me")


class Usage(NamedTuple):
    """What `shutil.disk_usage` returns."""

    total: int
    used: int
    free: int


def is_empty(folder: Path) -> bool:
    """Tell whether a folder has nothing in it, not even a hidden file."""
    return next(folder.iterdir(), None) is None


def ignore(_what: str, _share: float) -> None:
    """Show no progress."""


async def test_the_manifest_counts_what_the_database_has(populated: str, tmp_path: Path) -> None:
    file, told = await back_up(populated, tmp_path, SECRET, ME, ignore)
    connection = await open_connection(populated)
    with open_archive(file) as archive:
        archive.verify(ignore)
        manifest = archive.manifest
    assert manifest == told
    names = await connection.fetch(
        "select tablename from pg_tables where schemaname = 'public' order by tablename"
    )
    tables = [row["tablename"] for row in names if row["tablename"] != "schema_migration"]
    assert [table.name for table in manifest.tables] == tables
    assert manifest.rows_of("orders") > 20
    for table in manifest.tables:
        count = await connection.fetchval(f'select count(*) from "{table.name}"')  # noqa: S608
        since = 1 if table.name == "security_log" else 0  # the entry that tells of the backup
        assert table.rows == (0 if table.name in LEFT_OUT else count - since), table.name
    assert [x.number for x in manifest.schema] == [x.number for x in known_migrations()]
    assert not manifest.has_secret
    await connection.close()


async def test_what_lets_somebody_in_is_left_out(populated: str, tmp_path: Path) -> None:
    connection = await open_connection(populated)
    await connection.execute(
        "insert into rate_limit (name, subject, free_at) values ('x', 'y', now())"
    )
    await connection.close()
    _, manifest = await back_up(populated, tmp_path, SECRET, ME, ignore)
    assert {table.name for table in manifest.tables} > LEFT_OUT
    assert [manifest.rows_of(name) for name in LEFT_OUT] == [0, 0, 0, 0]


async def test_rows_written_meanwhile_are_not_in_it(populated: str, tmp_path: Path) -> None:
    connection = await open_connection(populated)
    before = await connection.fetchval("select count(*) from stock_entry")
    seen: list[float] = []
    writing: list[asyncio.Task[str]] = []

    def write(_what: str, share: float) -> None:
        seen.append(share)
        if not writing:
            statement = (
                "insert into stock_entry select home, gen_random_uuid(), warehouse, sku, delta, "
                "reason, actor, recorded_at from stock_entry"
            )
            writing.append(asyncio.create_task(connection.execute(statement)))

    _, manifest = await back_up(populated, tmp_path, SECRET, ME, write)
    await writing[0]
    assert await connection.fetchval("select count(*) from stock_entry") == 2 * before
    assert manifest.rows_of("stock_entry") == before
    assert seen == sorted(seen)
    assert seen[-1] == 1
    await connection.close()


async def test_the_security_log_says_when_and_by_whom(populated: str, tmp_path: Path) -> None:
    _, manifest = await back_up(populated, tmp_path, SECRET, ME, ignore)
    connection = await open_connection(populated)
    row = await connection.fetchrow(
        "select * from security_log where kind = 'backup.made' order by seq desc"
    )
    assert row is not None
    assert (row["actor"], row["at"]) == ("cli:me", manifest.ended_at)
    await connection.close()


async def test_an_empty_database_has_nothing_to_save(
    empty_database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match="nothing to save"):
        await back_up(empty_database_url, tmp_path, SECRET, ME, ignore)
    assert is_empty(tmp_path)


async def test_a_backup_that_fails_leaves_nothing(populated: str, tmp_path: Path) -> None:
    def interrupt(_what: str, share: float) -> None:
        if share > 0.5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await back_up(populated, tmp_path, SECRET, ME, interrupt)
    assert is_empty(tmp_path)


async def test_too_little_room_is_said_before_anything_is_written(
    populated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nearly_full(_folder: Path) -> Usage:
        return Usage(10, 9, 1)

    monkeypatch.setattr(shutil, "disk_usage", nearly_full)
    with pytest.raises(BackupError, match="0 MiB free, and a backup may need"):
        await back_up(populated, tmp_path, SECRET, ME, ignore)
    assert is_empty(tmp_path)


async def test_backups_of_one_second_have_names_of_their_own(
    populated: str, tmp_path: Path
) -> None:
    files = [(await back_up(populated, tmp_path, SECRET, ME, ignore))[0] for _ in range(3)]
    assert backups_in(tmp_path) == files
    assert len(set(files)) == 3


def test_the_newest_are_kept(tmp_path: Path) -> None:
    names = [f"gotovo-2026112{day}T000000Z.backup.zip" for day in range(5)]
    for name in reversed(names):
        (tmp_path / name).touch()
    (tmp_path / "gotovo.toml").touch()
    assert [file.name for file in remove_older(tmp_path, 2)] == names[:3]
    assert [file.name for file in backups_in(tmp_path)] == names[3:]
    assert remove_older(tmp_path, 2) == []
    assert (tmp_path / "gotovo.toml").exists()
