"""A text is checked before it is used, and what is filled in is never looked at again."""

import pytest

from gotovo.notices.rules import Purpose
from gotovo.notices.texts.text_fields import EACH, FIELDS, KINDS, SUBJECT, TEXT
from gotovo.notices.texts.text_template import (
    CHARACTERS_MAX,
    TextError,
    TextTemplate,
    clean_value,
    read_text,
)
from gotovo.words.language import Language

READY = "Заказ {number}. Код получения {code}.\n{address}, {hours}\nДо {deadline}"
VALUES = {
    "number": "1234 5678 9012",
    "code": "123 456",
    "address": "Казань, ул. Баумана, 44",
    "hours": "10–21",
    "deadline": "8 декабря, 21:00",
}


def read(
    text: str, kind: str = Purpose.READY, use: str = TEXT, language: Language = "ru"
) -> TextTemplate:
    """Read a text of a file that is called `ru.toml`."""
    return read_text(text, kind, use, language, f"ru.toml: {kind}.{use}")


def refused(
    text: str, kind: str = Purpose.READY, use: str = TEXT, language: Language = "ru"
) -> str:
    """Return why a text is refused."""
    with pytest.raises(TextError) as error:
        read(text, kind, use, language)
    told = {language: error.value.told(language) for language in ("ru", "en")}
    assert told["ru"] != told["en"]
    assert str(error.value) == told["en"]
    return told["en"]


def test_fields_are_filled_in() -> None:
    assert read(READY).filled(VALUES) == (
        "Заказ 1234 5678 9012. Код получения 123 456.\n"
        "Казань, ул. Баумана, 44, 10–21\n"
        "До 8 декабря, 21:00"
    )


def test_two_braces_in_a_row_stand_for_one() -> None:
    text = read("Заказ {{{number}}}: {refunded}", Purpose.REFUNDED)
    assert text.filled({"number": "1", "refunded": "2 ₽"}) == "Заказ {1}: 2 ₽"


def test_braces_in_what_is_filled_in_are_no_fields() -> None:
    values = {**VALUES, "address": "{code} {0.__class__} {{}} %s"}
    assert "{code} {0.__class__} {{}} %s, 10–21" in read(READY).filled(values)


def test_what_is_filled_in_controls_nothing() -> None:
    assert clean_value("ул.\nБаумана\x1b[2J\u202e, 44\x00") == "ул. Баумана [2J , 44 "


def test_a_line_falls_away_when_a_field_says_nothing() -> None:
    assert read(READY).filled({**VALUES, "address": ""}).count("\n") == 1


def test_a_line_may_have_another_wording_for_that() -> None:
    text = read(
        "Заказ {number} придёт позже.\nПривезём до {promised_until} || Когда, сообщим",
        Purpose.PROMISE_MOVED,
    )
    late, unknown = (text.filled({"number": "1", "promised_until": x}) for x in ("19:00", ""))
    assert late.endswith("\nПривезём до 19:00")
    assert unknown.endswith("\nКогда, сообщим")


@pytest.mark.parametrize(
    "field",
    [
        "{code.__class__}",
        "{code[0]}",
        "{code!r}",
        "{code:>9}",
        "{code:{number}}",
        "{}",
        "{0}",
        "{Code}",
        "{ code }",
    ],
)
def test_nothing_but_a_name_may_stand_in_braces(field: str) -> None:
    why = refused(READY + "\n" + field)
    assert why.startswith("ru.toml: ready.text: {")
    assert "Expected nothing but the name of a field in braces." in why


@pytest.mark.parametrize("text", ["{number", "number}", "{number}}", "{{number}", "{"])
def test_a_brace_without_its_other_one_is_refused(text: str) -> None:
    why = refused(f"{READY}\n{text}")
    assert repr(text) in why
    assert "Expected a closing brace for each opening one" in why


def test_an_unknown_field_is_refused_with_those_there_are() -> None:
    why = refused(READY + "\n{phone}")
    assert "{phone}: Expected one of {number}, {code}, {address}" in why


def test_a_field_of_another_kind_is_unknown() -> None:
    assert "{sum}: Expected one of" in refused(READY + "\n{sum}")


@pytest.mark.parametrize("field", ["number", "code", "address", "hours", "deadline"])
def test_the_ready_message_has_to_say_what_is_needed_at_the_point(field: str) -> None:
    why = refused(READY.replace(f"{{{field}}}", "…"))
    assert why.startswith(f"ru.toml: ready.text: Expected {{{field}}}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_refuses_a_text_that_says_nothing(kind: str) -> None:
    assert "Expected {" in refused("Здравствуйте!", kind)


def test_what_has_to_be_said_may_not_fall_away_with_something_else() -> None:
    """A closed point, or none, would otherwise take the code with it."""
    why = refused(READY.replace("{code}.\n", "{code}, "))
    assert "{number}: Expected a line that stays when the point is not known" in why
    kept = READY.replace("{code}.\n", "{code}, ").replace(
        "{hours}\n", "{hours} || Заказ {number}. Код получения {code}\n"
    )
    assert "123 456" in read(kept).filled({**VALUES, "address": "", "hours": ""})


@pytest.mark.parametrize(
    ("line", "language"),
    [("Код {code}", "ru"), ("{code} – сообщите его", "ru"), ("Your code is {code}", "en")],
)
def test_a_code_never_stands_without_what_it_is_for(line: str, language: Language) -> None:
    why = refused(READY.replace("Код получения {code}.", f"\n{line}\n"), language=language)
    assert "{code}: Expected what the code is for in the same line" in why


def test_another_wording_of_a_line_has_to_say_it_too() -> None:
    line = "Код получения {code} в пункте {point} || Код {code}"
    assert "{code}: Expected what" in refused(READY.replace("Код получения {code}.", f"\n{line}\n"))


def test_locked_screens_show_no_code() -> None:
    why = refused("Заказ {number}, код получения {code}", use=SUBJECT)
    assert "{code}: Expected no code where locked screens show it." in why


def test_control_characters_are_refused() -> None:
    assert "Expected no control characters." in refused(READY + "\x1b[2J")


def test_a_text_has_an_end() -> None:
    assert f"at most {CHARACTERS_MAX} characters" in refused(READY + "x" * CHARACTERS_MAX)


def test_an_empty_subject_is_refused() -> None:
    assert "Expected a text, not nothing." in refused(" \n ", use=SUBJECT)


def test_every_field_belongs_to_a_kind() -> None:
    assert {name for kind in KINDS.values() for name in kind.names} == set(FIELDS)


def test_the_line_of_an_order_has_its_code() -> None:
    assert "Expected {code}" in refused("{number}, {deadline}", EACH)
