"""A text as a template: lines with fields in braces, parsed and checked once, filled in often.

A line falls away when one of its fields says nothing; behind `||` it may have another wording for
that. What is filled in is data: braces in it are not looked at. Nothing but the name of a field may
stand in braces, so that a text can't reach into the program.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from string import Formatter
from typing import Final

from msgspec import Struct
from typing_extensions import override

from gotovo.notices.texts.text_fields import CODE, FIELDS, names_of, required_of, shows_code
from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid, pmsgid

OTHERWISE: Final = "||"
"""Stands between the wordings of a line; the first one whose fields all say something is used."""

CHARACTERS_MAX: Final = 2_000
"""Of a text with its fields unfilled: some thirty segments, more than anybody reads on a phone."""

CODE_WORDS: Final = pmsgid("what a code is for", "pick-up, pick up, pickup, collect, hand-over")
"""Beginnings of words that say what a pick-up code is for; one has to stand in its line."""

_CONTROLS: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_NAME: Final = re.compile(r"[a-z_]+")


class TextError(Exception):
    """A text is wrong; it names the place, the field and what was expected, in each language."""

    def __init__(self, place: str, sentence: str, **values: str) -> None:
        super().__init__(place, sentence)
        self.place = place
        self.sentence = sentence
        self.values = values

    @override
    def __str__(self) -> str:
        return self.told("en")

    def told(self, language: Language) -> str:
        """Return the place and what is wrong there."""
        translator = Translator(language)
        values = dict(self.values)
        if when := values.get("when"):
            values["when"] = translator.gettext(when)
        return f"{self.place}: {translator.gettext(self.sentence, **values)}"


class TextWording(Struct, frozen=True):
    """One wording of a line: literal text, and the field that follows it, empty for none."""

    pieces: tuple[tuple[str, str], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of its fields."""
        return tuple(name for _, name in self.pieces if name)

    @property
    def literal(self) -> str:
        """Return what stands around the fields."""
        return " ".join(literal for literal, _ in self.pieces)

    def filled(self, values: Mapping[str, str]) -> str:
        """Return it with its fields filled in."""
        return "".join(literal + values.get(name, "") for literal, name in self.pieces)


class TextTemplate(Struct, frozen=True):
    """The lines of a text, each with its wordings in the order in which they are tried.

    `source` is the text as it was written.
    """

    lines: tuple[tuple[TextWording, ...], ...]
    source: str

    @property
    def fields(self) -> frozenset[str]:
        """Return the names of all fields."""
        return frozenset(name for each in self.lines for one in each for name in one.fields)

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text; fields that say nothing are empty or missing."""
        present = frozenset(name for name, value in values.items() if value)
        return "\n".join(each.filled(values) for each in self.chosen(present))

    def chosen(self, present: frozenset[str]) -> Iterator[TextWording]:
        """Return the wording of each line that is left with these fields."""
        for wordings in self.lines:
            fitting = (each for each in wordings if present.issuperset(each.fields))
            if (wording := next(fitting, None)) is not None:
                yield wording


def clean_value(value: str) -> str:
    """Return a value without line breaks and other characters that control something."""
    return _CONTROLS.sub(" ", value.replace("\n", " "))


def read_text(text: str, kind: str, use: str, language: Language, place: str) -> TextTemplate:
    """Return the template of a kind for a use; raise TextError for a wrong one.

    `place` is where it stands, for the error.
    """
    if len(text) > CHARACTERS_MAX:
        sentence = msgid("Expected at most {limit} characters, not {found}.")
        raise TextError(place, sentence, limit=str(CHARACTERS_MAX), found=str(len(text)))
    if _CONTROLS.search(text):
        raise TextError(place, msgid("Expected no control characters."))
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    template = TextTemplate(
        tuple(
            tuple(_wording(each.strip(), place) for each in line.split(OTHERWISE)) for line in lines
        ),
        "\n".join(lines),
    )
    _check_names(template, kind, use, place)
    _check_code(template, language, place)
    _check_required(template, required_of(kind, use), place)
    if not template.lines:
        raise TextError(place, msgid("Expected a text, not nothing."))
    return template


def _wording(text: str, place: str) -> TextWording:
    pieces: list[tuple[str, str]] = []
    try:
        for literal, name, spec, conversion in Formatter().parse(text):
            if name is not None and (spec or conversion or not _NAME.fullmatch(name)):
                sentence = msgid("{field}: Expected nothing but the name of a field in braces.")
                raise TextError(place, sentence, field=_written(name, spec, conversion))
            pieces.append((literal, name or ""))
    except ValueError:
        sentence = msgid(
            "{line}: Expected a closing brace for each opening one. Two in a row stand for a brace."
        )
        raise TextError(place, sentence, line=repr(text)) from None
    return TextWording(tuple(pieces))


def _written(name: str, spec: str | None, conversion: str | None) -> str:
    shown = f"{name}!{conversion}" if conversion else name
    return braced(f"{shown}:{spec}" if spec else shown)


def braced(name: str) -> str:
    """Return a field as it stands in a text."""
    return f"{{{name}}}"


def _check_names(template: TextTemplate, kind: str, use: str, place: str) -> None:
    known = names_of(kind, use)
    for name in sorted(template.fields):
        if name == CODE and not shows_code(use):
            sentence = msgid("{field}: Expected no code where locked screens show it.")
            raise TextError(place, sentence, field=braced(name))
        if name not in known:
            sentence = msgid("{field}: Expected one of {known}.")
            listed = ", ".join(map(braced, known))
            raise TextError(place, sentence, field=braced(name), known=listed)


def _check_code(template: TextTemplate, language: Language, place: str) -> None:
    """Refuse a code without what it is for."""
    words = Translator(language).pgettext("what a code is for", CODE_WORDS)
    beginnings = tuple(word.strip() for word in words.split(","))
    for wording in (each for line in template.lines for each in line):
        said = wording.literal.lower()
        if CODE in wording.fields and not any(word in said for word in beginnings):
            sentence = msgid(
                "{field}: Expected what the code is for in the same line, by one of: {known}."
            )
            raise TextError(place, sentence, field=braced(CODE), known=words)


def _check_required(
    template: TextTemplate, required: Sequence[tuple[str, ...]], place: str
) -> None:
    """Refuse a text without what it has to say, also when others of its fields say nothing."""
    for group in required:
        if not template.fields.intersection(group):
            sentence = msgid("Expected {field}, which a text of this kind has to say.")
            raise TextError(place, sentence, field="/".join(map(braced, group)))
    reasons = sorted({FIELDS[name].empty_when for name in template.fields} - {""})
    for missing in (x for count in range(len(reasons) + 1) for x in combinations(reasons, count)):
        present = frozenset(x for x in template.fields if FIELDS[x].empty_when not in missing)
        said = {name for wording in template.chosen(present) for name in wording.fields}
        for group in required:
            if present.intersection(group) and not said.intersection(group):
                sentence = msgid(
                    "{field}: Expected a line that stays {when}: one of its own, or with another "
                    "wording behind ||."
                )
                raise TextError(place, sentence, field=braced(group[0]), when=missing[0])
