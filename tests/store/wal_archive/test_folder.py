"""The folder of the archive: what a restore needs is found, what nobody needs goes."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from gotovo.store.postgres.errors import ArchiveError
from gotovo.store.wal_archive.folder import (
    NAME_FORMAT,
    ArchiveStatus,
    BaseBackup,
    Series,
    base_for,
    read_status,
    remove_older,
    remove_unfinished,
    segments_between,
    series_in,
    write_status,
)

BEGIN = datetime(2026, 11, 20, tzinfo=UTC)
DAY = timedelta(days=1)


def segment(number: int) -> str:
    """Return the name of a segment of the first timeline."""
    return f"0000000100000000{number:08X}"


def series_of(archive: Path, day: int, bases: int, segments: int) -> Series:
    """Make a series with a base backup a day, ten segments apart, that begins on a day."""
    series = Series(archive / (BEGIN + day * DAY).strftime(NAME_FORMAT))
    series.create()
    for number in range(bases):
        ended_at = BEGIN + (day + number) * DAY + timedelta(minutes=5)
        base = BaseBackup(
            name=ended_at.strftime(NAME_FORMAT),
            began_at=ended_at,
            ended_at=ended_at,
            first_segment=segment(10 * number),
            bytes=1,
        )
        (series.bases / base.name).mkdir()
        (series.bases / base.name / "base.json").write_bytes(msgspec.json.encode(base))
    for number in range(segments):
        (series.wal / segment(number)).write_bytes(b"log")
    return series


def test_the_newest_base_backup_before_an_instant_is_chosen(tmp_path: Path) -> None:
    one, two = series_of(tmp_path, 0, 3, 30), series_of(tmp_path, 5, 1, 3)
    series, base = base_for(tmp_path, BEGIN + DAY + timedelta(hours=1))
    assert (series.name, base.first_segment) == (one.name, segment(10))
    series, base = base_for(tmp_path, BEGIN + 4 * DAY)
    assert (series.name, base.first_segment) == (one.name, segment(20))
    assert base_for(tmp_path, None)[0].name == two.name


def test_an_instant_before_all_of_them_is_refused_with_the_earliest(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="has no base backup"):
        base_for(tmp_path, BEGIN)
    series_of(tmp_path, 0, 1, 1)
    with pytest.raises(ArchiveError, match="reaches back to 2026-11-20 00:05:00 UTC only"):
        base_for(tmp_path, BEGIN)


def test_the_log_reaches_to_where_the_next_base_backup_has_surely_ended(tmp_path: Path) -> None:
    series = series_of(tmp_path, 0, 3, 30)
    first, second, third = series.base_backups()
    assert [name for name, _ in segments_between(series, first)] == list(map(segment, range(21)))
    for base, begin in ((second, 10), (third, 20)):
        names = [name for name, _ in segments_between(series, base)]
        assert names == list(map(segment, range(begin, 30)))


def test_a_finished_segment_counts_more_than_what_was_being_written(tmp_path: Path) -> None:
    series = series_of(tmp_path, 0, 1, 0)
    (series.wal / f"{segment(1)}.partial").write_bytes(b"a part")
    (series.wal / segment(1)).write_bytes(b"all")
    (series.wal / f"{segment(2)}.partial").write_bytes(b"a part")
    found = series.segments()
    assert {name: file.name for name, file in found.items()} == {
        segment(1): segment(1),
        segment(2): f"{segment(2)}.partial",
    }


def test_segments_are_packed_one_by_one_but_for_the_newest(tmp_path: Path) -> None:
    series = series_of(tmp_path, 0, 1, 3)
    assert [series.pack_finished(), series.pack_finished(), series.pack_finished()] == [1, 0, 0]
    names = [file.name for file in series.segments().values()]
    assert names == [f"{segment(0)}.gz", f"{segment(1)}.gz", segment(2)]
    assert gzip.decompress((series.wal / names[0]).read_bytes()) == b"log"


def test_what_no_instant_needs_any_more_is_removed(tmp_path: Path) -> None:
    old, new = series_of(tmp_path, 0, 3, 30), series_of(tmp_path, 5, 2, 20)
    assert remove_older(tmp_path, BEGIN) == []
    removed = remove_older(tmp_path, BEGIN + DAY + timedelta(hours=1))
    assert [path.name for path in removed] == [old.base_backups()[0].name.replace("21T", "20T")]
    assert min(old.segments()) == segment(10)
    remove_older(tmp_path, BEGIN + 6 * DAY + timedelta(hours=1))
    assert [series.name for series in series_in(tmp_path)] == [new.name]
    assert [base.first_segment for base in new.base_backups()] == [segment(10)]
    assert min(new.segments()) == segment(10)


def test_what_was_being_written_is_removed_and_everything_else_stays(tmp_path: Path) -> None:
    series = series_of(tmp_path, 0, 1, 2)
    (series.bases / "20261120T000000Z.part").mkdir()
    (series.wal / f".{segment(0)}.part").touch()
    remove_unfinished(tmp_path)
    assert len(list(series.bases.iterdir())) == 1
    assert len(list(series.wal.iterdir())) == 2


def test_the_status_is_read_as_it_was_written_or_not_at_all(tmp_path: Path) -> None:
    assert read_status(tmp_path) is None
    status = ArchiveStatus(checked_at=BEGIN, complete_at=BEGIN, problem="full")
    write_status(tmp_path, status)
    assert read_status(tmp_path) == status
    (tmp_path / "status.json").write_text("{")
    assert read_status(tmp_path) is None


def test_a_damaged_description_is_named(tmp_path: Path) -> None:
    series = series_of(tmp_path, 0, 1, 1)
    file = next(series.bases.glob("*/base.json"))
    file.write_text("{}")
    with pytest.raises(ArchiveError, match=r"base\.json is damaged"):
        series.base_backups()
