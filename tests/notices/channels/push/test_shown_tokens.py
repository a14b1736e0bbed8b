"""A token says which message a browser has shown, and nobody makes one up."""

from uuid import UUID

import pytest

from gotovo.notices.channels.port import ReceiptRefused
from gotovo.notices.channels.push.shown_tokens import (
    TOKEN_CHARACTERS,
    message_of_token,
    shown_token,
)

OLD, NEW = b"o" * 32, b"n" * 32
MESSAGE = str(UUID(int=7))
ENDPOINT = "https://push.example.org/send/abc"


def test_it_names_the_message_also_after_the_secret_was_rotated() -> None:
    token = shown_token(OLD, MESSAGE, ENDPOINT)
    assert len(token) == TOKEN_CHARACTERS
    assert message_of_token(token, (OLD,)) == MESSAGE
    assert message_of_token(token, (NEW, OLD)) == MESSAGE
    with pytest.raises(ReceiptRefused, match="not signed by this installation"):
        message_of_token(token, (NEW,))


def test_each_browser_has_its_own() -> None:
    assert shown_token(OLD, MESSAGE, ENDPOINT) != shown_token(OLD, MESSAGE, f"{ENDPOINT}d")


@pytest.mark.parametrize("place", range(0, TOKEN_CHARACTERS - 1, 7))
def test_one_that_was_changed_is_refused(place: int) -> None:
    token = shown_token(OLD, MESSAGE, ENDPOINT)
    other = "B" if token[place] == "A" else "A"
    with pytest.raises(ReceiptRefused, match="not signed"):
        message_of_token(token[:place] + other + token[place + 1 :], (OLD,))


@pytest.mark.parametrize("token", ["", "abc", "é" * 54, "A" * 53, "A" * 55, "!" * 54, "A" * 4_096])
def test_what_is_none_is_refused_with_what_was_expected(token: str) -> None:
    with pytest.raises(ReceiptRefused, match="54 characters in base64url"):
        message_of_token(token, (OLD,))
