"""Texts of problems: a short title, a sentence, and what was expected where that helps."""

from gotovo.value import Value
from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid


class ProblemText(Value, frozen=True):
    """English keys of the catalogue; the title is translated in the context `problem`."""

    title: str
    detail: str
    expected: str | None = None


EXPECTED = msgid("Expected: {expected}.")


def problem_title(text: ProblemText, language: Language) -> str:
    """Return two or three words, as a heading."""
    return Translator(language).pgettext("problem", text.title)


def problem_detail(text: ProblemText, language: Language, expected: str = "") -> str:
    """Return the sentence, with what was expected where that was given."""
    translator = Translator(language)
    detail = translator.gettext(text.detail)
    if text.expected is None or not expected:
        return detail
    return f"{detail} {translator.gettext(text.expected, expected=expected)}"
