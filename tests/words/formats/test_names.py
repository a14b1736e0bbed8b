"""Names of buyers on screens of staff."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.words.formats.names import mask_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Алина Каримова", "Алина К."),
        ("Каримова Алина Рустемовна", "Каримова А. Р."),
        ("Алина", "Алина"),
        ("  Анна-Мария   фон  дер  Лейен ", "Анна-Мария ф. д."),
        ("", ""),
    ],
)
def test_a_name_is_shown_with_initials(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(st.text(max_size=60))
def test_every_name_can_be_shown(name: str) -> None:
    assert len(mask_name(name)) <= max(len(name) + 2, 0)
