"""Translations by gettext: the English sentence is the key, `ru.po` holds the Russian one.

English needs no file. A short text that means several things in English ("Cancelled" is a status
and a stage) has a context. The catalogue is compiled once, when it is first needed.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

from gotovo.words.language import LANGUAGES, Language, locale_of
from gotovo.words.markup import markup_of, safe_markup

_SENTENCES_MAX = 4096  # More than all sentences in all languages, so nothing is ever dropped.
_SHORT_WORD = re.compile(
    r"(?<![\w{])(а|в|во|до|за|и|из|к|ко|на|не|ни|но|о|об|от|по|с|со|у) (?=\S)", re.IGNORECASE
)
_DASH = re.compile(r" (?=—)")
_COUNT = re.compile(r"(\{(?:number|minutes|hours|days)\}|(?<![\w}])\d+) (?=[^\W\d_])")
_ONE_OF_EACH_FORM = (1, 2, 5)  # one, few and many of Russian; English has the first two
_NBSP = "\N{NO-BREAK SPACE}"


class Translator:
    """The sentences of one language as text, for messages and programs."""

    def __init__(self, language: Language) -> None:
        self.language: Final = language
        self._catalogue = _catalogue(language)

    def gettext(self, sentence: str, **values: object) -> str:
        return self._catalogue.gettext(sentence).format_map(values)

    def pattern(self, sentence: str) -> str:
        """Return the sentence with its fields unfilled."""
        return self._catalogue.gettext(sentence)

    def context_pattern(self, context: str, sentence: str) -> str:
        """Return a text of a context with its fields unfilled."""
        return self._catalogue.pgettext(context, sentence)

    def pgettext(self, context: str, sentence: str, **values: object) -> str:
        return self._catalogue.pgettext(context, sentence).format_map(values)

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """Return the plural form for `number`; the sentence may hold `{number}`."""
        sentence = self._catalogue.ngettext(one, many, number)
        return sentence.format_map({"number": number, **values})

    def forms(self, one: str, many: str) -> Sequence[str]:
        """Return every plural form with its fields unfilled, in the order of the catalogue."""
        forms = (self._catalogue.ngettext(one, many, number) for number in _ONE_OF_EACH_FORM)
        return tuple(dict.fromkeys(forms))

    def npgettext(self, context: str, one: str, many: str, number: int) -> str:
        sentence = self._catalogue.npgettext(context, one, many, number)
        return sentence.format(number=number)


class PageTranslator:
    """The sentences of one language as markup: values are escaped, lines break where they may."""

    def __init__(self, language: Language) -> None:
        self.language: Final = language

    def __call__(self, sentence: str, **values: object) -> Markup:
        """Return the sentence; values that are `Markup` are kept as they are."""
        if not values:
            return _page_sentence(self.language, sentence)
        return _fill(_typeset(self.language, sentence), values)

    def pattern(self, sentence: str) -> str:
        """Return the sentence as markup with its fields unfilled."""
        return _typeset(self.language, sentence)

    def ngettext(self, one: str, many: str, number: int, **values: object) -> Markup:
        """Return the plural form for `number`; the sentence may hold `{number}`."""
        sentence = _typeset_plural(self.language, one, many, number)
        return _fill(sentence, {"number": number, **values})


def own_name(language: Language) -> str:
    """Return the short name of a language in that language, for a switch."""
    return Translator(language).pgettext("own name", "Eng")


def msgid(sentence: str) -> str:
    """Mark a sentence for extraction where it is not translated at once (gettext's N_)."""
    return sentence


def pmsgid(context: str, sentence: str) -> str:
    """Mark a text with its context for extraction; `pgettext` translates it."""
    del context
    return sentence


@lru_cache(maxsize=_SENTENCES_MAX)
def tie_short_words(text: str) -> str:
    """Tie short Russian words to the next one, and dashes and counts to what they belong to."""
    text = _SHORT_WORD.sub(rf"\1{_NBSP}", text)
    text = _SHORT_WORD.sub(rf"\1{_NBSP}", text)
    return _COUNT.sub(rf"\1{_NBSP}", _DASH.sub(_NBSP, text))


def _fill(sentence: str, values: Mapping[str, object]) -> Markup:
    escaped = {name: markup_of(value) for name, value in values.items()}
    return safe_markup(sentence.format_map(escaped))


@lru_cache(maxsize=_SENTENCES_MAX)
def _page_sentence(language: Language, sentence: str) -> Markup:
    """Return a sentence without values; a value that is missing is an error here too."""
    return Markup(_typeset(language, sentence).format())  # noqa: S704  (our own sentence)


@lru_cache(maxsize=_SENTENCES_MAX)
def _typeset(language: Language, sentence: str) -> str:
    return tie_short_words(_catalogue(language).gettext(sentence))


@lru_cache(maxsize=_SENTENCES_MAX)
def _typeset_plural(language: Language, one: str, many: str, number: int) -> str:
    return tie_short_words(_catalogue(language).ngettext(one, many, number))


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: Language) -> NullTranslations:
    """Return the compiled catalogue of a language; English has none and returns its keys."""
    file = resources.files("gotovo.words").joinpath(f"{language}.po")
    if not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=locale_of(language)))
    compiled.seek(0)
    return GNUTranslations(compiled)
