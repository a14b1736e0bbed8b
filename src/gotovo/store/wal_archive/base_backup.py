"""Base backups: a copy of the server's files while it runs, completed by the log of the series."""

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from gotovo.store.backup.archive import sync_folder
from gotovo.store.wal_archive.folder import (
    NAME_FORMAT,
    SEGMENT_BYTES,
    UNFINISHED,
    BaseBackup,
    Series,
)
from gotovo.store.wal_archive.manifest import CHECKSUMS, read_manifest
from gotovo.store.wal_archive.programs import ArchivePrograms

_PER_LOG: Final = (1 << 32) // SEGMENT_BYTES


async def take_base_backup(
    programs: ArchivePrograms, series: Series, clock: Callable[[], datetime]
) -> None:
    """Take a base backup; raise ArchiveError where pg_basebackup fails, and leave nothing then."""
    began_at = clock()
    unfinished = series.bases / f"{began_at.strftime(NAME_FORMAT)}{UNFINISHED}"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        await programs.run(
            "pg_basebackup",
            f"--pgdata={unfinished}",
            "--format=tar",
            "--compress=gzip:1",
            "--wal-method=none",  # the series has it
            "--checkpoint=fast",
            f"--manifest-checksums={CHECKSUMS}",
            "--label=gotovo",
        )
        ended_at = clock()
        needed = read_manifest(unfinished).ranges[0]
        base = BaseBackup(
            name=ended_at.strftime(NAME_FORMAT),
            began_at=began_at,
            ended_at=ended_at,
            first_segment=segment_at(needed.timeline, needed.start),
            bytes=sum(file.stat().st_size for file in unfinished.iterdir()),
        )
        _write(unfinished / "base.json", msgspec.json.encode(base))
        unfinished.rename(series.bases / base.name)
        sync_folder(series.bases)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def segment_at(timeline: int, position: str) -> str:
    """Return the name of the segment that has a position of the log, `0/3000028` for example."""
    high, _, low = position.partition("/")
    number = ((int(high, 16) << 32) + int(low, 16)) // SEGMENT_BYTES
    return f"{timeline:08X}{number // _PER_LOG:08X}{number % _PER_LOG:08X}"


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
