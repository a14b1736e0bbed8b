"""Manifest: what a backup says of itself, so that it can be checked without a database."""

import hashlib
import hmac
from datetime import datetime
from typing import Final

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from gotovo.store.postgres.errors import BackupError
from gotovo.store.postgres.migrations import AppliedFile

FORMAT: Final = 1
"""Grows with every change that an older program would misread."""

_CHECK: Final = b"gotovo backup check"
_SIGNATURE: Final = b"gotovo backup signature"


class TablePart(Struct, frozen=True):
    """A table in the backup; `bytes` and `sha256` are of its rows before compression."""

    name: str
    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str


class BackupManifest(Struct, frozen=True, kw_only=True):
    """What is in a backup. `secret_check` tells the secret it belongs to from any other."""

    format: int = FORMAT
    program: str
    server: str
    schema: tuple[AppliedFile, ...]
    started_at: datetime
    ended_at: datetime
    secret_check: str
    has_secret: bool = False
    tables: tuple[TablePart, ...]

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(table.rows for table in self.tables)

    @property
    def bytes(self) -> int:
        """How many bytes all rows are."""
        return sum(table.bytes for table in self.tables)

    def rows_of(self, name: str) -> int:
        """Return the number of rows of a table."""
        return next((table.rows for table in self.tables if table.name == name), 0)


class _Format(Struct):
    """All that every version of the format has."""

    format: int


def secret_check(secret: bytes) -> str:
    """Return what a manifest holds of the secret: it tells one from another, and nothing of it."""
    return _derived(secret, _CHECK).hex()[:32]


def signature(secret: bytes, manifest: bytes) -> str:
    """Return the keyed digest of a manifest: who can write backups can't make one up."""
    return hmac.digest(_derived(secret, _SIGNATURE), manifest, hashlib.sha256).hex()


def encoded(manifest: BackupManifest) -> bytes:
    """Return the manifest as text that a person can read."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decoded(text: bytes) -> BackupManifest:
    """Return a manifest; raise BackupError where this program can't read it."""
    try:
        found = msgspec.json.decode(text, type=_Format)
        if found.format > FORMAT:
            message = (
                f"the backup has format {found.format}, this program reads up to {FORMAT}: "
                "install the newer program"
            )
            raise BackupError(message)
        return msgspec.json.decode(text, type=BackupManifest)
    except msgspec.DecodeError as error:
        message = f"the manifest of the backup is damaged: {error}"
        raise BackupError(message) from error


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
