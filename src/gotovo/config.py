"""Every setting, once: environment `GOTOVO_*` over `gotovo.toml` over the default.

A secret has no default: it is made on the first start and kept in a file of its own.
"""

import os
import secrets
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

PREFIX = "GOTOVO_"

SECRET_BYTES = 32
"""As long as the digest that it keys."""

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"", "0", "false", "no", "off"})


class SettingError(Exception):
    """A setting is wrong; the message names it, its value and what was expected."""


class Settings(Struct, frozen=True, kw_only=True):
    """What can be set. `docs/reference/settings.md` says what each is for."""

    database_url: str = ""
    data_dir: Path = Path()
    secret_file: Path = Path()
    listen: str = "127.0.0.1:8000"
    public_url: str = ""
    workers: int = 1
    demo: bool = False
    unsafe: bool = False
    language: str = "ru"
    pool_size: int = 8
    batch_limit: int = 256
    batches_in_flight: int = 2
    queue_limit: int = 10_000
    payment_hours: int = 24
    return_days: int = 7
    refund_days: int = 10
    handover_minutes: int = 10
    expiry_brake_multiple: int = 3
    log_level: str = "info"

    @property
    def host(self) -> str:
        """Return the address to listen on."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """Return the port to listen on."""
        return int(self.listen.rpartition(":")[2])


_RANGES = {
    "workers": (1, 64),
    "pool_size": (2, 1000),
    "batch_limit": (1, 10_000),
    "batches_in_flight": (1, 64),
    "queue_limit": (1, 10_000_000),
    "payment_hours": (1, 24 * 365),
    "return_days": (0, 3650),
    "refund_days": (0, 365),
    "handover_minutes": (1, 24 * 60),
    "expiry_brake_multiple": (1, 1000),
}
_CHOICES = {"language": ("ru", "en"), "log_level": ("debug", "info", "warning", "error")}


def load_settings(environment: Mapping[str, str], file: Path | None = None) -> Settings:
    """Return the settings; raise SettingError for one that is unknown or wrong."""
    path = file or Path(environment.get(f"{PREFIX}CONFIG", "gotovo.toml"))
    given = {**_from_file(path), **_from_environment(environment)}
    home = Path(environment.get("HOME") or "/")
    data_dir = Path(given.get("data_dir") or _data_dir(home)).absolute()
    given["data_dir"] = str(data_dir)
    given["secret_file"] = str(Path(given.get("secret_file") or data_dir / "secret").absolute())
    try:
        settings = msgspec.convert(given, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise SettingError(str(error)) from error
    _check(settings)
    return settings


def read_secret(file: Path) -> bytes:
    """Return the installation's secret key, made on the first start.

    Whoever has it can make every pick-up code, so a file that others may read is refused.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as new:
            new.write(secrets.token_hex(SECRET_BYTES) + "\n")
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        message = f"secret_file: {file} can be read by others: run chmod 600 {file}"
        raise SettingError(message)
    try:
        secret = bytes.fromhex(file.read_text().strip())
    except ValueError:
        secret = b""
    if len(secret) < SECRET_BYTES:
        message = f"secret_file: {file} has to hold {SECRET_BYTES * 2} hexadecimal digits"
        raise SettingError(message)
    return secret


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path}: {error}"
        raise SettingError(message) from error
    for name in given:
        _known(name, f"{path}: {name}")
    return given


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or variable.startswith((f"{PREFIX}TEST_", "GOTOVO_RUN")):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name == "config":
            continue
        _known(name, variable)
        given[name] = _flag(variable, value) if name in {"demo", "unsafe"} else value
    return given


def _known(name: str, shown: str) -> None:
    if name not in Settings.__struct_fields__:
        known = ", ".join(Settings.__struct_fields__)
        message = f"{shown} is no setting; there are: {known}"
        raise SettingError(message)


def _flag(variable: str, value: str) -> bool:
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    message = f"{variable}: {value!r} is neither 1 nor 0"
    raise SettingError(message)


def _data_dir(home: Path) -> Path:
    return Path("/var/lib/gotovo") if os.geteuid() == 0 else home / ".local/share/gotovo"


def _check(settings: Settings) -> None:
    host, colon, port = settings.listen.rpartition(":")
    if not host or not colon or not port.isdigit() or int(port) >= 1 << 16:
        message = f"listen: {settings.listen!r} is not HOST:PORT, like 127.0.0.1:8000"
        raise SettingError(message)
    for name, (least, most) in _RANGES.items():
        value = getattr(settings, name)
        if not least <= value <= most:
            message = f"{name}: {value} is not between {least} and {most}"
            raise SettingError(message)
    for name, choices in _CHOICES.items():
        value = getattr(settings, name)
        if value not in choices:
            message = f"{name}: {value!r} is none of {', '.join(choices)}"
            raise SettingError(message)


def _path(type_: type, value: Any) -> Any:
    if type_ is Path:
        return Path(value)
    raise NotImplementedError(type_)
