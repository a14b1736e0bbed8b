"""An operator's file is read as a whole, and all that is wrong with it is told at once."""

import pytest

from gotovo.notices.rules import ChannelName, Purpose
from gotovo.notices.texts.message_texts import default_texts
from gotovo.notices.texts.own_texts import read_own_texts
from gotovo.notices.texts.text_fields import EACH, SUBJECT, TEXT

OWN = """
[being_issued]
text = "Заказ {number} выдают"
sms = "Выдаём {number}"
subject = "Выдача"
"""


def wrong(source: str) -> list[str]:
    """Return what is wrong with a file."""
    return [str(each) for each in read_own_texts(source, "ru", "ru.toml").errors]


def test_own_texts_take_the_place_of_the_programs() -> None:
    own = read_own_texts(OWN, "ru", "ru.toml")
    assert own.errors == []
    texts, values = default_texts().with_own(own.templates), {"number": "1"}
    for use, told in ((TEXT, "Заказ 1 выдают"), (ChannelName.SMS, "Выдаём 1"), (SUBJECT, "Выдача")):
        assert texts.of("ru", Purpose.BEING_ISSUED, use).filled(values) == told
    telegram = texts.of("ru", Purpose.BEING_ISSUED, ChannelName.TELEGRAM)
    assert telegram.filled(values) == "Заказ 1 выдают"
    assert texts.of("en", Purpose.BEING_ISSUED, TEXT) == default_texts().of(
        "en", Purpose.BEING_ISSUED, TEXT
    )


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("[ready", "ru.toml: Expected a file in TOML: "),
        ('[redy]\ntext = "x"', "ru.toml: redy: Expected a kind of message, one of part_paid, "),
        ('ready = "x"', "ru.toml: ready: Expected a table of texts."),
        ('[refunded]\nfax = "x"', "ru.toml: refunded.fax: Expected what the text is for, one of"),
        ("[refunded]\ntext = 1", "ru.toml: refunded.text: Expected a text in quotation marks."),
        (f'[{EACH}]\nsubject = "x"', f"ru.toml: {EACH}.subject: Expected what the text is for"),
        ('[refunded]\nsubject = "a\\nb"', "ru.toml: refunded.subject: Expected a single line."),
        ('[refunded]\ntext = "{x.y}"', "ru.toml: refunded.text: {x.y}: Expected nothing but"),
        ("a = " + "[" * 10_000, "ru.toml: Expected a file in TOML: "),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_place(source: str, named: str) -> None:
    (why,) = wrong(source)
    assert why.startswith(named)


def test_all_errors_are_told_at_once() -> None:
    texts = '[redy]\ntext = "x"\n[refunded]\ntext = "x"\nsms = "{y}"\n'
    assert len(wrong(texts)) == 3
