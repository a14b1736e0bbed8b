"""Russian in Latin letters: every letter of ICAO Doc 9303, and a message in GSM-7."""

import pytest

from gotovo.notices.channels.sms.segments import is_gsm7, segments_of
from gotovo.notices.channels.sms.transliteration import latin

READY = (
    "Заказ 1945 6611 2558 готов к выдаче.\nКод получения: 123\u00a0456.\n«Кремль», ул. Баумана, "
    "д.\u00a05. Сегодня 9:00–20:00.\nХранится до 14:05 29 ноября.\n"
    "Покажите это сообщение в пункте выдачи — документ не нужен."
)


@pytest.mark.parametrize(
    ("russian", "expected"),
    [
        ("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "abvgdeezhziiklmnoprstufkhtschshshchieyeiuia"),
        ("Щука, Юля и Ёж", "Shchuka, Iulia i Ezh"),
        ("№ 5 — «да»…", 'N 5 - "da"...'),
        ("1\u00a0990\u00a0₽", "1 990 RUB"),
        ("plain 123", "plain 123"),
        ("", ""),
    ],
)
def test_letters_and_marks_have_their_latin_form(russian: str, expected: str) -> None:
    assert latin(russian) == expected


def test_a_message_takes_fewer_segments() -> None:
    written = latin(READY)
    assert is_gsm7(written)
    assert "123 456" in written
    assert (segments_of(READY).count, segments_of(written).count) == (3, 2)


def test_letters_of_other_languages_stay() -> None:
    assert latin("Әлмәт урамы") == "Әlmәt uramy"
