"""A wrong code page is seen in a few texts of the file."""

from io import BytesIO

import pytest

from gotovo.exchange.imports.files.decoded_sample import SAMPLE_TEXTS, decoded_sample
from gotovo.exchange.imports.files.table import FileFormat, detect_table

TEXT = (
    "external_id;placed_at;Покупатель\n"
    "a;2024-01-05;пётр\n"
    "b;2024-01-05;Пётр Иванов\n"
    "c;2024-01-05;Анна Сергеевна Смирнова\n"
    "d;2024-01-05;Юлия\n"
)


def sample(data: bytes, encoding: str = "") -> tuple[str, ...]:
    file = BytesIO(data)
    return decoded_sample(file, detect_table(file, FileFormat("orders.csv", encoding)))


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "mac-cyrillic"])
def test_texts_with_capitals_come_first(encoding: str) -> None:
    expected = ("Пётр Иванов", "Анна Сергеевна Смирнова", "Юлия")
    assert sample(TEXT.encode(encoding)) == expected
    assert len(expected) == SAMPLE_TEXTS


def test_a_stated_encoding_is_shown_as_well() -> None:
    assert sample(TEXT.encode("mac-cyrillic"), "cp1251")[0] != "Пётр Иванов"


def test_long_texts_are_cut() -> None:
    (text, *_) = sample(f"external_id;Примечание\na;{'Ж' + 'ж' * 60}\n".encode("cp1251"), "cp1251")
    assert text == "Ж" + "ж" * 39 + "…"


def test_a_text_does_nothing_to_a_terminal() -> None:
    (text, *_) = sample("external_id;Имя\na;Пётр\x1b[2J\n".encode("cp1251"), "cp1251")
    assert text == "Пётр?[2J"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_unicode_and_ascii_need_no_judgement(encoding: str) -> None:
    assert sample(TEXT.encode(encoding)) == ()
    assert sample(b"external_id,placed_at\na,2024\n") == ()
