"""Phones are shown in groups, and masked in one way everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.words.formats.phones import format_phone, mask_phone


def test_a_phone_is_shown_in_groups() -> None:
    assert format_phone("+79001234567") == "+7 900 123-45-67"


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+79001234567", "+7 9** ***-**-67"),
        ("+998901234567", "+998 9* *** ** 67"),
        ("+4915112345678", "+49 1*** *****78"),
        ("9001234567", "9*******67"),
    ],
)
def test_a_masked_phone_shows_its_beginning_and_its_last_two_digits(
    phone: str, masked: str
) -> None:
    assert mask_phone(phone) == masked


@given(st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True))
def test_besides_the_country_three_digits_of_any_phone_are_left(phone: str) -> None:
    assert sum(character.isdigit() for character in mask_phone(phone)) <= len("+252") - 1 + 3
