"""Text from outside in one form: what looks the same is the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.text import (
    ControlCharacter,
    NothingVisible,
    UnfitText,
    is_plain,
    search_key,
    several_lines,
    single_line,
    spellings,
)

ACCENTS = "\u0301\u0306\u0308\u0327"
INVISIBLE = "\u00ad\u200b\u200e\u2060\ufeff\u3164"
BLANKS = " \t\n\u00a0\u2003\u3000\u2028"
texts = st.text(
    st.sampled_from("ab1-№«éйё漢😀" + ACCENTS + INVISIBLE + BLANKS + "\u200d\ufe0f")
    | st.characters()
)
words = st.text(st.sampled_from("abcабвё12-№«»"), min_size=1)


def normal(text: str) -> str:
    try:
        return single_line(text)
    except UnfitText:
        return ""


@given(texts)
def test_a_text_in_its_form_stays_as_it_is(text: str) -> None:
    once = normal(text)
    assert normal(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == " ".join(once.split())


@given(texts)
def test_a_text_of_several_lines_in_its_form_stays_as_it_is(text: str) -> None:
    try:
        once = several_lines(text)
    except UnfitText:
        return
    assert several_lines(once) == once
    assert "\r" not in once
    assert "\n\n\n" not in once
    # A line of its own may be nothing visible; together with others it stays.
    assert [line for line in once.split("\n") if normal(line) not in {line, ""}] == []


@given(words, st.sampled_from(["NFC", "NFD"]), st.data())
def test_what_looks_the_same_is_the_same(text: str, form: str, data: st.DataObject) -> None:
    composed = unicodedata.normalize(form, text)  # pyright: ignore[reportArgumentType]
    place = data.draw(st.integers(0, len(composed)))
    hidden = composed[:place] + data.draw(st.sampled_from(INVISIBLE)) + composed[place:]
    around = data.draw(st.sampled_from(BLANKS))
    assert single_line(f"{around}{hidden}{around}") == single_line(text)


@given(texts)
def test_a_plain_text_needs_no_change_but_of_its_blanks(text: str) -> None:
    if is_plain(text):
        assert single_line(text) == " ".join(text.split(" ")).strip() or "  " in text
        assert single_line(text).split() == text.split()


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("  Анна   Ивановна ", "Анна Ивановна"),
        ("Йод 5\u00a0мл", "Йод 5 мл"),
        ("И\u0306од", "Йод"),
        ("MUG\u200b-RED\ufeff", "MUG-RED"),
        ("MUG\u200d-RED\ufe0f", "MUG-RED"),
        ("line\r\nbreak\tand tab", "line break and tab"),
        ("\u202ecixot\u202c", "cixot"),
        ("👩\u200d👩\u200d👧 ❤\ufe0f", "👩\u200d👩\u200d👧 ❤\ufe0f"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("   ", ""),
        ("", ""),
    ],
)
def test_a_name_is_one_line_without_what_shows_nothing(typed: str, text: str) -> None:
    assert single_line(typed) == text


def test_a_comment_keeps_its_lines() -> None:
    typed = " После  шести.\r\n\r\n\r\n\r\nДомофон\u00a0 12\u2028не работает "
    assert several_lines(typed) == "После шести.\n\nДомофон 12\nне работает"


@pytest.mark.parametrize("text", ["a\x07b", "\x1b[31m", "\x7f", "a\x80b", "\ud800", "\x1c"])
def test_a_control_character_does_not_fit(text: str) -> None:
    with pytest.raises(ControlCharacter):
        single_line(text)


@pytest.mark.parametrize("text", ["\u200b", " \ufeff ", "\u3164", "\u2800", "\u0301", "\u200d"])
def test_a_text_that_shows_nothing_does_not_fit(text: str) -> None:
    with pytest.raises(NothingVisible):
        single_line(text)


@given(words, st.booleans())
def test_a_search_ignores_case_and_how_yo_is_written(
    text: str,
    is_upper: bool,  # noqa: FBT001
) -> None:
    typed = unicodedata.normalize("NFD", text.upper() if is_upper else text).replace("ё", "е")
    assert search_key(typed) == search_key(text)
    assert search_key("«Ёлка  ПУШИСТАЯ»") == search_key("елка пушистая")


@given(st.text("еёЕЁa-1", max_size=12))
def test_the_spellings_of_a_text_are_those_of_yo(text: str) -> None:
    found = spellings(text)
    assert found[0] == text
    assert len(set(found)) == len(found) <= 65
    assert {each.translate(str.maketrans("ёЁ", "еЕ")) for each in found} == {
        text.translate(str.maketrans("ёЁ", "еЕ"))
    }


def test_every_spelling_of_a_name_is_found() -> None:
    assert set(spellings("ель-ё")) == {"ель-ё", "ёль-ё", "ель-е", "ёль-е"}
