"""What a restore to an instant refuses; tests/faults has the restores themselves."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gotovo.store.embedded.paths import prepare_paths
from gotovo.store.embedded.process import running_server
from gotovo.store.embedded.server import EmbeddedPostgres
from gotovo.store.postgres.errors import ArchiveError
from gotovo.store.wal_archive.recovery import recover, remove_unfinished

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def nothing_shown(_what: str, _share: float) -> None:
    """Show no progress."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a data folder that PostgreSQL's own account can reach."""
    with tempfile.TemporaryDirectory(prefix="gotovo-recovery-") as made:
        Path(made).chmod(0o711)
        yield Path(made)


def test_a_folder_with_a_database_is_left_as_it_is(folder: Path) -> None:
    place = prepare_paths(folder)
    place.cluster.mkdir(mode=0o700)
    place.account.own(place.cluster)
    file = place.cluster / "PG_VERSION"
    file.write_text("18")
    with pytest.raises(ArchiveError, match="writes over nothing"):
        recover(folder / "archive", folder, NOON, nothing_shown)
    assert file.read_text() == "18"


def test_a_folder_that_is_no_archive_is_said(folder: Path) -> None:
    with pytest.raises(ArchiveError, match="is it the folder of wal_archive"):
        recover(folder / "archive", folder, NOON, nothing_shown)


def test_what_a_killed_restore_left_is_removed_although_its_server_lives_on(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    files = prepare_paths(folder).cluster
    left = running_server(files)
    assert left is not None
    remove_unfinished(files)
    assert not files.exists()
    assert not Path(f"/proc/{left.pid}").exists()
    remove_unfinished(files)
    server.stop()
