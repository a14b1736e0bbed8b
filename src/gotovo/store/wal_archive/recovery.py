"""Recovery: the embedded server's files as they were at an instant, from a base backup and its log.

Everything is done beside the final place, which gets the files once the server has recovered and
was stopped again: an interrupted restore leaves a folder that the next one removes.
"""

import asyncio
import gzip
import shutil
import subprocess
import tarfile
import tempfile
import time
import zlib
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.store.backup.archive import Progress, sync_folder
from gotovo.store.embedded.binaries import binaries_for, installed_binaries
from gotovo.store.embedded.ownership import Ownership, turn
from gotovo.store.embedded.paths import ServerPaths, prepare_paths
from gotovo.store.embedded.process import running_server, terminate
from gotovo.store.embedded.roles import ADMINISTRATOR, PASSWORD_FILES, write_password
from gotovo.store.postgres.errors import ArchiveError
from gotovo.store.postgres.statements import load_statements
from gotovo.store.wal_archive.folder import (
    PACKED,
    SEGMENT_BYTES,
    BaseBackup,
    Series,
    base_for,
    read_status,
    segments_between,
)
from gotovo.store.wal_archive.manifest import read_manifest, verify_files

RECOVERY_SECONDS_MAX: Final = 6 * 3_600
"""A day's log of a large network, on a slow disk."""

ROOM: Final = 4
"""The unpacked files are about as many times the base backup; a fifth of that is spare."""

POLL_SECONDS: Final = 0.1

_FRESH: Final = "data.restored"
_NO_MORE_LOG: Final = "recovery ended before configured recovery target was reached"
_TRUSTING: Final = "pg_hba.restore.conf"
_PORT: Final = 5432
_SETTINGS: Final = (
    "-clisten_addresses=",
    "-crestore_command=false",  # the log lies in pg_wal already
    "-crecovery_target_action=promote",
    "-crecovery_target_timeline=current",
    "-chot_standby=on",
    "-clog_error_verbosity=terse",
    "-clog_min_error_statement=panic",
)
_LOG_BYTES: Final = 20_000
_DAMAGED: Final = (tarfile.TarError, zlib.error, EOFError, OSError, ValueError)
"""What the readers of damaged files raise."""

_LINES: Final = 8

_sql = load_statements("wal_archive/recovery.sql")


class Recovered(Struct, frozen=True):
    """What a recovery has reached: its last commit, None where the log had none."""

    base: BaseBackup
    last_commit_at: datetime | None
    segments: int


def refuse_cluster(data_dir: Path) -> ServerPaths:
    """Return the paths of a data folder without a database; raise ArchiveError for any other."""
    place = prepare_paths(data_dir)
    if place.cluster.exists() and any(place.cluster.iterdir()):
        message = (
            f"{data_dir} has a database already, and a restore writes over nothing: "
            "choose a new folder (GOTOVO_DATA_DIR)"
        )
        raise ArchiveError(message)
    return place


def recover(
    archive: Path, data_dir: Path, instant: datetime | None, on_progress: Progress
) -> Recovered:
    """Put the database of a data folder back as it was at an instant, None for the latest there is.

    Raises ArchiveError where that can't be reached, and leaves the folder without a database.
    """
    place = refuse_cluster(data_dir)
    series, base = base_for(archive, instant)
    owner = Ownership()
    with turn(place):
        if not owner.take(place):
            message = f"another gotovo uses {data_dir}: stop it first"
            raise ArchiveError(message)
    fresh = place.folder / _FRESH
    try:
        remove_unfinished(fresh)
        _check_room(place, base)
        unpack(fresh, series.bases / base.name, on_progress)
        count = _put_log(fresh, series, base, on_progress)
        binaries = binaries_for(place.account, place.folder, installed_binaries())
        _give_to_server(place, fresh)
        on_progress("replaying the log", 0.0)
        last = _RecoveringServer(place, binaries, fresh).replay(instant, archive)
        on_progress("replaying the log", 1.0)
        if place.cluster.exists():
            place.cluster.rmdir()
        fresh.rename(place.cluster)
        sync_folder(place.folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        owner.release()
    return Recovered(base, last, count)


def remove_unfinished(fresh: Path) -> None:
    """Remove the files of a restore that was killed; its server lives on, and is stopped first."""
    left = running_server(fresh)
    if left is not None and not terminate(fresh, left.pid):
        raise ArchiveError(f"an earlier restore still runs as process {left.pid}: stop it first")
    if fresh.exists():
        shutil.rmtree(fresh)


def _check_room(place: ServerPaths, base: BaseBackup) -> None:
    needed, free = base.bytes * ROOM, shutil.disk_usage(place.folder).free
    if free < needed:
        message = (
            f"{place.folder} has {free >> 20} MiB free, and the database may need "
            f"{needed >> 20} MiB: make room, or choose another GOTOVO_DATA_DIR"
        )
        raise ArchiveError(message)


def unpack(fresh: Path, folder: Path, on_progress: Progress) -> None:
    """Unpack a base backup, and compare every file with its digest."""
    fresh.mkdir(mode=0o700)
    size = max(1, (folder / "base.tar.gz").stat().st_size)
    try:
        with (folder / "base.tar.gz").open("rb") as packed, tarfile.open(fileobj=packed) as files:
            for member in files:
                _unpack_member(files, member, fresh)
                on_progress("unpacking", packed.tell() / size)
    except _DAMAGED as error:
        message = f"the base backup {folder} is damaged: {error}; choose an earlier instant"
        raise ArchiveError(message) from error
    verify_files(read_manifest(folder), fresh, folder)


def _unpack_member(files: tarfile.TarFile, member: tarfile.TarInfo, fresh: Path) -> None:
    """Unpack one file or folder; ValueError for anything else, and for what would lie outside.

    The filters of `tarfile` do the same, but Python has them only since 3.11.4.
    """
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts:
        raise ValueError(f"{member.name} would lie outside")
    target = fresh / name
    folder = target if member.isdir() else target.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if member.isdir():
        return
    source = files.extractfile(member) if member.isfile() else None
    if source is None:
        raise ValueError(f"{member.name} is neither a file nor a folder")
    target.touch(0o600, exist_ok=False)
    with source, target.open("wb") as written:
        shutil.copyfileobj(source, written, 1 << 20)


def _put_log(fresh: Path, series: Series, base: BaseBackup, on_progress: Progress) -> int:
    """Put the log where the server looks for it, and return how many segments there are."""
    files = list(segments_between(series, base))
    expected = base.first_segment
    for count, (name, file) in enumerate(files):
        if name != expected:
            break
        copy_segment(file, fresh / "pg_wal" / name)
        expected = _following(name)
        on_progress("copying the log", (count + 1) / len(files))
    for history in series.wal.glob("*.history"):
        shutil.copyfile(history, fresh / "pg_wal" / history.name)
    if not files or expected != _following(files[-1][0]):
        message = f"the archive lacks the segment {expected} of the log: choose an earlier instant"
        raise ArchiveError(message)
    return len(files)


def copy_segment(file: Path, target: Path) -> None:
    """Copy a segment; one that was being written is filled up with zeros, where the log ends."""
    is_packed = PACKED in file.suffixes
    with (
        gzip.open(file, "rb") if is_packed else file.open("rb") as source,
        target.open("wb") as written,
    ):
        try:
            shutil.copyfileobj(source, written, 1 << 20)
        except _DAMAGED as error:
            message = f"{file} is damaged: {error}; choose an earlier instant"
            raise ArchiveError(message) from error
        written.truncate(SEGMENT_BYTES)


def _following(segment: str) -> str:
    per_log = (1 << 32) // SEGMENT_BYTES
    number = int(segment[8:16], 16) * per_log + int(segment[16:], 16) + 1
    return f"{segment[:8]}{number // per_log:08X}{number % per_log:08X}"


def _give_to_server(place: ServerPaths, files: Path) -> None:
    """Let the server's account own all of it."""
    for path in (files, *files.rglob("*")):
        place.account.own(path)
        if path.is_dir():
            path.chmod(0o700)


class _RecoveringServer:
    """The server on the unpacked files, which nobody but us can reach."""

    def __init__(self, place: ServerPaths, binaries: Path, files: Path) -> None:
        self._place = place
        self._binaries = binaries
        self._files = files
        self._log = place.folder / "restore.log"

    def replay(self, instant: datetime | None, archive: Path) -> datetime | None:
        """Replay the log up to the instant; return when the last commit was made."""
        signal_file = self._files / "recovery.signal"
        signal_file.touch()
        self._place.account.own(signal_file)
        try:
            return self._recover(instant)
        except ArchiveError as error:
            if instant is None or _NO_MORE_LOG not in str(error):
                raise
            status = read_status(archive)
            followed = status.complete_at if status else None
            if followed is None or followed < instant:
                known = "" if followed is None else f"; it is known to be whole until {followed}"
                message = (
                    f"the log of the archive ends before {instant}{known}: choose an earlier "
                    "instant, or --to latest for all there is"
                )
                raise ArchiveError(message) from error
        # Nothing was committed between the last commit and the instant: all there is, is right.
        return self._recover(None)

    def _recover(self, instant: datetime | None) -> datetime | None:
        """Run it until it has recovered and has a new password, and stop it."""
        sockets = Path(tempfile.mkdtemp(prefix="gotovo-", dir="/tmp"))
        self._place.account.own(sockets)
        process = self._start(sockets, instant)
        try:
            return asyncio.run(self._until_recovered(process, sockets))
        finally:
            terminate(self._files, process.pid)
            process.wait()
            shutil.rmtree(sockets, ignore_errors=True)
            (self._files / _TRUSTING).unlink()

    def _start(self, sockets: Path, instant: datetime | None) -> "subprocess.Popen[bytes]":
        trusting = self._files / _TRUSTING
        trusting.write_text("local all all trust\n")
        self._place.account.own(trusting)
        target = () if instant is None else (f"-crecovery_target_time={instant.isoformat()}",)
        with self._log.open("wb") as said:
            return subprocess.Popen[bytes](
                [
                    self._binaries / "postgres",
                    f"-D{self._files}",
                    f"-cunix_socket_directories={sockets}",
                    f"-cport={_PORT}",
                    f"-chba_file={trusting}",
                    *_SETTINGS,
                    *target,
                ],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                env=self._place.account.environment(),
                start_new_session=True,
                **self._place.account.process_options(),
            )

    async def _until_recovered(
        self, process: "subprocess.Popen[bytes]", sockets: Path
    ) -> datetime | None:
        deadline = time.monotonic() + RECOVERY_SECONDS_MAX
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise ArchiveError(f"PostgreSQL did not recover; its log ends:\n{self._log_tail()}")
            try:
                connection = await asyncpg.connect(
                    host=str(sockets), port=_PORT, user=ADMINISTRATOR, database="postgres"
                )
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(POLL_SECONDS)
                continue
            try:
                row = await connection.fetchrow(_sql["recovery"])
                assert row is not None
                if not row["is_recovering"]:
                    await _set_password(connection, self._place)
                    return row["last_commit_at"]
            finally:
                await connection.close()
            await asyncio.sleep(POLL_SECONDS)
        message = f"PostgreSQL did not recover within {RECOVERY_SECONDS_MAX // 3_600} hours"
        raise ArchiveError(message)

    def _log_tail(self) -> str:
        said = self._log.read_bytes()[-_LOG_BYTES:].decode("utf-8", "replace")
        return "\n".join(said.splitlines()[-_LINES:])


async def _set_password(connection: Any, place: ServerPaths) -> None:
    """Draw a new password: the file of the old one may be lost, and need not be kept anywhere."""
    file = PASSWORD_FILES[ADMINISTRATOR]
    write_password(place, file)
    password = place.folder.joinpath(file).read_text()
    await connection.execute(f"alter role {ADMINISTRATOR} password '{password}'")
