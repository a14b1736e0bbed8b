"""Archive: the file of a backup, a ZIP with a member a table and the manifest last.

It is written under another name, forced to disk and then renamed; a ZIP ends with its directory, so
what was cut short is no archive either. Rows are in PostgreSQL's own text form of COPY, which every
version of the server reads.
"""

import hashlib
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from gotovo.store.backup.manifest import BackupManifest, TablePart, decoded, encoded, signature
from gotovo.store.postgres.errors import BackupError

SUFFIX: Final = ".backup.zip"

CHUNK_BYTES: Final = 1 << 18
"""Read at once: four times what a socket takes."""

_LEVEL: Final = 1
"""The fastest: higher ones take three times as long for a tenth less."""

_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    KeyError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What `zipfile` raises where a byte was changed: also that another compression would be needed."""

_MANIFEST: Final = "manifest.json"
_SIGNATURE: Final = "manifest.signature"

Progress = Callable[[str, float], None]
"""Called with what is being done, and the share that is done."""


class TableWriter:
    """Takes the rows of one table."""

    def __init__(self, member: IO[bytes]) -> None:
        self._member = member
        self._digest = hashlib.sha256()
        self.bytes = 0

    def write(self, chunk: bytes) -> None:
        """Add bytes."""
        self._digest.update(chunk)
        self.bytes += len(chunk)
        self._member.write(chunk)

    def part(self, name: str, columns: tuple[str, ...], rows: int) -> TablePart:
        """Return what the manifest says of the table."""
        return TablePart(name, columns, rows, self.bytes, self._digest.hexdigest())


class ArchiveWriter:
    """An archive that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def table(self, name: str) -> Generator[TableWriter]:
        """Open the member of a table; one is open at a time."""
        with self._archive.open(_member_of(name), "w", force_zip64=True) as member:
            yield TableWriter(member)

    def finish(self, manifest: BackupManifest, secret: bytes) -> None:
        """Add the manifest, and its signature."""
        text = encoded(manifest)
        self._archive.writestr(_MANIFEST, text)
        self._archive.writestr(_SIGNATURE, signature(secret, text) + "\n")


def is_taken(target: Path) -> bool:
    """Tell whether a backup has this name, or is being written under it."""
    return target.exists() or _unfinished(target).exists()


@contextmanager
def new_archive(target: Path) -> Generator[ArchiveWriter]:
    """Open a new archive, which gets its name when the context ends well, and else is removed."""
    if is_taken(target):
        message = f"{target} exists already: a backup never overwrites another"
        raise BackupError(message)
    fresh = _unfinished(target)
    descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(
                file, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=_LEVEL
            ) as archive:
                yield ArchiveWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _unfinished(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")


class ArchiveReader:
    """A whole archive; its rows are as the manifest says once `verify` has returned."""

    def __init__(self, file: Path, archive: zipfile.ZipFile) -> None:
        self._file = file
        self._archive = archive
        self._text = self._read(_MANIFEST)
        self.manifest = decoded(self._text)

    def is_signed_with(self, secret: bytes) -> bool:
        """Tell whether the manifest is as it was written by an installation with this secret."""
        return self._read(_SIGNATURE).decode("ascii", "replace").strip() == signature(
            secret, self._text
        )

    def verify(self, on_progress: Progress) -> None:
        """Raise BackupError that names the first table whose rows are not those that were saved."""
        done = 0
        for table in self.manifest.tables:
            digest, rows, size = hashlib.sha256(), 0, 0
            for chunk in self.chunks(table):
                digest.update(chunk)
                rows += chunk.count(b"\n")
                size += len(chunk)
                on_progress("verifying", (done + size) / max(1, self.manifest.bytes))
            done += size
            found = (rows, size, digest.hexdigest())
            if found != (table.rows, table.bytes, table.sha256):
                message = (
                    f"{self._file}: table {table.name} is damaged: {table.rows} rows with SHA-256 "
                    f"{table.sha256[:16]}… were saved, {rows} with {found[2][:16]}… are there; "
                    "take another backup"
                )
                raise BackupError(message)

    def chunks(self, table: TablePart) -> Iterator[bytes]:
        """Return the rows of a table, piece by piece."""
        try:
            with self._archive.open(_member_of(table.name)) as member:
                while chunk := member.read(CHUNK_BYTES):
                    yield chunk
        except _DAMAGED as error:
            message = f"{self._file}: table {table.name} is damaged: {error}; take another backup"
            raise BackupError(message) from error

    def _read(self, name: str) -> bytes:
        try:
            return self._archive.read(name)
        except _DAMAGED as error:
            message = f"{self._file} is no backup, or a damaged one: {name}: {error}"
            raise BackupError(message) from error


@contextmanager
def open_archive(file: Path) -> Generator[ArchiveReader]:
    """Open an archive; raise BackupError for what is none, or was cut short."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError) as error:  # a later version of ZIP
        message = f"{file} is no backup, or was cut short: {error}"
        raise BackupError(message) from error
    with archive:
        yield ArchiveReader(file, archive)


def sync_folder(folder: Path) -> None:
    """Force a folder's list of names to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _member_of(table: str) -> str:
    return f"tables/{table}.copy"
