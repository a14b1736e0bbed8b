"""The language a reader asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.words.language import LANGUAGES, preferred_language, terminal_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "ru"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN-us,en;q=0.9", "en"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en;q=0.5, ru;q=0.7", "ru"),
        ("ru;q=0.5, en;q=0.7", "en"),
        ("de, fr;q=0.9", "ru"),
        ("de, en;q=0.1", "en"),
        ("ru;q=0, en;q=0.1", "en"),
        ("*", "ru"),
        ("en;q=high", "ru"),
        ("english", "ru"),
    ],
)
def test_the_language_with_the_highest_weight_is_spoken(header: str, language: str) -> None:
    assert preferred_language(header) == language


@given(st.text())
def test_no_header_is_too_strange(header: str) -> None:
    assert preferred_language(header) in LANGUAGES


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB", "LC_MESSAGES": "ru"}, "ru"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "ru", "LC_ALL": ""}, "ru"),
        ({}, "en"),
    ],
)
def test_a_terminal_is_spoken_to_in_its_language_or_in_english(
    variables: dict[str, str], language: str
) -> None:
    assert terminal_language(variables) == language
