"""The languages Gotovo speaks, and which of them a reader prefers."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

from babel import Locale

Language = Literal["ru", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("ru", "en")

LANGUAGE_NUMBERS: Final[dict[Language, int]] = {"ru": 1, "en": 2}
"""The numbers are stored with idempotency records and never change."""
DEFAULT_LANGUAGE: Final[Language] = "ru"

_LOCALES: Final = {"ru": "ru", "en": "en_GB"}
"""English is British: the day stands before the month, and a day has 24 hours."""

_TAGS_MAX = 20  # Browsers send fewer than ten; the rest of a longer list is ignored.


@lru_cache(maxsize=len(LANGUAGES))
def locale_of(language: Language) -> Locale:
    """Return Babel's locale of a language."""
    return Locale.parse(_LOCALES[language])


def preferred_language(accept_language: str) -> Language:
    """Return the best match for an Accept-Language header (RFC 9110 §12.5.4)."""
    best, best_weight = DEFAULT_LANGUAGE, 0.0
    for part in accept_language.split(",")[:_TAGS_MAX]:
        tag, _, parameters = part.strip().partition(";")
        language = _language_of(tag)
        weight = _weight(parameters)
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best


def terminal_language(variables: Mapping[str, str]) -> Language:
    """Return the language of a terminal by POSIX' variables; English where they say another."""
    return named_language(variables) or "en"


def named_language(variables: Mapping[str, str]) -> Language | None:
    """Return the language that POSIX' variables name, None where it is another or none."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((variables[name] for name in names if variables.get(name)), "")
    return _language_of(locale.partition("_")[0].partition(".")[0])


def _language_of(tag: str) -> Language | None:
    primary = tag.strip().lower().partition("-")[0]
    if primary == "*":
        return DEFAULT_LANGUAGE
    return next((each for each in LANGUAGES if each == primary), None)


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
