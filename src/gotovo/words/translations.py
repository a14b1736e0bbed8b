"""Sentences on pages and in messages: written in English in the code, translated in `ru.po`.

English needs no file: the sentence is its own key. Russian is read once at start; short words
are tied to what follows them, as Russian typesetting asks.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from gotovo.words.language import LANGUAGES, Language

_MESSAGES_MAX = 4096  # More than all sentences in all languages, so nothing is ever dropped.
_SHORT_WORD = re.compile(
    r"(?<![\w{])(а|в|во|до|за|и|из|к|ко|на|не|ни|но|о|об|от|по|с|со|у) (?=\S)", re.IGNORECASE
)
_DASH = re.compile(r" (?=—)")
_COUNT = re.compile(r"(\{number\}) ")
_NBSP = "\N{NO-BREAK SPACE}"


class Translator:
    """The sentences of one language."""

    def __init__(self, language: Language) -> None:
        self.language: Final = language

    def __call__(self, sentence: str, **values: object) -> Markup:
        """Return the sentence for a page; values are escaped, `Markup` values are kept."""
        if not values:
            return _shown(self.language, sentence)
        return _filled(_said(self.language, sentence), values)

    def count(self, one: str, many: str, number: int, **values: object) -> Markup:
        """Return the sentence in the form that `number` takes; it may hold `{number}`."""
        return _filled(_counted(self.language, one, many, number), {**values, "number": number})

    def plain(self, sentence: str, **values: object) -> str:
        """Return the sentence for a message that is text and nothing else."""
        return _said(self.language, sentence).format(**values)


def msgid(sentence: str) -> str:
    """Mark a sentence that is translated where it is used, so that a test can find it here."""
    return sentence


@lru_cache(maxsize=_MESSAGES_MAX)
def tie_short_words(text: str) -> str:
    """Tie short Russian words to the next one, and dashes and counts to what they belong to."""
    text = _SHORT_WORD.sub(rf"\1{_NBSP}", text)
    text = _SHORT_WORD.sub(rf"\1{_NBSP}", text)
    return _COUNT.sub(rf"\1{_NBSP}", _DASH.sub(_NBSP, text))


def _filled(said: str, values: Mapping[str, object]) -> Markup:
    """Return our own sentence with values in it, each escaped first."""
    escaped = {name: escape(value) for name, value in values.items()}
    return Markup(said.format_map(escaped))  # noqa: S704  (nothing in it is unescaped)


@lru_cache(maxsize=_MESSAGES_MAX)
def _shown(language: Language, sentence: str) -> Markup:
    """Return a sentence without values; a value that is missing is an error here too."""
    return Markup(_said(language, sentence).format())  # noqa: S704  (our own sentence)


@lru_cache(maxsize=_MESSAGES_MAX)
def _said(language: Language, sentence: str) -> str:
    said = _translations(language).gettext(sentence)
    return tie_short_words(said) if language == "ru" else said


@lru_cache(maxsize=_MESSAGES_MAX)
def _counted(language: Language, one: str, many: str, number: int) -> str:
    said = _translations(language).ngettext(one, many, number)
    return tie_short_words(said) if language == "ru" else _COUNT.sub(rf"\1{_NBSP}", said)


@lru_cache(maxsize=len(LANGUAGES))
def _translations(language: Language) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    with resources.files("gotovo.words").joinpath(f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
