"""What the doctor says of an archive, by what the archiver last found."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gotovo.assembly.wal_archive.complaints import archive_complaints
from gotovo.config import Settings
from gotovo.settings_sources import load_settings
from gotovo.store.wal_archive.folder import ArchiveStatus, write_status

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WELL = ArchiveStatus(checked_at=NOW, series="s", complete_at=NOW, base_at=NOW - HOUR)


def settings_with(archive: Path, **settings: str) -> Settings:
    """Return the settings of an installation with an archive."""
    return load_settings({"GOTOVO_WAL_ARCHIVE": str(archive), "HOME": "/nowhere", **settings})


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (None, "nothing has followed the log into"),
        (WELL, None),
        (ArchiveStatus(checked_at=NOW - HOUR), "since 2026-11-28 11:00:00 UTC"),
        (
            ArchiveStatus(checked_at=NOW, base_at=NOW, problem="the disk is full"),
            "the archive does not follow: the disk is full",
        ),
        (
            ArchiveStatus(
                checked_at=NOW, complete_at=NOW - HOUR, base_at=NOW, behind_bytes=5 << 20
            ),
            "the archive lacks what was committed after 2026-11-28 11:00:00 UTC: 5 MiB",
        ),
        (
            ArchiveStatus(checked_at=NOW, complete_at=NOW, base_at=NOW - 49 * HOUR),
            "no base backup of the last two days: the last is of",
        ),
        (ArchiveStatus(checked_at=NOW, complete_at=NOW), "no base backup of the last two days"),
    ],
)
def test_what_keeps_a_restore_from_being_possible_is_named(
    tmp_path: Path, status: ArchiveStatus | None, said: str | None
) -> None:
    if status is not None:
        write_status(tmp_path, status)
    found = [each.problem for each in archive_complaints(settings_with(tmp_path), NOW)]
    assert len(found) == (0 if said is None else 1)
    assert said is None or said in found[0]


def test_an_archive_beside_an_external_server_does_nothing_and_that_is_said(
    tmp_path: Path,
) -> None:
    chosen = settings_with(tmp_path, GOTOVO_DATABASE_URL="postgresql://gotovo@db/gotovo")
    (complaint,) = archive_complaints(chosen, NOW)
    assert "the database is not the embedded one" in complaint.problem


def test_without_one_nothing_is_said() -> None:
    assert list(archive_complaints(load_settings({"HOME": "/nowhere"}), NOW)) == []
