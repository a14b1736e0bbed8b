"""Phones are read in every way people type them, and shown to nobody whole."""

import pytest

from gotovo.access.phones import parse_phone


@pytest.mark.parametrize(
    "typed",
    [
        "+79001234567",
        "89001234567",
        "8 (900) 123-45-67",
        "+7 900 123 45 67",
        " 7-900-123-45-67 ",
        "9001234567",
        "+7\xa0900\xa0123\u201345\u201367",
        "79001234567",
        "+8 (900) 123-45-67",
        "+7 8 900 123-45-67",
        "00 7 900 123 45 67",
        "8.900.123.45.67",
        "8_900_123_45_67",
        "8(900)1234567",
        "тел.: +7 (900) 123-45-67",
        "Мой номер 8 900 123-45-67, звоните!",
        "+7 900 123-45-67 (Алина)",
        "tel:+79001234567",
        "\u202a+7\u202f900\u2005123\u201145\u201167\u202c",
        "+7\t900\t1234567\r\n",
        "+\uff17\uff19\uff10\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
        "\uff18\u3000\uff08\uff19\uff10\uff10\uff09\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
        "\u0668\u0669\u0660\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
    ],
)
def test_a_phone_is_the_same_however_it_is_typed(typed: str) -> None:
    assert parse_phone(typed) == "+79001234567"


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("+998 90 123 45 67", "+998901234567"),
        ("8 10 998 90 123 45 67", "+998901234567"),
        ("00998901234567", "+998901234567"),
        ("+375 (29) 123-45-67", "+375291234567"),
        ("+49 151 23456789", "+4915123456789"),
        ("+84 91 234 56 78", "+84912345678"),
        ("+1 212 555 0100", "+12125550100"),
    ],
)
def test_a_foreign_phone_keeps_its_country(typed: str, phone: str) -> None:
    assert parse_phone(typed) == phone


def test_a_number_without_a_country_is_one_of_the_region() -> None:
    assert parse_phone("90 123 45 67", "UZ") == "+998901234567"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12",
        "no phone",
        "123-45-67",
        "+7 900 123 45 6",
        "+7 900 123 45 678",
        "+7 900 123 45 67 ext. 5",
        "8 900 123-45-67 доб. 5",
        "8 900 123-45-67 или 8 900 123-45-68",
        "9" * 65,
        "\0",
    ],
)
def test_what_is_no_phone_is_refused(typed: str) -> None:
    assert parse_phone(typed) is None
