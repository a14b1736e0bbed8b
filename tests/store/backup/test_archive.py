"""An archive is whole or none, and a damaged one says which table is damaged."""

import zipfile
from pathlib import Path

import pytest

from gotovo.store.backup.archive import new_archive, open_archive
from gotovo.store.postgres.errors import BackupError


def ignore(_what: str, _share: float) -> None:
    """Show no progress."""


def rewritten(file: Path, name: str, change: bytes) -> Path:
    """Copy an archive with another content of one member."""
    other = file.with_name("other.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        for member in old.namelist():
            new.writestr(member, change if member == name else old.read(member))
    return other


def test_any_changed_byte_of_the_rows_names_a_table_or_the_file(saved: Path) -> None:
    whole = saved.read_bytes()
    other = saved.with_name("other.zip")
    said: list[str] = []
    for place in range(100, len(whole), len(whole) // 60):
        other.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            with open_archive(other) as archive:
                archive.verify(ignore)
                assert archive.manifest.tables  # a date, or another part that nothing depends on
        except BackupError as error:
            said.append(str(error))
    assert len(said) > 40
    assert all("damaged" in text or "cut short" in text for text in said)


def test_a_file_that_says_to_be_of_a_later_zip_is_no_backup(saved: Path) -> None:
    whole = bytearray(saved.read_bytes())
    whole[whole.index(b"PK\x01\x02") + 6] = 255
    saved.write_bytes(whole)
    with pytest.raises(BackupError, match="no backup, or was cut short"), open_archive(saved):
        pass


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.999])
def test_a_file_that_was_cut_short_is_no_backup(saved: Path, part: float) -> None:
    whole = saved.read_bytes()
    saved.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(BackupError, match="no backup, or was cut short"), open_archive(saved):
        pass


def test_other_rows_with_a_right_crc_are_named(saved: Path) -> None:
    other = rewritten(saved, "tables/stock.copy", b"0\tKZN\tMUG\tmug\t1000000\t0\n")
    with open_archive(other) as archive, pytest.raises(BackupError, match="table stock is damaged"):
        archive.verify(ignore)


def test_a_missing_table_is_named(saved: Path) -> None:
    other = saved.with_name("other.zip")
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(other, "w") as new:
        for member in old.namelist():
            if member != "tables/refund.copy":
                new.writestr(member, old.read(member))
    with open_archive(other) as archive, pytest.raises(BackupError, match="table refund is"):
        archive.verify(ignore)


def test_any_other_zip_is_no_backup(tmp_path: Path) -> None:
    file = tmp_path / "photos.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("cat.jpg", b"cat")
    with pytest.raises(BackupError, match=r"is no backup, or a damaged one: manifest\.json"):
        open_archive(file).__enter__()


def test_nothing_is_overwritten(saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(BackupError, match="never overwrites"):
        new_archive(saved).__enter__()
    assert saved.read_bytes() == before


def test_only_the_owner_reads_it(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
