"""A sentence for everything that can be refused."""

import pytest

from gotovo.order.refusals import Code, Refusal
from gotovo.words.language import LANGUAGES
from gotovo.words.refusals import REFUSALS, Said, sentence, title
from gotovo.words.requests import REQUEST_FAULTS, RequestFault

EVERYTHING = (*REFUSALS.items(), *REQUEST_FAULTS.items())


def test_every_refusal_and_every_fault_has_its_sentence() -> None:
    assert set(REFUSALS) == set(Code)
    assert set(REQUEST_FAULTS) == set(RequestFault)


def test_no_fault_of_a_request_is_called_like_a_refusal() -> None:
    assert not {code.value for code in Code} & {fault.value for fault in RequestFault}


@pytest.mark.parametrize(("code", "said"), EVERYTHING)
def test_sentences_are_whole_in_both_languages(code: str, said: Said) -> None:
    texts = [said.sentence, *([said.expected] if said.expected else [])]
    for text in texts:
        assert text.ru.endswith("."), code
        assert text.en.endswith("."), code
        assert any("а" <= letter <= "я" for letter in text.ru.lower()), code
        assert text.en.isascii(), code
    assert not said.title.en.endswith(".")


@pytest.mark.parametrize("code", Code)
def test_whatever_a_refusal_carries_is_said_without_stumbling(code: Code) -> None:
    for language in LANGUAGES:
        for expected in ("", "4", "{odd} 100%s"):
            refusal = Refusal(code, "field", "{value}", expected)
            assert "{expected}" not in sentence(refusal, language)
        assert title(code, language)


def test_a_wrong_code_tells_how_many_tries_are_left_and_nothing_else_does() -> None:
    wrong = Refusal(Code.WRONG_CODE, "code", "", "4")
    nothing_shown = Refusal(Code.WRONG_CODE, "code", "", "code")

    assert sentence(wrong, "ru").endswith("Осталось попыток: 4.")
    assert "попыток" not in sentence(nothing_shown, "ru")


def test_a_wrong_point_tells_the_right_one() -> None:
    refusal = Refusal(Code.WRONG_POINT, "point", "KZN-1", "KZN-2")

    assert sentence(refusal, "en").endswith("Its point: KZN-2.")
