"""The browser and the system behind a User-Agent, by the names that people know.

Nothing is decided by it: anybody can send any text. It only helps people recognise a device, so
versions are left out, and the name stays the same after an update.
"""

import re
from typing import Final

from msgspec import Struct

_LENGTH_MAX: Final = 512
"""Browsers send about 120 characters; the rest of a longer text is ignored."""

# Most browsers name others besides themselves, so the order is from the specific to the general.
_BROWSERS: Final = (
    ("YaBrowser|YaSearchBrowser|YaApp", "Yandex Browser"),
    ("EdgA?|EdgiOS|Edge", "Edge"),
    ("OPR|OPT|OPX|Opera", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("MiuiBrowser", "Mi Browser"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("UCBrowser", "UC Browser"),
    ("Vivaldi", "Vivaldi"),
    ("DuckDuckGo|Ddg", "DuckDuckGo"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS|HeadlessChrome|Chromium", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone|iPod", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS|OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh|Mac OS X", "Mac"),
    ("Linux|X11", "Linux"),
)


class Device(Struct, frozen=True):
    """What a device calls itself; an empty name is not known."""

    browser: str = ""
    system: str = ""


def device_of(user_agent: str) -> Device:
    """Return the names of browser and system."""
    text = user_agent[:_LENGTH_MAX]
    return Device(_first(_BROWSER_NAMES, text), _first(_SYSTEM_NAMES, text))


def _compiled(
    table: tuple[tuple[str, str], ...], end: str
) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"\b(?:{marks}){end}"), name) for marks, name in table)


_BROWSER_NAMES: Final = _compiled(_BROWSERS, "/")
_SYSTEM_NAMES: Final = _compiled(_SYSTEMS, r"\b")


def _first(table: tuple[tuple[re.Pattern[str], str], ...], text: str) -> str:
    return next((name for pattern, name in table if pattern.search(text)), "")
