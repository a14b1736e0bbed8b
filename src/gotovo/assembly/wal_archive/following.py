"""The archive is followed while the program runs, and gets base backups on demand."""

from pathlib import Path
from typing import Final

import structlog

from gotovo.assembly.machine_clock import utc_now
from gotovo.config import Settings
from gotovo.store.embedded.binaries import installed_binaries
from gotovo.store.embedded.paths import prepare_paths
from gotovo.store.embedded.roles import ADMINISTRATOR, address_of
from gotovo.store.embedded.server import EmbeddedPostgres
from gotovo.store.postgres.errors import ArchiveError, StoreError
from gotovo.store.postgres.pool import open_connection
from gotovo.store.wal_archive.archiver import Archiver, followed_series, stop_archiving
from gotovo.store.wal_archive.base_backup import take_base_backup
from gotovo.store.wal_archive.folder import BaseBackup
from gotovo.store.wal_archive.programs import ArchivePrograms

_log: Final = structlog.get_logger("gotovo")


async def keep_archive(settings: Settings, server: EmbeddedPostgres) -> None:
    """Follow the log of the embedded server until cancelled, or have it kept no longer."""
    if not settings.wal_archive:
        try:
            await stop_archiving(_address(settings))
        except (StoreError, OSError) as error:
            _log.error("the slot of the archive can't be dropped", reason=str(error))
        return
    archiver = Archiver(
        Path(settings.wal_archive),
        _programs(settings),
        days=settings.wal_archive_days,
        is_owner=lambda: server.is_owner,
        address=lambda: _address(settings),
        clock=utc_now,
    )
    await archiver.run()


async def base_backup_now(settings: Settings) -> BaseBackup:
    """Take a base backup of a server whose log is followed; raise ArchiveError where none is."""
    connection = await open_connection(_address(settings))
    try:
        series = await followed_series(connection, Path(settings.wal_archive))
    finally:
        await connection.close()
    if series is None:
        message = (
            f"nothing follows the log into {settings.wal_archive} yet: start Gotovo with "
            "GOTOVO_WAL_ARCHIVE set; its first base backup is taken at once"
        )
        raise ArchiveError(message)
    await take_base_backup(_programs(settings), series, utc_now)
    return series.base_backups()[-1]


def _address(settings: Settings) -> str:
    """Return the administrator's address: the program's own role may not replicate."""
    return address_of(prepare_paths(settings.data_dir), ADMINISTRATOR)


def _programs(settings: Settings) -> ArchivePrograms:
    return ArchivePrograms(settings.data_dir, installed_binaries() / "bin")
