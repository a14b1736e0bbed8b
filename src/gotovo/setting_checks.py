"""Checks of settings: what their types can't say, as messages that name what was expected."""

import ipaddress
import re
from datetime import time
from urllib.parse import urlsplit

_COUNTRY = re.compile(r"([1-9][0-9]{0,2}|\*)\s*=\s*[0-9]{1,8}", re.ASCII)
_PRICE = re.compile(r"([1-9][0-9]{0,6}|\*)\s*=\s*[0-9]{1,6}(\.[0-9]{1,6})?", re.ASCII)
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_HOURS = re.compile(rf"\s*{_CLOCK}\s*-\s*{_CLOCK}\s*", re.ASCII)
_DAY_MINUTES = 24 * 60
_SERVICE_MINUTES_MIN = 60  # A change of the clocks skips an hour, and a day has to have some left.
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,30}[A-Za-z0-9]", re.ASCII)
PAYMENT_PROVIDERS = ("yookassa", "stripe")
_PORTS = {"http": ":80", "https": ":443"}


class SettingError(Exception):
    """A setting is invalid; the message names it, its value and what was expected."""


def check_listen(name: str, listen: str) -> None:
    """Raise SettingError for what is not HOST:PORT."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) >= 1 << 16:
        message = f"{name}: {listen!r}: Expected HOST:PORT, like 127.0.0.1:8000"
        raise SettingError(message)


def address_of(listen: str) -> tuple[str, int]:
    """Return the host and the port of what was checked."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def origin_of(url: str) -> str:
    """Return the public address as browsers write it: in lower case, without the default port."""
    parts = urlsplit(url.lower())
    is_address = parts.scheme in _PORTS and parts.netloc
    if url and not (is_address and url.lower() == f"{parts.scheme}://{parts.netloc}"):
        message = f"public_url: {url!r}: Expected only scheme and host, like https://my.shop.ru"
        raise SettingError(message)
    return url.lower().removesuffix(_PORTS.get(parts.scheme, ""))


def check_database_url(url: str) -> None:
    """Raise SettingError for what is no address of PostgreSQL."""
    if url and not url.startswith(("postgresql://", "postgres://")):
        # The value is not shown: it may contain a password.
        message = "database_url: Expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        raise SettingError(message)


def check_bot_url(url: str) -> None:
    """Raise SettingError for an address that is not https."""
    parts = urlsplit(url)
    if url and not (parts.scheme == "https" and parts.netloc):
        message = f"bot_url: {url!r}: Expected an address that begins with https://"
        raise SettingError(message)


def check_help_hours(hours: str) -> None:
    """Raise SettingError for what are not two times of a day, an hour apart at least."""
    match = _HOURS.fullmatch(hours)
    if match is not None:
        opens, closes = hours_of(hours)
        minutes = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
        if minutes % _DAY_MINUTES >= _SERVICE_MINUTES_MIN or not minutes:
            return
    message = (
        f"help_hours: {hours!r}: Expected HH:MM-HH:MM, at least an hour, like 09:00-21:00; "
        "00:00-00:00 is around the clock"
    )
    raise SettingError(message)


def hours_of(hours: str) -> tuple[time, time]:
    """Return when the hours that were checked begin and end."""
    begins, ends = hours.split("-")
    return time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())


def check_telegram(token_file: str, bot: str, mode: str, api: str, public_url: str) -> None:
    """Raise SettingError for settings of a bot that contradict each other."""
    if not token_file:
        return
    if not _BOT.fullmatch(bot):
        message = f"telegram_bot: {bot!r}: Expected the bot's user name without @, like shop_bot"
        raise SettingError(message)
    if mode == "webhook" and not public_url.startswith("https://"):
        message = (
            f"telegram_mode: 'webhook': Expected public_url with https://, and not {public_url!r}"
        )
        raise SettingError(message)
    check_origin("telegram_api", api)
    parts = urlsplit(api)
    if not api or (parts.scheme != "https" and not is_loopback(parts.hostname or "")):
        message = f"telegram_api: {api!r}: Expected https://, as the token is part of each request"
        raise SettingError(message)


def check_providers_listed(providers: str) -> None:
    """Raise SettingError for a payment provider that is unknown, or named twice."""
    names = listed(providers)
    for number, name in enumerate(names):
        if name not in PAYMENT_PROVIDERS or name in names[:number]:
            known = ", ".join(PAYMENT_PROVIDERS)
            message = f"payment_providers: {name!r}: Expected each of these once at most: {known}"
            raise SettingError(message)


def check_api_url(name: str, url: str) -> None:
    """Raise SettingError for the address of an API that is not https, or has more than a path."""
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (
        parts.scheme == "http" and is_loopback(parts.hostname or "")
    )
    is_plain = url == f"{parts.scheme}://{parts.netloc}{parts.path}" and not url.endswith("/")
    if not is_safe or not parts.hostname or not is_plain or "@" in parts.netloc:
        # The value is not shown: it may contain a password.
        message = f"{name}: Expected https://HOST/PATH without a password and a / at its end"
        raise SettingError(message)


def check_networks(name: str, networks: str) -> None:
    """Raise SettingError for what is no network."""
    for each in listed(networks):
        try:
            ipaddress.ip_network(each)
        except ValueError as error:
            message = (
                f"{name}: {each!r}: Expected addresses or networks separated by "
                "commas, like 127.0.0.1, 10.1.0.0/16"
            )
            raise SettingError(message) from error


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_countries(name: str, countries: str) -> None:
    """Raise SettingError for what are not numbers by calling code."""
    seen: set[str] = set()
    for each in listed(countries):
        match = _COUNTRY.fullmatch(each)
        if match is None or match[1] in seen:
            message = (
                f"{name}: {each!r}: Expected each calling code once, like 7=10000, 998=500, *=300"
            )
            raise SettingError(message)
        seen.add(match[1])


def check_sms_prices(prices: str) -> None:
    """Raise SettingError for what are not prices by the first digits of phones."""
    seen: set[str] = set()
    for each in listed(prices):
        match = _PRICE.fullmatch(each)
        if match is None or match[1] in seen:
            message = f"sms_prices: {each!r}: Expected each prefix once, like 7=4.50, 998=12, *=20"
            raise SettingError(message)
        seen.add(match[1])


def check_sms_currency(currency: str) -> None:
    """Raise SettingError for what is no code of a currency."""
    if not _CURRENCY.fullmatch(currency):
        message = f"sms_currency: {currency!r}: Expected three letters, like RUB"
        raise SettingError(message)


def check_origin(name: str, url: str) -> None:
    """Raise SettingError for an address that is not scheme, host and port alone."""
    parts = urlsplit(url)
    if url and not (parts.scheme in _PORTS and parts.netloc == url.partition("://")[2]):
        message = (
            f"{name}: {url!r}: Expected only scheme, host and port, like http://127.0.0.1:13013"
        )
        raise SettingError(message)
    if "@" in url:
        message = f"{name}: Expected no password in the address"
        raise SettingError(message)


def listed(text: str) -> list[str]:
    """Return what stands between commas."""
    return [each.strip() for each in text.split(",") if each.strip()]
