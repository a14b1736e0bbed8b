"""Phones are read in every way people type them, and shown to nobody whole."""

import pytest

from gotovo.access.phones import parse_phone, phone_masked, phone_shown


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
        "+\uff17\uff19\uff10\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
    ],
)
def test_a_phone_is_the_same_however_it_is_typed(typed: str) -> None:
    assert parse_phone(typed) == "+79001234567"


def test_a_foreign_phone_keeps_its_country() -> None:
    assert parse_phone("+998 90 123 45 67") == "+998901234567"
    assert parse_phone("90 123 45 67", "UZ") == "+998901234567"


@pytest.mark.parametrize("typed", ["", "12", "no phone", "+7 900 123 45 67 ext. 5", "9" * 65, "\0"])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    assert parse_phone(typed) is None


def test_a_masked_phone_shows_its_beginning_and_its_last_two_digits() -> None:
    assert phone_shown("+79001234567") == "+7 900 123-45-67"
    assert phone_masked("+79001234567") == "+7 900 •••-••-67"
