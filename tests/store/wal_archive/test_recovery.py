"""What a restore to an instant refuses; tests/faults has the restores themselves."""

import gzip
import hashlib
import json
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gotovo.store.embedded.paths import prepare_paths
from gotovo.store.embedded.process import running_server
from gotovo.store.embedded.server import EmbeddedPostgres
from gotovo.store.postgres.errors import ArchiveError
from gotovo.store.wal_archive.folder import SEGMENT_BYTES
from gotovo.store.wal_archive.recovery import copy_segment, recover, remove_unfinished, unpack

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


ROWS = b"".join(hashlib.sha256(bytes((number,))).digest() for number in range(40))


def changed(content: bytes, at: int) -> bytes:
    """Return content of which one byte is another one."""
    return content[:at] + bytes((content[at] ^ 0x55,)) + content[at + 1 :]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Give a base backup of one file, as PostgreSQL makes it."""
    made = tmp_path / "base"
    made.mkdir()
    file = tmp_path / "1"
    file.write_bytes(ROWS)
    with tarfile.open(made / "base.tar.gz", "w:gz") as files:
        files.add(file, "base/1")
    digest = hashlib.sha256(ROWS).hexdigest()
    described = {"Path": "base/1", "Size": len(ROWS), "Checksum": digest}
    log = {"Timeline": 1, "Start-LSN": "0/3000028"}
    text = json.dumps({"Files": [described], "WAL-Ranges": [log]})
    (made / "backup_manifest").write_text(text)
    return made


@pytest.mark.parametrize("name", ["base.tar.gz", "backup_manifest"])
def test_a_base_backup_with_any_byte_changed_is_named_or_gives_the_same_files(
    base: Path, tmp_path: Path, name: str
) -> None:
    whole = (base / name).read_bytes()
    said: list[str] = []
    for at in range(len(whole)):
        (base / name).write_bytes(changed(whole, at))
        fresh = tmp_path / f"fresh-{at}"
        try:
            unpack(fresh, base, nothing_shown)
        except ArchiveError as error:
            said.append(str(error))
        else:
            assert (fresh / "base" / "1").read_bytes() == ROWS, at
    assert len(said) > len(whole) / 2
    assert all("damaged" in each and "choose an earlier instant" in each for each in said)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("../outside", tarfile.REGTYPE), ("/outside", tarfile.REGTYPE), ("a", tarfile.SYMTYPE)],
)
def test_a_base_backup_with_anything_else_in_it_is_not_unpacked(
    base: Path, tmp_path: Path, name: str, kind: bytes
) -> None:
    with tarfile.open(base / "base.tar.gz", "w:gz") as files:
        member = tarfile.TarInfo(name)
        member.type = kind
        member.linkname = "/etc/passwd"
        files.addfile(member)
    with pytest.raises(ArchiveError, match=f"is damaged: {name} "):
        unpack(tmp_path / "fresh", base, nothing_shown)
    assert not list((tmp_path / "fresh").iterdir())


def test_a_segment_with_any_byte_changed_is_named_or_is_the_same(tmp_path: Path) -> None:
    packed, target = tmp_path / "000000010000000000000003.gz", tmp_path / "segment"
    whole = gzip.compress(ROWS)
    said: list[str] = []
    for at in range(len(whole)):
        packed.write_bytes(changed(whole, at))
        try:
            copy_segment(packed, target)
        except ArchiveError as error:
            said.append(str(error))
        else:
            assert target.read_bytes().rstrip(b"\0") == ROWS, at
            assert target.stat().st_size == SEGMENT_BYTES
    assert len(said) > len(whole) / 2
    assert all(f"{packed} is damaged" in each for each in said)
