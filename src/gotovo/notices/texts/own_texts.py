"""An operator's own texts: one TOML file per language, checked before any message is sent.

Each table is a kind, with texts for all channels (`text`), for one channel, and for the subject of
e-mails. What is not in a file stays as the program has it.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from gotovo.notices.texts.message_texts import TextKey, kinds
from gotovo.notices.texts.text_fields import SUBJECT, uses_of
from gotovo.notices.texts.text_template import TextError, TextTemplate, read_text
from gotovo.words.language import Language
from gotovo.words.translations import msgid


class OwnTexts(Struct, frozen=True):
    """The templates of a file, and what is wrong with the others in it."""

    templates: Mapping[TextKey, TextTemplate]
    errors: Sequence[TextError]


def read_own_texts(source: str, language: Language, file: str) -> OwnTexts:
    """Return the templates of a file; `file` is its name, for errors."""
    templates: dict[TextKey, TextTemplate] = {}
    errors: list[TextError] = []
    for kind, use, text in _entries(source, file, errors):
        try:
            templates[language, kind, use] = _template(text, kind, use, language, file)
        except TextError as error:
            errors.append(error)
    return OwnTexts(templates, errors)


def _entries(source: str, file: str, errors: list[TextError]) -> Iterator[tuple[str, str, Any]]:
    """Yield kind, use and text of each entry; add what is no entry to the errors."""
    try:
        tables = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        sentence = msgid("Expected a file in TOML: {error}.")
        errors.append(TextError(file, sentence, error=str(error)))
        return
    for kind, texts in tables.items():
        if kind not in kinds():
            sentence = msgid("Expected a kind of message, one of {known}.")
            errors.append(TextError(f"{file}: {kind}", sentence, known=", ".join(kinds())))
        elif not isinstance(texts, dict):
            errors.append(TextError(f"{file}: {kind}", msgid("Expected a table of texts.")))
        else:
            uses: dict[str, Any] = texts
            yield from ((kind, use, text) for use, text in uses.items())


def _template(text: Any, kind: str, use: str, language: Language, file: str) -> TextTemplate:
    place = f"{file}: {kind}.{use}"
    if use not in uses_of(kind):
        sentence = msgid("Expected what the text is for, one of {known}.")
        raise TextError(place, sentence, known=", ".join(uses_of(kind)))
    if not isinstance(text, str):
        raise TextError(place, msgid("Expected a text in quotation marks."))
    if use == SUBJECT and "\n" in text.strip("\n"):
        raise TextError(place, msgid("Expected a single line."))
    return read_text(text, kind, use, language, place)
