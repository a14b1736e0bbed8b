"""Every sentence is there in Russian, whole and with all its values, and none is left over."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import gotovo
from gotovo.words.translations import PageTranslator, Translator, tie_short_words
from tests.tidy.tree import ROOT

SOURCES = Path(gotovo.__file__).parent
KEYWORDS = {
    "_": None,
    "gettext": None,
    "pgettext": ((1, "c"), 2),
    "ngettext": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "msgid": None,
    "pmsgid": ((1, "c"), 2),
}
METHODS = {".html": "jinja2.ext:babel_extract", ".py": "python", ".ts": "javascript"}
FRONTEND = ROOT / "frontend/src"
PLURALS = 3
LATIN_NAMES = (
    r"X-Gotovo-Client|Esc|cookie|/staff|"
    r"\{\w+\}|Gotovo|HEIC|JPEG|PNG|WebP|JSON|CSV|UTC|UTF-8|POST|Idempotency-Key|If-Match|ETag"
    r"|Authorization|Bearer|Host|PostgreSQL|https|APP-|iPhone|iPad|Telegram|Kannel|SMS|QR|/stop"
    r"|Node|JavaScript|frontend/build again"
)

Key = tuple[str | None, str | tuple[str, ...]]
"""A context and a sentence, or both numbers of one."""


@cache
def used() -> frozenset[Key]:
    """Return every sentence of the code and the templates."""
    return frozenset(
        (context, message)
        for file in (*SOURCES.rglob("*"), *FRONTEND.rglob("*"))
        if file.suffix in METHODS and not file.name.endswith(".d.ts")
        for _line, message, _comments, context in extract_from_file(
            METHODS[file.suffix], str(file), keywords=KEYWORDS
        )
    )


def russian() -> Catalog:
    with (SOURCES / "words" / "ru.po").open("rb") as file:
        return read_po(file, locale="ru", abort_invalid=True)


def forms_of(message: Message) -> tuple[str, ...]:
    """Return the Russian forms of a sentence: one, or one a plural."""
    string = message.string
    return (string,) if isinstance(string, str) else tuple(string or ())


def pairs() -> Iterator[tuple[str, str]]:
    """Return each English sentence with each of its Russian forms."""
    for message in russian():
        english = message.id if isinstance(message.id, str) else message.id[1]
        for form in forms_of(message):
            if english:
                yield english, form


def placeholders(sentence: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name}


def test_every_sentence_is_translated_and_no_translation_is_left_over() -> None:
    known = {(m.context, m.id if isinstance(m.id, str) else tuple(m.id)) for m in russian() if m.id}
    assert used() - known == frozenset()
    assert known - used() == frozenset()


def test_every_translation_is_written_and_not_marked_as_a_guess() -> None:
    for message in russian():
        forms = forms_of(message)
        assert all(forms), message.id
        assert not message.id or not message.fuzzy, message.id
        assert isinstance(message.id, str) or len(forms) == PLURALS, message.id


def test_no_sentence_is_translated_twice() -> None:
    """Babel would keep the last translation and say nothing."""
    file = (SOURCES / "words" / "ru.po").read_text("utf-8")
    entries = [re.split(r"(?m)^msgstr", entry)[0] for entry in file.split("\n\n")]
    keys = [re.sub(r"(?m)^#.*\n?", "", entry) for entry in entries]
    assert len(keys) == len(set(keys))


def test_a_translation_has_the_same_values_as_its_sentence() -> None:
    for english, form in pairs():
        assert placeholders(form) == placeholders(english), english


def test_a_sentence_and_its_translation_end_alike() -> None:
    """A full stop more or less would show where sentences are joined."""
    for english, form in pairs():
        ending = form.removesuffix("шт.")[-1:]
        assert (english[-1] in ".?!…:") == (ending in ".?!…:"), (english, form)


def test_russian_uses_its_own_quotation_marks_and_dashes() -> None:
    assert [form for _, form in pairs() if '"' in form or " - " in form or "--" in form] == []


def test_russian_sentences_hold_no_latin_words_but_names() -> None:
    for english, form in pairs():
        if re.search(r"[а-яё]", form):
            bare = re.sub(rf"{LATIN_NAMES}|`\w+`", "", form)
            assert not re.search(r"[A-Za-z]{2,}", bare), (english, form)


def test_short_words_and_dashes_do_not_stand_alone_at_the_end_or_the_beginning_of_a_line() -> None:
    assert tie_short_words("не ушёл в пункт — ждёт") == "не\xa0ушёл в\xa0пункт\xa0— ждёт"
    assert tie_short_words("тем же способом") == "тем же способом"


@pytest.mark.parametrize(
    ("sentence", "tied"),
    [
        ("{number} attempts left.", "{number}\xa0attempts left."),
        ("It works once, for {minutes} minutes.", "It works once, for {minutes}\xa0minutes."),
        ("After {days} days, sign in.", "After {days}\xa0days, sign in."),
        ("it has 12 digits, and", "it has 12\xa0digits, and"),
        ("Никто за последние 90 дней.", "Никто за\xa0последние 90\xa0дней."),
        ("1234 5678 9012", "1234 5678 9012"),
        ("{phone} is signed in", "{phone} is signed in"),
        ("{day} – {number}", "{day} – {number}"),
    ],
)
def test_a_number_stands_on_the_line_of_what_it_counts(sentence: str, tied: str) -> None:
    assert tie_short_words(sentence) == tied


def test_every_number_of_a_page_is_tied_whatever_its_name() -> None:
    unit = re.compile(
        r"(\{\w+\}|\d) (?:minute|hour|day|digit|attempt|минут|час|день|дня|дней|сут|цифр|попыт)"
    )
    for english, form in pairs():
        for sentence in (english, form):
            assert not unit.search(tie_short_words(sentence)), sentence


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1\xa0посылка"), (3, "3\xa0посылки"), (11, "11\xa0посылок"), (21, "21\xa0посылка")],
)
def test_counts_take_their_russian_form(number: int, text: str) -> None:
    assert PageTranslator("ru").ngettext("{number} parcel", "{number} parcels", number) == text


def test_values_are_escaped_on_a_page_and_left_alone_in_a_message() -> None:
    assert PageTranslator("en")("Reason: {reason}.", reason="<b>") == "Reason: &lt;b&gt;."
    assert Translator("en").gettext("Reason: {reason}.", reason="<b>") == "Reason: <b>."


def test_a_value_that_is_missing_is_an_error_and_not_a_hole_in_a_sentence() -> None:
    with pytest.raises(KeyError):
        PageTranslator("ru")("Reason: {reason}.")
    with pytest.raises(KeyError):
        Translator("ru").gettext("Reason: {reason}.")
