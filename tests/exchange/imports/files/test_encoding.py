"""The encoding of a file is what it says, what it is, or asked for; it is never a bare guess."""

import codecs
from io import BytesIO

import pytest

from gotovo.exchange.imports.files.encoding import (
    Encoding,
    detect_encoding,
    is_decoded,
    stated_encoding,
)
from gotovo.words.imports.file_errors import FileErrorCode, ImportFileError

RUSSIAN = (
    "Заказ;Покупатель;Комментарий\n"
    "1;Пётр Иванов;Позвонить за час до доставки\n"
    "2;Анна Сергеевна;Оставить у охраны\n"
)


def detected(data: bytes) -> Encoding:
    return detect_encoding(BytesIO(data), "orders.csv")


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "mac-cyrillic"])
def test_russian_is_recognized_in_every_code_page_that_shops_use(encoding: str) -> None:
    assert codecs.lookup(detected(RUSSIAN.encode(encoding)).name) == codecs.lookup(encoding)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_unicode_is_recognized_with_and_without_a_mark(encoding: str) -> None:
    found = detected(RUSSIAN.encode(encoding))
    data = RUSSIAN.encode(encoding)[found.mark_bytes :]
    assert data.decode(found.name) == RUSSIAN


def test_code_pages_that_give_the_same_text_need_no_decision() -> None:
    """Small letters but the last are the same in cp1251 and on a Macintosh."""
    text = "номер заказа;создан;сумма;покупатель\nз-1;2024;1,000;кружка и пирог, 2 шт\n"
    data = text.encode("cp1251")
    assert data == text.encode("mac-cyrillic")
    assert data.decode(detected(data).name) == text


def test_code_pages_that_give_different_texts_and_look_alike_are_asked_about() -> None:
    with pytest.raises(ImportFileError) as raised:
        detected("Город\nМосква\nКазань\nЯлта\n".encode("mac-cyrillic"))
    assert raised.value.code is FileErrorCode.UNCLEAR_ENCODING


def test_text_beyond_the_first_sample_decides_too() -> None:
    plain = b"1;2024;nothing\n" * 10_000
    assert detected(plain + RUSSIAN.encode("cp1251")).name == "cp1251"
    assert detected(plain + RUSSIAN.encode("utf-8")).name == "utf-8"


def test_a_file_in_utf_8_stays_so_when_single_rows_are_not() -> None:
    assert detected(RUSSIAN.encode() + b"3;\xcf\xf0;\n").name == "utf-8"
    assert detected(b"id;name\n1;\xff\n2;plain\n").name == "utf-8"


def test_single_nul_bytes_make_no_file_wide() -> None:
    assert detected(b"id,name\n1,a\0b\n2,c\n" * 100).name == "utf-8"


@pytest.mark.parametrize("data", ["№;Дата\n".encode("cp1251"), "id;Имя\n1;Ян\n".encode("koi8-r")])
def test_too_little_text_is_asked_about_and_not_guessed(data: bytes) -> None:
    with pytest.raises(ImportFileError) as raised:
        detected(data)
    assert raised.value.code is FileErrorCode.UNCLEAR_ENCODING
    assert "cp1251" in raised.value.values["candidates"]


@pytest.mark.parametrize(
    ("stated", "data", "expected"),
    [
        ("windows-1251", b"a", Encoding("cp1251")),
        ("UTF8", codecs.BOM_UTF8 + b"a", Encoding("utf-8", 3)),
        ("utf-8-sig", b"a", Encoding("utf-8")),
        ("utf-16", "a".encode("utf-16-le"), Encoding("utf-16-le")),
        ("utf-16", codecs.BOM_UTF16_BE + "a".encode("utf-16-be"), Encoding("utf-16-be", 2)),
        ("latin-1", b"a", Encoding("iso8859-1")),
    ],
)
def test_an_encoding_that_is_asked_for_is_used(
    stated: str, data: bytes, expected: Encoding
) -> None:
    assert stated_encoding(BytesIO(data), stated, "--encoding") == expected


@pytest.mark.parametrize(
    "stated", ["cp1521", "utf-7", "gb18030", "base64", "idna", "", "\0", "cp037"]
)
def test_an_encoding_whose_bytes_cannot_be_counted_is_refused_by_name(stated: str) -> None:
    with pytest.raises(ImportFileError) as raised:
        stated_encoding(BytesIO(b"a"), stated, "--encoding")
    assert raised.value.values["value"] == stated


def test_bytes_that_are_no_text_are_told_from_text() -> None:
    assert is_decoded("Пётр 𝄞")
    assert not is_decoded(b"\xff".decode("utf-8", "surrogateescape"))
    assert not is_decoded(b"\x00\xd8".decode("utf-16-le", "replace"))
