"""What providers say of a message is passed on without the phone, the code and the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.notices.channels.sms.provider_words import (
    CODE_MAX,
    WORDS_MAX,
    safe_code,
    safe_status,
    safe_words,
)

TEXT = "Заказ готов.\nКод получения: 123 456."


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("invalid number (phone +7 900 555-01-23)", "invalid number (phone …)"),
        ("The 'To' number 79005550123 is not valid.", "The 'To' number … is not valid."),
        ("code 123 456 is forbidden", "code … is forbidden"),
        ("text «ЗАКАЗ  готов. Код» is forbidden", ""),
        ("two\r\nlines\x07", "two lines"),
        ("error 21211", "error …"),
        ("limit of 100", "limit of 100"),
        ("", ""),
    ],
)
def test_words_lose_what_they_repeat(words: str, shown: str) -> None:
    assert safe_words(words, TEXT) == shown


@given(st.text(max_size=500), st.text(max_size=300))
def test_words_are_short_and_hold_no_piece_of_the_text(words: str, text: str) -> None:
    shown = safe_words(words + text, text)
    assert len(shown) <= WORDS_MAX
    assert text.strip() not in shown or not text.strip()


@pytest.mark.parametrize(
    ("code", "shown"),
    [("21211", "21211"), ("-1", "-1"), ("E_LIMIT", "E_LIMIT"), ("+79005550123", ""), ("", "")],
)
def test_a_code_is_short(code: str, shown: str) -> None:
    assert safe_code(code) == shown
    assert len(shown) <= CODE_MAX


@pytest.mark.parametrize(
    ("status", "shown"),
    [("partially_delivered", "partially_delivered"), ("-3", "-3"), ("79005550123", ""), ("а", "")],
)
def test_a_status_is_a_word_or_a_small_number(status: str, shown: str) -> None:
    assert safe_status(status) == shown
