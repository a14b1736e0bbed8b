"""PostgreSQL's own manifest of a base backup: what files it has, and the log that it needs."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from gotovo.store.postgres.errors import ArchiveError

NAME: Final = "backup_manifest"
CHECKSUMS: Final = "SHA256"


class ManifestFile(
    Struct, frozen=True, rename={"path": "Path", "size": "Size", "sha256": "Checksum"}
):
    """A file of the cluster, with its path below the cluster's folder."""

    path: str
    size: int
    sha256: str = ""


class LogRange(Struct, frozen=True, rename={"timeline": "Timeline", "start": "Start-LSN"}):
    """The log without which the files do not fit together."""

    timeline: int
    start: str


class BaseManifest(Struct, frozen=True, rename={"files": "Files", "ranges": "WAL-Ranges"}):
    """What is read of it."""

    files: Sequence[ManifestFile]
    ranges: Sequence[LogRange]


def read_manifest(folder: Path) -> BaseManifest:
    """Return the manifest in a folder; raise ArchiveError where it is none."""
    file = folder / NAME
    try:
        return msgspec.json.decode(file.read_bytes(), type=BaseManifest)
    except (OSError, ValueError, msgspec.DecodeError) as error:
        message = f"{file} is damaged: {error}; choose an earlier instant"
        raise ArchiveError(message) from error


def verify_files(manifest: BaseManifest, cluster: Path, source: Path) -> None:
    """Raise ArchiveError that names the first file which is not as it was backed up."""
    for each in manifest.files:
        try:
            with (cluster / each.path).open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
                size = opened.tell()
        except (OSError, ValueError):  # there is none of this name, or it is no name
            digest, size = "", -1
        if size != each.size or (each.sha256 and digest != each.sha256):
            message = (
                f"the base backup {source} is damaged in {each.path}: choose an earlier instant"
            )
            raise ArchiveError(message)
