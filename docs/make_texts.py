"""Writes docs/reference/texts.md: `python docs/make_texts.py`.

Fields, kinds and examples are read from the code; a test compares the file with what this makes.
"""  # noqa: INP001  (a script beside its pages, no package)

from pathlib import Path

from gotovo.notices.texts.default_texts import OWN_FOR_CHANNEL
from gotovo.notices.texts.example_texts import example_text
from gotovo.notices.texts.message_texts import default_texts
from gotovo.notices.texts.text_fields import FIELDS, KINDS, uses_of
from gotovo.words.language import LANGUAGES

PAGE = Path(__file__).parent / "reference/texts.md"

_HEAD = """\
<!-- Made by docs/make_texts.py from the code; change the code, then make it again. -->

# Texts

What the texts of [messages](messages.md) say, and what they may say. How to change them is a guide
of its own: [Texts of messages](../guides/texts.md)."""
_ABOUT_FIELDS = """\
A field that says nothing takes its line with it."""
_ABOUT_KINDS = """\
Of fields with a stroke between them a text needs one. Locked screens show the subjects of e-mails:
they may not have `{code}`, and may say as little as you like."""
_ABOUT_EXAMPLES = """\
The program's own texts with example values, in Russian and in English. `text` is for every channel
that has none of its own; `gotovo notices texts` prints them as they are written."""


def texts_page() -> str:
    """Return the fields and the kinds of texts, with examples."""
    fields = [
        f"| `{{{name}}}` | {field.caption} | {field.empty_when or 'never'} |"
        for name, field in FIELDS.items()
    ]
    kinds = [
        f"| `{kind}` | {', '.join('/'.join(map(_field, x)) for x in rule.required)} "
        f"| {', '.join(map(_field, rule.further))} |"
        for kind, rule in KINDS.items()
    ]
    examples = [
        f"### {kind}: {use}\n\n```\n{_examples_of(kind, use)}\n```"
        for kind in KINDS
        for use in uses_of(kind)
        if kind in OWN_FOR_CHANNEL.get(use, {})
    ]
    parts = (
        _HEAD,
        "## Fields",
        _ABOUT_FIELDS,
        _table("| field | says | says nothing |", fields),
        "## Kinds",
        _ABOUT_KINDS,
        _table("| kind | has to say | may say |", kinds),
        "## Examples",
        _ABOUT_EXAMPLES,
        *examples,
    )
    return "\n\n".join(parts) + "\n"


def _table(head: str, rows: list[str]) -> str:
    return "\n".join([head, "|---|---|---|", *rows])


def _examples_of(kind: str, use: str) -> str:
    texts = (example_text(kind, language, use, default_texts()) for language in LANGUAGES)
    return "\n\n".join(texts).replace("\N{NO-BREAK SPACE}", " ")


def _field(name: str) -> str:
    return f"`{{{name}}}`"


if __name__ == "__main__":
    PAGE.write_text(texts_page(), "utf-8")
