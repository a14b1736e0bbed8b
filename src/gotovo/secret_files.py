"""Files that hold a secret of others: passwords of providers, and the token of the Telegram bot.

The installation's own is read by `keyring`. No secret has a default and none is a setting. A file
that others may read is refused.
"""

import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gotovo.config import PREFIX, Settings
from gotovo.setting_checks import SettingError

_TOKEN: Final = re.compile(r"[0-9]{1,19}:[A-Za-z0-9_-]{30,64}", re.ASCII)

PASSWORD_MAX: Final = 4_096
"""Bytes of a password's file; a longer one is another file by mistake."""


def read_mail_password(settings: Settings) -> str:
    """Return the password of the mail server, empty where none is needed."""
    if not settings.smtp_host or not settings.smtp_password_file:
        return ""
    return read_password(Path(settings.smtp_password_file))


def read_telegram_token(settings: Settings) -> str:
    """Return the token of the bot; raise SettingError for what is none, without showing it."""
    token = read_password(Path(settings.telegram_token_file), "telegram_token_file")
    if not _TOKEN.fullmatch(token):
        message = (
            f"telegram_token_file: {settings.telegram_token_file}: Expected one line like "
            "123456789:AA…, as BotFather gave it"
        )
        raise SettingError(message)
    return token


def read_password(
    file: Path, name: str = "smtp_password_file", content: str = "the password"
) -> str:
    """Return a password: the text of its file without the end of its line.

    `name` is the setting that names the file, `content` what is expected in it.
    """
    stored = b""
    try:
        _refuse_readable(name, file)
        stored = file.read_bytes()[: PASSWORD_MAX + 1]
        password = stored.decode().rstrip("\r\n")
    except OSError as error:
        message = f"{name}: {error}; set {PREFIX}{name.upper()} to a usable file with {content}"
        raise SettingError(message) from error
    except UnicodeDecodeError:
        password = ""
    if not password or len(password) > PASSWORD_MAX or not password.isprintable():
        state = "" if stored.strip() else " is empty"
        message = f"{name}: {file}{state}: Expected one line, {content}"
        raise SettingError(message)
    return password


def read_secrets(file: Path, name: str) -> Sequence[str]:
    """Return the secrets of a file, one a line, at least one; `name` is the setting that names it.

    While a secret is being replaced there are two.
    """
    try:
        _refuse_readable(name, file)
        text = file.read_bytes()[: PASSWORD_MAX + 1].decode()
    except OSError as error:
        message = f"{name}: {error}; set {PREFIX}{name.upper()} to a usable file"
        raise SettingError(message) from error
    except UnicodeDecodeError:
        text = "\0"
    secrets = [each.strip() for each in text.splitlines() if each.strip()]
    if not secrets or len(text) > PASSWORD_MAX or not all(x.isprintable() for x in secrets):
        state = " is empty" if not text.strip() else ""
        message = f"{name}: {file}{state}: Expected one secret a line"
        raise SettingError(message)
    return secrets


def _refuse_readable(name: str, file: Path) -> None:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        message = f"{name}: {file} can be read by others: run chmod 600 {file}"
        raise SettingError(message)
