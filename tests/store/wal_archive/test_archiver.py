"""The archive follows a real server; what keeps it from that is said, and no disk is filled."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gotovo.store.embedded.binaries import installed_binaries
from gotovo.store.embedded.server import EmbeddedPostgres
from gotovo.store.wal_archive import archiver
from gotovo.store.wal_archive.archiver import Archiver, stop_archiving
from gotovo.store.wal_archive.folder import ArchiveStatus, read_status, series_in
from gotovo.store.wal_archive.programs import ArchivePrograms, end_left_over

LONG_SECONDS = 120


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """Give a data folder that PostgreSQL's own account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-archive-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def address(data_dir: Path) -> Iterator[str]:
    """Give the administrator's address of a server that runs."""
    server = EmbeddedPostgres(data_dir)
    yield server.start().admin_url
    server.stop()


@pytest.fixture
async def connection(address: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Give a connection to it, and leave no slot behind."""
    connection = await asyncpg.connect(address)
    yield connection
    await connection.close()
    await stop_archiving(address)


@pytest.fixture
async def followed(
    tmp_path: Path, data_dir: Path, address: str, connection: "asyncpg.Connection[Any]"
) -> AsyncIterator[Path]:
    """Give an archive that is followed."""
    assert connection
    following = Archiver(
        tmp_path / "archive",
        ArchivePrograms(data_dir, installed_binaries() / "bin"),
        days=7,
        is_owner=lambda: True,
        address=lambda: address,
        clock=lambda: datetime.now(UTC),
    )
    task = asyncio.create_task(following.run())
    yield tmp_path / "archive"
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def status_with(archive: Path, is_so: Callable[[ArchiveStatus], bool]) -> ArchiveStatus:
    """Return the first status of which something is so."""
    async with asyncio.timeout(LONG_SECONDS):
        while True:
            status = read_status(archive)
            if status is not None and is_so(status):
                return status
            await asyncio.sleep(0.05)


async def test_what_is_committed_is_in_the_archive_and_a_base_backup_beside_it(
    followed: Path, connection: "asyncpg.Connection[Any]"
) -> None:
    await status_with(followed, lambda status: status.base_at is not None)
    await connection.execute("create table if not exists written (text text)")
    await connection.execute("insert into written values ('a word that is looked for')")
    now = datetime.now(UTC)
    status = await status_with(
        followed, lambda status: status.complete_at is not None and status.complete_at > now
    )
    assert status.problem == ""
    (series,) = series_in(followed)
    segments = series.segments()
    assert any(b"a word that is looked for" in file.read_bytes() for file in segments.values())
    (base,) = series.base_backups()
    assert base.first_segment in segments
    kept = await connection.fetchval("select current_setting('max_slot_wal_keep_size')")
    assert kept == "1GB"


async def test_a_gap_in_the_log_begins_a_series_with_a_base_backup(
    followed: Path, connection: "asyncpg.Connection[Any]"
) -> None:
    first = await status_with(followed, lambda status: status.base_at is not None)
    await connection.execute(
        "select pg_terminate_backend(active_pid) from pg_replication_slots where active"
    )
    await connection.execute(
        "do $$ begin loop begin"
        " perform pg_drop_replication_slot(slot_name) from pg_replication_slots; return;"
        " exception when object_in_use then perform pg_sleep(0.05); end; end loop; end $$"
    )
    second = await status_with(
        followed, lambda status: status.series > first.series and status.base_at is not None
    )
    assert [series.name for series in series_in(followed)] == [first.series, second.series]


async def test_a_disk_without_room_stops_the_archive_and_says_so(
    followed: Path, connection: "asyncpg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    await status_with(followed, lambda status: status.base_at is not None)
    monkeypatch.setattr(archiver, "FREE_BYTES_MIN", 1 << 60)
    status = await status_with(followed, lambda status: bool(status.problem))
    assert "MiB free, and needs 1024: make room" in status.problem
    assert not await connection.fetchval("select bool_or(active) from pg_replication_slots")
    monkeypatch.setattr(archiver, "FREE_BYTES_MIN", 0)
    now = datetime.now(UTC)
    await status_with(
        followed, lambda status: not status.problem and (status.complete_at or now) > now
    )


async def test_an_archive_that_is_switched_off_has_the_server_keep_nothing(
    address: str, connection: "asyncpg.Connection[Any]"
) -> None:
    slot = f"{archiver.SLOT}20261128t222037z"
    await connection.execute("select pg_create_physical_replication_slot($1, true)", slot)
    await stop_archiving(address)
    assert await connection.fetchval("select count(*) from pg_replication_slots") == 0


async def test_a_receiver_that_outlived_its_program_is_ended_and_no_other_process(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "wal"
    words = ("-c", "import time; time.sleep(600)", f"--directory={folder}")
    process = await asyncio.create_subprocess_exec(sys.executable, *words)
    pid_file = tmp_path / "receiver.pid"
    end_left_over(pid_file, folder)
    pid_file.write_text(f"{process.pid}\n")
    end_left_over(pid_file, tmp_path / "elsewhere")
    assert process.returncode is None
    end_left_over(pid_file, folder)
    assert await process.wait() != 0
