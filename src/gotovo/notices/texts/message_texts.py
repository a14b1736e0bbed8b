"""All texts of an installation, parsed: the program's own, and an operator's in their place."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from gotovo.notices.texts.default_texts import OWN_FOR_CHANNEL
from gotovo.notices.texts.text_fields import KINDS, TEXT
from gotovo.notices.texts.text_template import OTHERWISE, TextTemplate, read_text
from gotovo.words.language import LANGUAGES, Language
from gotovo.words.translations import Translator

TextKey = tuple[Language, str, str]
"""Language, kind and use of a text."""


class MessageTexts(Struct, frozen=True):
    """The templates; every kind has a `TEXT` in each language."""

    templates: Mapping[TextKey, TextTemplate]

    def of(self, language: Language, kind: str, use: str) -> TextTemplate:
        """Return the template of a kind for a use, by default that of all channels."""
        own = self.templates.get((language, kind, use))
        return own or self.templates[language, kind, TEXT]

    def with_own(self, own: Mapping[TextKey, TextTemplate]) -> "MessageTexts":
        """Return these texts with others in their place."""
        return MessageTexts({**self.templates, **own})


@lru_cache(maxsize=1)
def default_texts() -> MessageTexts:
    """Return the texts of the program."""
    return MessageTexts(
        {
            (language, kind, use): read_text(
                default_source(language, kind, use),
                kind,
                use,
                language,
                f"{language}.{kind}.{use}",
            )
            for language in LANGUAGES
            for use, kinds in OWN_FOR_CHANNEL.items()
            for kind in kinds
        }
    )


def default_source(language: Language, kind: str, use: str) -> str:
    """Return a text of the program as an operator would write it, empty where there is none."""
    return "\n".join(_line(line, language) for line in OWN_FOR_CHANNEL.get(use, {}).get(kind, ()))


def kinds() -> tuple[str, ...]:
    """Return the kinds by name."""
    return tuple(str(kind) for kind in KINDS)


def _line(line: str | Sequence[str], language: Language) -> str:
    translator = Translator(language)
    wordings = (line,) if isinstance(line, str) else line
    return f" {OTHERWISE} ".join(translator.pattern(each) for each in wordings)
