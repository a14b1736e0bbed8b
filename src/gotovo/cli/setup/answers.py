"""What a person says about a new installation, in a file or when asked: a section a step."""

import sys
import tomllib
from collections.abc import Callable, Collection, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import msgspec
from msgspec import Struct, structs

from gotovo.cli.context import print_status
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.setup.questions import (
    CHARACTERS_MAX,
    NEEDS,
    OFFERS,
    RARE,
    SECTIONS,
    Question,
    questions_of,
)
from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid, pmsgid

S = TypeVar("S", bound=Struct)
T = TypeVar("T")

_YES: Final = pmsgid("answer", "yes")
_NO: Final = pmsgid("answer", "no")
_SHOWN_CHARACTERS_MAX: Final = 60


class Fault(Struct, frozen=True):
    """A wrong answer of a section; without `expected`, its question says what was expected."""

    name: str
    value: object
    expected: str = ""


class WrongAnswers(Exception):
    """Answers of a section that cannot be."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults: Final = faults


class NobodyAnswers(Exception):
    """Questions were asked, and there is nobody at the terminal, or somebody pressed Ctrl-C."""

    def __init__(self, *, is_interrupted: bool) -> None:
        super().__init__()
        self.is_interrupted: Final = is_interrupted


class Answers(Protocol):
    """Where the answers come from."""

    def section(self, name: str, kind: type[S], make: Callable[[S], T]) -> T | None:
        """Return what `make` makes of a section's answers, None where there are none.

        `make` raises WrongAnswers for what cannot be.
        """
        ...


class FileAnswers:
    """Answers from a TOML file: a table for each step."""

    def __init__(self, file: Path, words: Translator) -> None:
        """Read the file; raise WrongUsage for what is no TOML or no answer."""
        self._file = file
        self._words = words
        try:
            self._given: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        except OSError as error:
            raise WrongUsage(f"--answers: {file}: {error.strerror}") from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise WrongUsage(f"--answers: {file}: {error}") from error
        unknown = sorted(self._given.keys() - SECTIONS.keys())
        if unknown:
            raise WrongUsage(f"{file}: {unknown[0]}: {_unknown(words, SECTIONS)}")
        for name, kind in SECTIONS.items():
            self.section(name, kind, lambda _: None)

    def has(self, name: str) -> bool:
        """Return whether the file has a section of that name."""
        return name in self._given

    def section(self, name: str, kind: type[S], make: Callable[[S], T]) -> T | None:
        """Return what is made of a table, None where the file has none of that name."""
        if name not in self._given:
            return None
        given = self._given[name]
        if not isinstance(given, dict):
            expected = self._words.gettext("expected a table, {table}", table=f"[{name}]")
            raise WrongUsage(f"{self._file}: {name}: {given!r}: {expected}")
        fields = [each.name for each in structs.fields(kind)]
        unknown = sorted(given.keys() - set(fields))
        if unknown:
            told = _unknown(self._words, fields)
            raise WrongUsage(f"{self._file}: {name}.{unknown[0]}: {told}")
        try:
            return make(_converted(kind, given, strict=True))
        except WrongAnswers as error:
            told = "; ".join(fault_sentences(self._words, name, kind, error.faults))
            raise WrongUsage(f"{self._file}: {told}") from error


class AskedAnswers:
    """Answers that a person types, with defaults; only what is wrong is asked for again."""

    def __init__(self, words: Translator) -> None:
        """Ask in the language of `words`."""
        self._words = words

    def section(self, name: str, kind: type[S], make: Callable[[S], T]) -> T | None:
        """Ask for a section unless the person leaves it for later; raise NobodyAnswers."""
        if not self._agrees(self._words.gettext(OFFERS[name]), default=name not in RARE):
            return None
        given: dict[str, str] = {}
        asked = list(questions_of(kind))
        while True:
            for question in asked:
                given[question.name] = self._answer(question, given)
            try:
                return make(_converted(kind, given, strict=False))
            except WrongAnswers as error:
                for line in fault_sentences(self._words, name, kind, error.faults):
                    print_status(f"  {line}")
                wrong = {fault.name for fault in error.faults}
                asked = [each for each in questions_of(kind) if each.name in wrong]

    def _answer(self, question: Question, given: Mapping[str, str]) -> str:
        """Return what is typed; a question without a default is asked until it has an answer."""
        needed = NEEDS.get(question.name)
        if needed is not None and not given[needed]:
            return ""
        while True:
            typed = _typed(f"  {question.text(self._words)}", question.default or "")
            if typed or question.default is not None:
                return typed
            told = self._words.gettext("This one needs an answer.")
            print_status(f"  {told}")

    def _agrees(self, question: str, *, default: bool) -> bool:
        """Return whether the person says yes; answers in English are understood as well."""
        yes, no = (self._words.pgettext("answer", each) for each in (_YES, _NO))
        choices = f"[{yes.upper()}/{no}]" if default else f"[{yes}/{no.upper()}]"
        while True:
            typed = _typed(f"{question}? {choices}", "").casefold()
            if not typed:
                return default
            if any(word.startswith(typed) for word in (yes, _YES)):
                return True
            if any(word.startswith(typed) for word in (no, _NO)):
                return False
            expected = self._words.gettext("expected: {choices}", choices=choices)
            print_status(f"  {typed[:_SHOWN_CHARACTERS_MAX]!r}: {expected}")


def ask_language(languages: Collection[Language]) -> str:
    """Ask which language the set-up speaks, where the terminal does not tell; the first if empty.

    Raises NobodyAnswers.
    """
    first, *_ = languages
    question = " · ".join(Translator(each).gettext("Language") for each in languages)
    while True:
        typed = _typed(f"{question} ({', '.join(languages)})", first).casefold()
        if typed in languages:
            return typed


def fault_sentences(
    words: Translator, section: str, kind: type[Struct], faults: Collection[Fault]
) -> list[str]:
    """Return a sentence for each wrong answer: its field, its value and what is expected."""
    questions = {each.name: each for each in questions_of(kind)}
    return [
        words.gettext(
            "{field}: {value}: expected: {expected}",
            field=f"{section}.{fault.name}",
            value=_shown(fault.value),
            expected=words.gettext(fault.expected, number=CHARACTERS_MAX)
            if fault.expected
            else questions[fault.name].text(words),
        )
        for fault in faults
    ]


def _typed(question: str, default: str) -> str:
    """Return what is typed after a question on stderr, or its default; raise NobodyAnswers."""
    shown = f"{question} [{default}]: " if default else f"{question}: "
    try:
        with redirect_stdout(sys.stderr):
            return input(shown).strip() or default
    except EOFError as error:
        raise NobodyAnswers(is_interrupted=False) from error
    except KeyboardInterrupt as error:
        raise NobodyAnswers(is_interrupted=True) from error


def _unknown(words: Translator, known: Collection[str]) -> str:
    return words.gettext("unknown; expected one of {known}", known=", ".join(known))


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN_CHARACTERS_MAX else f"{shown[:_SHOWN_CHARACTERS_MAX]}…"


_MISSING: Final = msgid("an answer, and there is none")
_TOO_LONG: Final = msgid("at most {number} characters")


def _converted(kind: type[S], given: Mapping[str, Any], *, strict: bool) -> S:
    """Return the answers of a section; raise WrongAnswers for each that cannot be."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in structs.fields(kind):
        value = given.get(field.name)
        if value is None:
            if field.required:
                faults.append(Fault(field.name, "", _MISSING))
            continue
        try:
            values[field.name] = msgspec.convert(value, field.type, strict=strict)
        except msgspec.ValidationError:
            is_long = isinstance(value, str) and len(value) > CHARACTERS_MAX
            faults.append(Fault(field.name, value, _TOO_LONG if is_long else ""))
    if faults:
        raise WrongAnswers(*faults)
    return kind(**values)
