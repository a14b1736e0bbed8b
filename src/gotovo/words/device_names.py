"""The name of a device, from what its browser called itself."""

from typing import Final

from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid

_TRANSLATED: Final = frozenset({msgid("Yandex Browser")})
"""Browsers with a Russian name; all others have one name in both languages."""

_UNKNOWN: Final = msgid("Unknown device")


def device_name(browser: str, system: str, language: Language) -> str:
    """Return `Chrome, Android`; either name may be empty."""
    translator = Translator(language)
    shown = translator.gettext(browser) if browser in _TRANSLATED else browser
    return ", ".join(filter(None, (shown, system))) or translator.gettext(_UNKNOWN)
