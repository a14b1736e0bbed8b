"""Every setting, once: environment `GOTOVO_*` over `gotovo.toml` over the default.

A secret has no default: it is made on the first start and kept in a file of its own.
"""

import ipaddress
import os
import secrets
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

PREFIX = "GOTOVO_"

SECRET_BYTES = 32
"""As long as the digest that it keys."""

_PORTS = {"http": ":80", "https": ":443"}
_NOT_SETTINGS = (f"{PREFIX}TEST_", f"{PREFIX}RUN_")  # what tests and scripts tell each other
_FLAGS = {
    "1": True, "true": True, "yes": True, "on": True,
    "0": False, "false": False, "no": False, "off": False, "": False,
}  # fmt: skip


class SettingError(Exception):
    """A setting is wrong; the message names it, its value and what was expected."""


class Settings(Struct, frozen=True, kw_only=True):
    """What can be set; `docs/reference/settings.md` says more about each."""

    database_url: Annotated[str, Meta(description="PostgreSQL ≥ 15; empty: our own.")] = ""
    data_dir: Annotated[Path, Meta(description="Where our own database keeps its files.")]
    secret_file: Annotated[Path, Meta(description="The key that codes and keys are made from.")]
    listen: Annotated[str, Meta(description="HOST:PORT to serve on.")] = "127.0.0.1:8000"
    public_url: Annotated[str, Meta(description="The address that people use, for links.")] = ""
    trusted_proxies: Annotated[
        str, Meta(description="Addresses whose word about the asker's address is taken.")
    ] = ""
    workers: Annotated[int, Meta(ge=1, le=64, description="Processes that serve.")] = 1
    demo: Annotated[bool, Meta(description="Open the town that lives, and the demo phone.")] = False
    unsafe: Annotated[bool, Meta(description="Accept a server that may lose orders.")] = False
    language: Annotated[
        Literal["ru", "en"], Meta(description="For whoever states no other preference.")
    ] = "ru"
    pool_size: Annotated[
        int, Meta(ge=2, le=1000, description="Connections to the database, each worker.")
    ] = 8
    batch_limit: Annotated[
        int, Meta(ge=1, le=10_000, description="Commands that share one commit at most.")
    ] = 256
    batches_in_flight: Annotated[
        int, Meta(ge=1, le=64, description="Batches that are committed at the same time.")
    ] = 2
    queue_limit: Annotated[
        int, Meta(ge=1, le=10_000_000, description="Commands that wait at most.")
    ] = 10_000
    queue_seconds: Annotated[
        float, Meta(gt=0, le=60, description="How long a command may have to wait, in seconds.")
    ] = 0.5
    payment_hours: Annotated[
        int, Meta(ge=1, le=24 * 365, description="How long a placed order can be paid.")
    ] = 24
    return_days: Annotated[
        int, Meta(ge=0, le=3650, description="How long after issue goods can be returned.")
    ] = 7
    refund_days: Annotated[
        int, Meta(ge=0, le=365, description="Within how many days a refund is promised.")
    ] = 10
    handover_minutes: Annotated[
        int, Meta(ge=1, le=24 * 60, description="When an unfinished hand-over is undone.")
    ] = 10
    expiry_brake_multiple: Annotated[
        int, Meta(ge=1, le=1000, description="Times the usual expiries that stop the run.")
    ] = 3
    hotline: Annotated[str, Meta(description="A phone that buyers can call, +7 ….")] = ""
    bot_url: Annotated[str, Meta(description="A chat where buyers can ask, https://….")] = ""
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="What the log leaves out.")
    ] = "info"

    @property
    def host(self) -> str:
        """Return the address to listen on."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """Return the port to listen on."""
        return int(self.listen.rpartition(":")[2])

    @property
    def proxies(self) -> tuple[str, ...]:
        """Return the networks of proxies, each IPv4 one also as a server on [::] sees it."""
        named = [ipaddress.ip_network(each) for each in _listed(self.trusted_proxies)]
        mapped = [
            f"::ffff:{each.network_address}/{96 + each.prefixlen}"
            for each in named
            if isinstance(each, ipaddress.IPv4Network)
        ]
        return (*map(str, named), *mapped)


def load_settings(environment: Mapping[str, str], file: Path | None = None) -> Settings:
    """Return the settings; raise SettingError for one that is unknown or wrong.

    The file is the one given, else the one that GOTOVO_CONFIG names, else `gotovo.toml` here if
    there is one. Paths may begin with `~`; relative ones count from the current folder.
    """
    named = file or (Path(config) if (config := environment.get(f"{PREFIX}CONFIG")) else None)
    given = {**_from_file(named), **_from_environment(environment)}
    home = environment.get("HOME") or "/"
    data_dir = _absolute(_pop(given, "data_dir") or _data_dir(home), home)
    secret_file = _absolute(_pop(given, "secret_file") or f"{data_dir}/secret", home)
    values = {name: _converted(name, said, value) for name, (said, value) in given.items()}
    values["public_url"] = _origin(values.get("public_url", ""))
    settings = Settings(data_dir=data_dir, secret_file=secret_file, **values)
    _check_listen(settings.listen)
    _check_database_url(settings.database_url)
    _check_bot_url(settings.bot_url)
    _check_proxies(settings.trusted_proxies)
    return settings


def read_secret(file: Path) -> bytes:
    """Return the installation's secret key, made on the first start.

    Whoever has it can make every pick-up code, so a file that others may read is refused.
    """
    try:
        if not file.exists():
            _make_secret(file)
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            message = f"secret_file: {file} can be read by others: run chmod 600 {file}"
            raise SettingError(message)
        text = file.read_text("ascii").strip()
    except OSError as error:
        message = f"secret_file: {error}; set {PREFIX}SECRET_FILE to a file that can be used"
        raise SettingError(message) from error
    except UnicodeDecodeError:
        text = ""
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) < SECRET_BYTES:
        message = f"secret_file: {file} has to hold {SECRET_BYTES * 2} hexadecimal digits or more"
        raise SettingError(message)
    return secret


def _from_file(named: Path | None) -> dict[str, tuple[str, Any]]:
    path = named or Path("gotovo.toml")
    if named is None and not path.is_file():
        return {}
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path}: {error}"
        raise SettingError(message) from error
    for name in given:
        _known(name, f"{path}: {name}")
    return {name: (f"{path}: {name}", value) for name, value in given.items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, tuple[str, Any]]:
    given: dict[str, tuple[str, Any]] = {}
    for variable, value in environment.items():
        name = variable.removeprefix(PREFIX).lower()
        if variable.startswith(PREFIX) and not variable.startswith(_NOT_SETTINGS):
            if name == "config":
                continue
            _known(name, variable)
            given[name] = (variable, value)
    return given


def _known(name: str, said: str) -> None:
    if name not in Settings.__struct_fields__:
        known = ", ".join(Settings.__struct_fields__)
        message = f"{said} is no setting; there are: {known}"
        raise SettingError(message)


def _pop(given: dict[str, tuple[str, Any]], name: str) -> str:
    said, value = given.pop(name, ("", ""))
    if not isinstance(value, str):
        message = f"{said}: {value!r}: Expected a path"
        raise SettingError(message)
    return value


def _converted(name: str, said: str, value: Any) -> Any:
    kind = next(f.type for f in msgspec.structs.fields(Settings) if f.name == name)
    if name in {"demo", "unsafe"} and isinstance(value, str):
        value = _FLAGS.get(value.lower(), value)
    try:
        return msgspec.convert(value, kind, strict=not isinstance(value, str))
    except msgspec.ValidationError as error:
        message = f"{said}: {value!r}: {error}"
        raise SettingError(message) from error


def _absolute(path: str, home: str) -> Path:
    if path == "~" or path.startswith("~/"):
        path = home + path[1:]
    return Path(path).absolute()


def _data_dir(home: str) -> str:
    return "/var/lib/gotovo" if os.geteuid() == 0 else f"{home}/.local/share/gotovo"


def _make_secret(file: Path) -> None:
    """Write a new secret beside its place and link it there: never half of one, never over one."""
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
    except FileExistsError:  # another process was quicker; its secret is the one
        pass
    finally:
        fresh.unlink()


def _check_listen(listen: str) -> None:
    host, _, port = listen.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) >= 1 << 16:
        message = f"listen: {listen!r}: Expected HOST:PORT, like 127.0.0.1:8000"
        raise SettingError(message)


def _origin(url: str) -> str:
    """Return the public address as browsers write it: small letters, no usual port."""
    parts = urlsplit(url.lower())
    is_address = parts.scheme in _PORTS and parts.netloc
    if url and not (is_address and url.lower() == f"{parts.scheme}://{parts.netloc}"):
        message = f"public_url: {url!r}: Expected scheme and host alone, like https://my.shop.ru"
        raise SettingError(message)
    return url.lower().removesuffix(_PORTS.get(parts.scheme, ""))


def _check_database_url(url: str) -> None:
    if url and not url.startswith(("postgresql://", "postgres://")):
        # The value is not shown: it may hold a password.
        message = "database_url: Expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        raise SettingError(message)


def _check_bot_url(url: str) -> None:
    parts = urlsplit(url)
    if url and not (parts.scheme == "https" and parts.netloc):
        message = f"bot_url: {url!r}: Expected an address that begins with https://"
        raise SettingError(message)


def _check_proxies(proxies: str) -> None:
    for each in _listed(proxies):
        try:
            ipaddress.ip_network(each)
        except ValueError as error:
            message = (
                f"trusted_proxies: {each!r}: Expected addresses or networks with commas between "
                "them, like 127.0.0.1, 10.1.0.0/16"
            )
            raise SettingError(message) from error


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]
