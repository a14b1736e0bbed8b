"""A text for every refusal."""

import pytest

from gotovo.order.refusals import Code, Refusal
from gotovo.words.language import LANGUAGES
from gotovo.words.refusals import REFUSALS, refusal_detail, refusal_notice, refusal_title


def test_every_refusal_has_its_text() -> None:
    assert set(REFUSALS) == set(Code)


@pytest.mark.parametrize("code", Code)
def test_whatever_a_refusal_carries_does_not_break_its_text(code: Code) -> None:
    for language in LANGUAGES:
        for expected in ("", "4", "{odd} 100%s"):
            refusal = Refusal(code, "field", "{value}", expected)
            assert "{expected}" not in refusal_detail(refusal, language)
        assert refusal_title(code, language)


def test_a_wrong_code_says_how_many_attempts_are_left_and_nothing_else_does() -> None:
    wrong = Refusal(Code.WRONG_CODE, "code", "", "4")
    nothing_shown = Refusal(Code.WRONG_CODE, "code", "", "code")
    unpaid = Refusal(Code.UNPAID, "code", "", "4")

    assert refusal_detail(wrong, "ru").endswith("Осталось попыток: 4.")
    assert refusal_notice(wrong, "en").endswith("Attempts left: 4.")
    assert "попыток" not in refusal_detail(nothing_shown, "ru")
    assert "попыток" not in refusal_detail(unpaid, "ru")


def test_a_wrong_point_names_the_right_one_to_programs_alone() -> None:
    refusal = Refusal(Code.WRONG_POINT, "point", "KZN-1", "KZN-2")

    assert refusal_detail(refusal, "en").endswith("Its pick-up point: KZN-2.")
    assert "KZN-2" not in refusal_notice(refusal, "en")
