"""E-mail addresses on screens: enough for their owner, useless for anybody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.words.formats.emails import mask_email


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("anna.karenina@mail.ru", "a***@m***.ru"),
        ("a@mail.ru", "a***@m***.ru"),
        ("почта@пример.рф", "п***@п***.рф"),
        ("anna@shop.co.uk", "a***@s***.uk"),
    ],
)
def test_an_address_shows_its_first_letters_and_the_last_domain(address: str, shown: str) -> None:
    assert mask_email(address) == shown


@given(st.from_regex(r"[a-z0-9.+-]{1,40}@[a-z0-9-]{1,40}\.ru", fullmatch=True))
def test_how_long_the_parts_are_cannot_be_told(address: str) -> None:
    assert len(mask_email(address)) == len("a***@m***.ru")
