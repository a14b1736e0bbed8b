"""The texts of problems read as whole sentences in both languages."""

import pytest

from gotovo.words.language import LANGUAGES
from gotovo.words.problem_text import ProblemText, problem_detail, problem_title
from gotovo.words.refusals import REFUSALS
from gotovo.words.request_errors import REQUEST_ERRORS

EVERY_TEXT = (*REFUSALS.items(), *REQUEST_ERRORS.items())


@pytest.mark.parametrize(("code", "text"), EVERY_TEXT)
def test_a_detail_is_a_sentence_and_a_title_is_not(code: str, text: ProblemText) -> None:
    for language in LANGUAGES:
        assert problem_detail(text, language).endswith("."), code
        assert problem_detail(text, language, "x").endswith("."), code
        assert not problem_title(text, language).endswith("."), code


@pytest.mark.parametrize(("code", "text"), EVERY_TEXT)
def test_english_problems_need_nothing_but_ascii(code: str, text: ProblemText) -> None:
    assert problem_title(text, "en").isascii(), code
    assert problem_detail(text, "en", "x").isascii(), code
