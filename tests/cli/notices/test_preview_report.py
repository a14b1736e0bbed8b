"""The texts in use are printed as a file that can be changed and read again."""

import pytest

from gotovo.cli.notices.preview_report import source_lines
from gotovo.notices.texts.message_texts import default_texts, kinds
from gotovo.notices.texts.own_texts import read_own_texts
from gotovo.notices.texts.text_fields import TEXT
from gotovo.words.language import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_in_use_can_be_printed_changed_and_read_again(language: Language) -> None:
    printed = "\n".join(source_lines(default_texts(), language))
    own = read_own_texts(printed, language, "own.toml")
    assert own.errors == []
    assert {kind for _, kind, _ in own.templates} == set(kinds())
    assert default_texts().with_own(own.templates) == default_texts()


def test_marks_that_mean_something_in_toml_are_printed_so_that_they_stay() -> None:
    own = read_own_texts("[being_issued]\ntext = 'Заказ \"{number}\" \\ '", "ru", "ru.toml")
    printed = "\n".join(source_lines(default_texts().with_own(own.templates), "ru"))
    again = read_own_texts(printed, "ru", "ru.toml")
    assert again.templates["ru", "being_issued", TEXT].filled({"number": "1"}) == 'Заказ "1" \\'
