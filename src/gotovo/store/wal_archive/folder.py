"""The folder of the archive: series of base backups, each with the log that follows them.

    <wal_archive>/
        status.json             what the archiver last found
        20261128T222037Z/       a series: log without a gap, of one cluster and one timeline
            receiver.pid        of pg_receivewal, while it runs
            base/<instant>/     a base backup: base.tar.gz, backup_manifest and base.json
            wal/                segments of 16 MiB as the server wrote them; older ones end in .gz

A series ends where the log has a gap: when the archive could not follow for too long, or when the
cluster was restored.
"""

import gzip
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from gotovo.store.postgres.errors import ArchiveError

PACKED: Final = ".gz"
PARTIAL: Final = ".partial"
UNFINISHED: Final = ".part"

SEGMENT_BYTES: Final = 16 << 20
"""PostgreSQL's default, with which the embedded cluster is made."""

NAME_FORMAT: Final = "%Y%m%dT%H%M%SZ"
_NAME: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_SEGMENT: Final = re.compile(r"([0-9A-F]{24})(\.gz)?(\.partial)?")
_PACK_LEVEL: Final = 1
"""A segment in 0.2 s, to a quarter; higher levels take three times as long for a tenth less."""


class BaseBackup(Struct, frozen=True, kw_only=True):
    """A base backup that is whole; any instant from `ended_at` on can be reached from it.

    `first_segment` is where its log begins.
    """

    name: str
    began_at: datetime
    ended_at: datetime
    first_segment: str
    bytes: int


class ArchiveStatus(Struct, frozen=True, kw_only=True):
    """What the archiver found at `checked_at`.

    `complete_at`: every commit until then is in the archive. `problem` is empty while it follows.
    """

    checked_at: datetime
    series: str = ""
    complete_at: datetime | None = None
    base_at: datetime | None = None
    behind_bytes: int = 0
    free_bytes: int = 0
    problem: str = ""


class Series:
    """One series of an archive."""

    def __init__(self, path: Path) -> None:
        """Name its folder; nothing is created."""
        self.path = path
        self.bases = path / "base"
        self.wal = path / "wal"
        self.pid_file = path / "receiver.pid"

    @property
    def name(self) -> str:
        """The instant it began, as in its folder's name."""
        return self.path.name

    def create(self) -> None:
        """Create its folders, for us alone."""
        for folder in (self.path, self.bases, self.wal):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def base_backups(self) -> Sequence[BaseBackup]:
        """Return the base backups that are whole, the oldest first."""
        found: list[BaseBackup] = []
        for folder in sorted(self.bases.glob("*")):
            file = folder / "base.json"
            if _NAME.fullmatch(folder.name) and file.is_file():
                try:
                    found.append(msgspec.json.decode(file.read_bytes(), type=BaseBackup))
                except msgspec.DecodeError as error:
                    message = f"{file} is damaged: {error}; remove {folder}, or use another one"
                    raise ArchiveError(message) from error
        return found

    def segments(self) -> dict[str, Path]:
        """Return the files of the log by the name of their segment, in order.

        A finished one counts more than the same one unfinished.
        """
        found: dict[str, Path] = {}
        for file in sorted(self.wal.iterdir() if self.wal.is_dir() else ()):
            match = _SEGMENT.fullmatch(file.name)
            if match and (match[1] not in found or found[match[1]].name.endswith(PARTIAL)):
                found[match[1]] = file
        return dict(sorted(found.items()))

    def pack_finished(self) -> int:
        """Compress one finished segment, and return how many are left; the newest stays as it is.

        Whoever is killed meanwhile leaves the segment whole.
        """
        plain = [
            file for file in self.segments().values() if not file.name.endswith((PARTIAL, PACKED))
        ][:-1]
        if not plain:
            return 0
        file = plain[0]
        fresh = file.with_name(f".{file.name}{UNFINISHED}")
        with file.open("rb") as source, gzip.open(fresh, "wb", _PACK_LEVEL) as packed:
            shutil.copyfileobj(source, packed, 1 << 20)
        fresh.chmod(0o600)
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        fresh.rename(file.with_name(file.name + PACKED))
        file.unlink()
        return len(plain) - 1


def series_in(archive: Path) -> Sequence[Series]:
    """Return the series of an archive, the oldest first."""
    return [Series(each) for each in sorted(archive.glob("*")) if _NAME.fullmatch(each.name)]


def base_for(archive: Path, instant: datetime | None) -> tuple[Series, BaseBackup]:
    """Return the newest base backup from which an instant is reached, None for the newest of all.

    Raises ArchiveError where there is none.
    """
    known = [(series, base) for series in series_in(archive) for base in series.base_backups()]
    if not known:
        raise ArchiveError(f"{archive} has no base backup: is it the folder of wal_archive?")
    fit = [pair for pair in known if instant is None or pair[1].ended_at <= instant]
    if not fit:
        earliest = min(base.ended_at for _, base in known)
        message = f"the archive reaches back to {_shown(earliest)} only: choose a later instant"
        raise ArchiveError(message)
    return max(fit, key=lambda pair: pair[1].ended_at)


def segments_between(series: Series, base: BaseBackup) -> Iterator[tuple[str, Path]]:
    """Return the log that a restore from a base backup needs: until the next one has ended."""
    later = [each for each in series.base_backups() if each.ended_at > base.ended_at]
    following = series.segments()
    last = max(following, default="")
    if later[1:]:  # The log of the one after the next begins when the next one has ended.
        last = later[1].first_segment
    for name, file in following.items():
        if base.first_segment <= name <= last:
            yield name, file


def remove_older(archive: Path, before: datetime) -> Sequence[Path]:
    """Remove what no instant from `before` on needs, and return the folders of backups removed."""
    removed: list[Path] = []
    known = [(series, base) for series in series_in(archive) for base in series.base_backups()]
    reaching = [base.ended_at for _, base in known if base.ended_at <= before]
    if not reaching:
        return removed
    keep_from = max(reaching)
    current = series_in(archive)[-1].name
    for series, base in known:
        if base.ended_at < keep_from:
            folder = series.bases / base.name
            shutil.rmtree(folder)
            removed.append(folder)
    for series in series_in(archive):
        left = series.base_backups()
        if not left and series.name != current:
            shutil.rmtree(series.path)
        elif left:
            for name, file in series.segments().items():
                if name < left[0].first_segment:
                    file.unlink()
    return removed


def remove_unfinished(archive: Path) -> None:
    """Remove what was being written when somebody was killed."""
    for series in series_in(archive):
        for left in (*series.bases.glob(f"*{UNFINISHED}"), *series.wal.glob(f".*{UNFINISHED}")):
            shutil.rmtree(left) if left.is_dir() else left.unlink()


def read_status(archive: Path) -> ArchiveStatus | None:
    """Return what the archiver last found, None where it has not said yet."""
    try:
        return msgspec.json.decode((archive / "status.json").read_bytes(), type=ArchiveStatus)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None


def write_status(archive: Path, status: ArchiveStatus) -> None:
    """Replace it; who reads finds the one or the other."""
    fresh = archive / f".status.json{UNFINISHED}"
    fresh.write_bytes(msgspec.json.encode(status))
    fresh.rename(archive / "status.json")


def instant_of(name: str) -> datetime:
    """Return the instant in a name."""
    return datetime.strptime(name, NAME_FORMAT).replace(tzinfo=UTC)


def _shown(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
