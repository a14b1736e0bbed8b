"""Which of the two languages a reader wants."""

from typing import Literal

from msgspec import Struct

Language = Literal["ru", "en"]

LANGUAGES: tuple[Language, ...] = ("ru", "en")
DEFAULT: Language = "ru"

_TAGS_MAX = 20  # Browsers send fewer than ten; the rest of a longer list is not looked at.


class Bilingual(Struct, frozen=True):
    """One text in both languages."""

    ru: str
    en: str


def preferred_language(accept_language: str) -> Language:
    """Return the best offer for an Accept-Language header (RFC 9110 §12.5.4), `ru` by default."""
    best, best_weight = DEFAULT, 0.0
    for part in accept_language.split(",")[:_TAGS_MAX]:
        tag, _, parameters = part.strip().partition(";")
        language = _language_of(tag)
        weight = _weight(parameters)
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best


def in_language(text: Bilingual, language: Language) -> str:
    """Return the text in one language."""
    return text.ru if language == "ru" else text.en


def _language_of(tag: str) -> Language | None:
    primary = tag.strip().lower().partition("-")[0]
    if primary == "*":
        return DEFAULT
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
