"""The secret beside a backup: sealed into a copy under a passphrase, and put back from it."""

import os
from pathlib import Path

import typer

from gotovo.cli.exit_status import WrongUsage
from gotovo.config import Settings
from gotovo.store.backup.archive import sync_folder
from gotovo.store.backup.sealed_secret import sealed, unsealed

_PASSPHRASE_BYTES_MAX = 4_096


def passphrase_of(file: Path | None, *, is_new: bool) -> str:
    """Return the first line of the file, or what is typed; a new one is typed twice."""
    if file is None:
        typed: str = typer.prompt(
            "Passphrase of the secret's copy", hide_input=True, confirmation_prompt=is_new, err=True
        )
        return typed
    with file.open("rb") as opened:
        line = opened.read(_PASSPHRASE_BYTES_MAX).partition(b"\n")[0].strip()
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        message = f"--passphrase-file: {file} is not text in UTF-8"
        raise WrongUsage(message) from error


def write_copy(chosen: Settings, copy: Path, passphrase: str) -> None:
    """Write a sealed copy of the secret file; a file that is there is never overwritten."""
    _write(copy, sealed(chosen.secret_file.read_bytes(), passphrase))


def put_back(chosen: Settings, copy: Path, passphrase: str) -> None:
    """Put the secret file in its place; raise WrongUsage where another one is there."""
    secret = unsealed(copy.read_bytes(), passphrase)
    place = chosen.secret_file
    if place.exists():
        if place.read_bytes().strip() != secret.strip():
            message = f"--secret-from: {place} is there and holds another secret: move it away"
            raise WrongUsage(message)
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(place, secret)


def _write(file: Path, content: bytes) -> None:
    """Create a file that only we read; whoever finds it, finds all of it."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}.part")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        file.hardlink_to(fresh)  # fails where the file exists
    finally:
        fresh.unlink()
    sync_folder(file.parent)
