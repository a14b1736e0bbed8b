"""Where the secret stands: a file of the installation, or a credential that systemd hands over.

A file is replaced as a whole: it is written beside the old one, forced to disk and renamed, so no
reader and no crash ever sees half of it.
"""

import os
import secrets as random
import stat
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from gotovo.keyring.keyring import ROOT_BYTES, Keys, Root, RootKind, Secrets, keyring_at
from gotovo.keyring.keyring_file import SecretFormatError, parsed, serialized

CREDENTIAL: Final = "gotovo-secret"
"""The name of the credential in a unit: LoadCredential=gotovo-secret:/path."""


class SecretFileError(Exception):
    """The secret file can't be used; the message names it and says what to do."""


def credential_file(environment: Mapping[str, str]) -> str:
    """Return the secret that systemd hands over, empty where it hands over none."""
    folder = environment.get("CREDENTIALS_DIRECTORY")
    file = f"{folder}/{CREDENTIAL}"
    return file if folder and Path(file).exists() else ""


def is_credential(file: Path) -> bool:
    """Tell whether systemd handed the file over: it looks after who can read it."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return bool(folder) and file.parent == Path(str(folder)).absolute()


def read_secrets(file: Path) -> Secrets | None:
    """Return what a secret file holds, None where there is none; raise SecretFileError.

    Every pick-up code can be computed from it, so a file that others may read is refused.
    """
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077 and not is_credential(file):
            message = f"secret_file: {file} can be read by others: run chmod 600 {file}"
            raise SecretFileError(message)
        return parsed(file.read_text("ascii"))
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"secret_file: {error}; set GOTOVO_SECRET_FILE to a usable file"
        raise SecretFileError(message) from error
    except (SecretFormatError, ValueError) as error:
        what = error if isinstance(error, SecretFormatError) else "is not text"
        message = f"secret_file: {file} {what}"
        raise SecretFileError(message) from error


def backup_keys(file: Path, now: datetime) -> Keys:
    """Return the keys that sign backups; raise SecretFileError, also where there is no file."""
    secrets = read_secrets(file)
    if secrets is None:
        message = f"secret_file: there is no {file}"
        raise SecretFileError(message)
    return keyring_at(secrets, now).backups


def make_secrets(file: Path, now: datetime) -> Secrets:
    """Return the secrets of a new installation; of several processes one makes them for all.

    Raises SecretFileError where the file can't be written.
    """
    first = first_secrets(now)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = _written(file, serialized(first))
        try:
            file.hardlink_to(fresh)  # It overwrites no other file.
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        _force(file.parent)
    except OSError as error:
        message = f"secret_file: {error}; set GOTOVO_SECRET_FILE to a usable file"
        raise SecretFileError(message) from error
    made = read_secrets(file)
    if made is None:
        message = f"secret_file: {file} was taken away while it was made"
        raise SecretFileError(message)
    return made


def first_secrets(now: datetime) -> Secrets:
    """Return new secrets, which stand nowhere yet."""
    return Secrets((Root(1, RootKind.DERIVED, now.replace(microsecond=0), new_key()),))


def replace_secrets(file: Path, secrets: Secrets) -> None:
    """Put other secrets in the place of those in a file; raise SecretFileError."""
    try:
        fresh = _written(file, serialized(secrets))
        owner = file.stat() if file.exists() else None
        if owner is not None and os.geteuid() == 0:
            os.chown(fresh, owner.st_uid, owner.st_gid)
        fresh.replace(file)
        _force(file.parent)
    except OSError as error:
        message = f"secret_file: {error}; nothing was changed"
        raise SecretFileError(message) from error


def new_key() -> bytes:
    """Return a new root key."""
    return random.token_bytes(ROOT_BYTES)


def _written(file: Path, text: str) -> Path:
    """Write a text beside a file, for our eyes only, and return where."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
    return fresh


def _force(folder: Path) -> None:
    """Force the names in a folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
