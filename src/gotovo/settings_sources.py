"""Sources of settings: variables `GOTOVO_*` override `gotovo.toml`, which overrides defaults."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec

from gotovo.config import PREFIX, Settings
from gotovo.keyring.sources import credential_file
from gotovo.setting_checks import (
    SettingError,
    check_api_url,
    check_bot_url,
    check_countries,
    check_database_url,
    check_help_hours,
    check_listen,
    check_networks,
    check_origin,
    check_providers_listed,
    check_sms_currency,
    check_sms_prices,
    check_telegram,
    is_loopback,
    origin_of,
)

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_PATHS = (
    "smtp_password_file", "sms_password_file", "sms_receipt_secret_file",
    "sms_status_password_file", "telegram_token_file", "wal_archive", "message_texts",
    "yookassa_secret_file", "stripe_secret_file", "stripe_webhook_secret_file",
    "atol_password_file",
)  # fmt: skip
_BOOLEANS = frozenset(
    x.name for x in msgspec.structs.fields(Settings) if get_args(x.type)[:1] == (bool,)
)
_NOT_SETTINGS = (f"{PREFIX}TEST_", f"{PREFIX}RUN_")  # for tests and scripts
_FLAGS = {
    "1": True, "true": True, "yes": True, "on": True,
    "0": False, "false": False, "no": False, "off": False, "": False,
}  # fmt: skip


def load_settings(environment: Mapping[str, str], file: Path | None = None) -> Settings:
    """Return the settings; raise SettingError for an unknown or invalid one.

    The file is the argument, otherwise the one that GOTOVO_CONFIG names, otherwise `gotovo.toml` in
    the current folder if it exists. Paths may begin with `~`; relative ones are resolved from the
    current folder.
    """
    configured = file or _named_file(environment)
    given = {**_from_file(configured), **_from_environment(environment)}
    home = environment.get("HOME") or "/"
    data_dir = _absolute(_pop(given, "data_dir") or _data_dir(home), home)
    secret = _pop(given, "secret_file") or credential_file(environment) or f"{data_dir}/secret"
    secret_file = _absolute(secret, home)
    values = {name: _converted(name, source, value) for name, (source, value) in given.items()}
    values["public_url"] = origin_of(values.get("public_url", ""))
    for name in _PATHS:
        if path := values.get(name):
            values[name] = str(_absolute(path, home))
    settings = Settings(data_dir=data_dir, secret_file=secret_file, **values)
    check_listen("listen", settings.listen)
    if settings.operations_listen:
        check_listen("operations_listen", settings.operations_listen)
    check_database_url(settings.database_url)
    check_bot_url(settings.bot_url)
    check_help_hours(settings.help_hours)
    check_networks("trusted_proxies", settings.trusted_proxies)
    check_networks("webhook_networks", settings.webhook_networks)
    check_countries("codes_per_country", settings.codes_per_country)
    check_countries("sms_daily_limits", settings.sms_daily_limits)
    check_sms_prices(settings.sms_prices)
    check_sms_currency(settings.sms_currency)
    check_telegram(
        settings.telegram_token_file,
        settings.telegram_bot,
        settings.telegram_mode,
        settings.telegram_api,
        settings.public_url,
    )
    check_origin("sms_url", settings.sms_url)
    check_origin("sms_status_url", settings.sms_status_url)
    check_providers_listed(settings.payment_providers)
    check_api_url("yookassa_url", settings.yookassa_url)
    check_api_url("stripe_url", settings.stripe_url)
    check_api_url("atol_url", settings.atol_url)
    _check_mail(settings)
    return settings


def settings_file(environment: Mapping[str, str]) -> Path | None:
    """Return the file that settings are read from, None where there is none."""
    file = (_named_file(environment) or Path("gotovo.toml")).absolute()
    return file if file.is_file() else None


def _named_file(environment: Mapping[str, str]) -> Path | None:
    path = environment.get(f"{PREFIX}CONFIG")
    return Path(path) if path else None


def _from_file(configured: Path | None) -> dict[str, tuple[str, Any]]:
    path = configured or Path("gotovo.toml")
    if configured is None and not path.is_file():
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


def _known(name: str, source: str) -> None:
    if name not in Settings.__struct_fields__:
        known = ", ".join(Settings.__struct_fields__)
        message = f"{source} is not a setting; the settings are: {known}"
        raise SettingError(message)


def _pop(given: dict[str, tuple[str, Any]], name: str) -> str:
    source, value = given.pop(name, ("", ""))
    if not isinstance(value, str):
        message = f"{source}: {value!r}: Expected a path"
        raise SettingError(message)
    return value


def _converted(name: str, source: str, value: Any) -> Any:
    kind = next(f.type for f in msgspec.structs.fields(Settings) if f.name == name)
    if name in _BOOLEANS and isinstance(value, str):
        value = _FLAGS.get(value.lower(), value)
    try:
        return msgspec.convert(value, kind, strict=not isinstance(value, str))
    except msgspec.ValidationError as error:
        told = str(error)
        info = msgspec.inspect.type_info(kind)
        if isinstance(info, msgspec.inspect.Metadata):
            info = info.type
        if isinstance(info, msgspec.inspect.LiteralType):
            told = f"Expected one of {', '.join(map(str, info.values))}"
        message = f"{source}: {value!r}: {told}"
        raise SettingError(message) from error


def _absolute(path: str, home: str) -> Path:
    if path == "~" or path.startswith("~/"):
        path = home + path[1:]
    return Path(path).absolute()


def _data_dir(home: str) -> str:
    return "/var/lib/gotovo" if os.geteuid() == 0 else f"{home}/.local/share/gotovo"


def _check_mail(settings: Settings) -> None:
    host, user = settings.smtp_host, settings.smtp_user
    if not host:
        return
    if not _HOST.fullmatch(host):
        message = f"smtp_host: {host!r}: Expected a name alone, like smtp.shop.ru"
    elif not settings.sender[1] or not settings.mail_from.isprintable():
        message = f"mail_from: {settings.mail_from!r}: Expected Shop <orders@shop.ru>"
    elif bool(user) != bool(settings.smtp_password_file):
        message = "smtp_user, smtp_password_file: Expected both or neither"
    elif user and settings.smtp_security == "none" and not is_loopback(host):
        message = "smtp_security: 'none': Expected 'starttls' or 'tls' where there is a password"
    else:
        return
    raise SettingError(message)
