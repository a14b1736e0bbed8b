"""An answers file with a comment above each answer, which works as it is."""

import json
from collections.abc import Iterator
from typing import Final

from gotovo.cli.setup.questions import OFFERS, RARE, SECTIONS, Question, questions_of
from gotovo.words.translations import Translator

COMMAND: Final = "gotovo setup --answers answers.toml"

_NEEDS_MORE: Final = frozenset({"message", "sms"})
"""What works only once something else is set: here a mail server, or an SMS provider."""


def example_lines(words: Translator) -> Iterator[str]:
    """Return the file in the language of `words`; what most leave out stands behind a `#`."""
    head = words.gettext("Answers for {command}; each is explained above it.", command=COMMAND)
    yield f"# {head}"
    left_out = words.gettext("What stands behind a # may be left out.")
    yield f"# {left_out}"
    for section, kind in SECTIONS.items():
        hidden = section in RARE | _NEEDS_MORE
        yield ""
        yield f"# {words.gettext(OFFERS[section])}"
        yield f"{'# ' if hidden else ''}[{section}]"
        for question in questions_of(kind):
            yield f"# {question.text(words)}"
            yield _line(question, words, hidden=hidden)


def _line(question: Question, words: Translator, *, hidden: bool) -> str:
    """Return a default, or else the example; what is empty by default is left out."""
    value = question.default or question.shown_example(words)
    # A string of JSON is one of TOML too.
    shown = value if value.isdigit() else json.dumps(value, ensure_ascii=False)
    return f"{'# ' if hidden or question.default == '' else ''}{question.name} = {shown}"
