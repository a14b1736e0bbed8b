"""Files that hold a secret: the installation's key and the password of the mail server.

No secret has a default and none is a setting. A file that others may read is refused.
"""

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from gotovo.config import PREFIX, SettingError, Settings

SECRET_BYTES: Final = 32
"""As long as the digests that are keyed with it."""

PASSWORD_MAX: Final = 4_096
"""Bytes of a password's file; a longer one is another file by mistake."""


def read_secret(file: Path) -> bytes:
    """Return the installation's secret key, generated on the first start.

    Every pick-up code can be computed from it, so a file that others may read is refused.
    """
    try:
        if not file.exists():
            _make_secret(file)
        _refuse_readable("secret_file", file)
        text = file.read_text("ascii").strip()
    except OSError as error:
        message = f"secret_file: {error}; set {PREFIX}SECRET_FILE to a usable file"
        raise SettingError(message) from error
    except UnicodeDecodeError:
        text = ""
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) < SECRET_BYTES:
        message = f"secret_file: {file} needs at least {SECRET_BYTES * 2} hexadecimal digits"
        raise SettingError(message)
    return secret


def read_mail_password(settings: Settings) -> str:
    """Return the password of the mail server, empty where none is needed."""
    if not settings.smtp_host or not settings.smtp_password_file:
        return ""
    return read_password(Path(settings.smtp_password_file))


def read_password(file: Path) -> str:
    """Return a password: the text of its file without the end of its line."""
    try:
        _refuse_readable("smtp_password_file", file)
        password = file.read_bytes()[: PASSWORD_MAX + 1].decode().rstrip("\r\n")
    except OSError as error:
        message = f"smtp_password_file: {error}; set {PREFIX}SMTP_PASSWORD_FILE to a usable file"
        raise SettingError(message) from error
    except UnicodeDecodeError:
        password = ""
    if not password or len(password) > PASSWORD_MAX or not password.isprintable():
        message = f"smtp_password_file: {file}: Expected one line, the password"
        raise SettingError(message)
    return password


def _refuse_readable(name: str, file: Path) -> None:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        message = f"{name}: {file} can be read by others: run chmod 600 {file}"
        raise SettingError(message)


def _make_secret(file: Path) -> None:
    """Create the secret atomically: a hard link never leaves half a file and overwrites none."""
    if not file.parent.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as new:
        new.write(secrets.token_hex(SECRET_BYTES) + "\n")
        new.flush()
        os.fsync(new.fileno())
    try:
        file.hardlink_to(fresh)
    except FileExistsError:  # Another process was quicker: use its secret.
        pass
    finally:
        fresh.unlink()
