"""Every sentence of pages and messages is there in Russian, whole and with all its values."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import gotovo
from gotovo.words.translations import Translator, tie_short_words

SOURCES = Path(gotovo.__file__).parent
ROOMS = ("web", "notices")
KEYWORDS = {"_": None, "count": (1, 2), "msgid": None, "plain": None, "say": None}
PLURALS = 3

Said = str | tuple[str, ...]


def used_sentences() -> set[Said]:
    """Return every sentence that the code and the templates say."""
    found: set[Said] = set()
    for room in ROOMS:
        for file in (SOURCES / room).rglob("*"):
            method = {".html": "jinja2.ext:babel_extract", ".py": "python"}.get(file.suffix)
            if method:
                extracted = extract_from_file(method, str(file), keywords=KEYWORDS)
                found |= {message for _line, message, _comments, _context in extracted}
    return found


def translations() -> Catalog:
    """Return the Russian catalogue."""
    with (SOURCES / "words" / "ru.po").open("rb") as file:
        return read_po(file, locale="ru")


def forms_of(message: Message) -> tuple[str, ...]:
    """Return the Russian forms of a sentence: one, or one a plural."""
    said = message.string
    return (said,) if isinstance(said, str) else tuple(said or ())


def pairs() -> Iterator[tuple[str, str]]:
    """Return each English sentence with each of its Russian forms."""
    for message in translations():
        english = message.id if isinstance(message.id, str) else message.id[1]
        for form in forms_of(message):
            yield english, form


def placeholders(sentence: str) -> set[str]:
    """Return the names of the values in a sentence."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name}


def test_every_sentence_is_translated_and_no_translation_is_left_over() -> None:
    known = {m.id if isinstance(m.id, str) else tuple(m.id) for m in translations() if m.id}
    assert used_sentences() == known


def test_every_translation_is_written_and_not_marked_as_a_guess() -> None:
    for message in translations():
        forms = forms_of(message)
        assert all(forms), message.id
        assert not message.id or not message.fuzzy, message.id
        assert isinstance(message.id, str) or len(forms) == PLURALS, message.id


def test_a_translation_names_the_same_values_as_its_sentence() -> None:
    for english, russian in pairs():
        assert placeholders(russian) == placeholders(english), english


def test_russian_uses_its_own_quotation_marks() -> None:
    assert not [russian for _, russian in pairs() if '"' in russian]


def test_russian_sentences_hold_no_latin_words_but_names() -> None:
    for english, russian in pairs():
        if english:
            bare = re.sub(r"\{\w+\}|Gotovo|JPEG|PNG|WebP", "", russian)
            assert not re.search(r"[A-Za-z]{2,}", bare), russian


def test_short_words_and_dashes_do_not_stand_alone_at_the_end_or_the_beginning_of_a_line() -> None:
    assert tie_short_words("не ушёл в пункт — ждёт") == "не\xa0ушёл в\xa0пункт\xa0— ждёт"
    assert tie_short_words("тем же способом") == "тем же способом"


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1\xa0посылка"), (3, "3\xa0посылки"), (11, "11\xa0посылок"), (21, "21\xa0посылка")],
)
def test_counts_take_their_russian_form(number: int, said: str) -> None:
    assert Translator("ru").count("{number} parcel", "{number} parcels", number) == said


def test_values_are_escaped_on_a_page_and_left_alone_in_a_message() -> None:
    words = Translator("en")
    assert words("Reason: {reason}.", reason="<b>") == "Reason: &lt;b&gt;."
    assert words.plain("Reason: {reason}.", reason="<b>") == "Reason: <b>."
