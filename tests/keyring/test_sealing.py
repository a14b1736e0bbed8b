"""What a browser keeps for us is read by nobody else, and nothing else is taken for it."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.keyring.keyring import Keys, one_key
from gotovo.keyring.sealing import seal, unseal

SECRET = b"a secret that only tests use, 32"
KEYS = one_key(SECRET)
PHONE = "+79001234547"


@given(text=st.text(max_size=100), browser=st.text(max_size=50))
def test_what_was_sealed_is_read_again_and_shows_nothing(text: str, browser: str) -> None:
    sealed = seal(KEYS, os.urandom, "phone", browser, text)
    assert sealed.isascii()
    assert unseal(KEYS, "phone", browser, sealed) == text


@given(sealed=st.one_of(st.text(max_size=100), st.binary(max_size=60).map(repr)))
def test_anything_else_opens_as_nothing(sealed: str) -> None:
    assert unseal(KEYS, "phone", "browser", sealed) == ""


@pytest.mark.parametrize(
    ("keys", "purpose", "browser"),
    [
        (one_key(SECRET[::-1]), "phone", "browser"),
        (KEYS, "e-mail", "browser"),
        (KEYS, "phone", "another"),
    ],
)
def test_with_another_secret_purpose_or_browser_it_opens_as_nothing(
    keys: Keys, purpose: str, browser: str
) -> None:
    sealed = seal(KEYS, os.urandom, "phone", "browser", PHONE)
    assert PHONE.strip("+") not in sealed
    assert unseal(KEYS, "phone", "browser", sealed) == PHONE
    assert unseal(keys, purpose, browser, sealed) == ""
