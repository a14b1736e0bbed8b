"""Every error of a row has a sentence in both languages, with the values it was given."""

from string import Formatter

import pytest

from gotovo.order.refusals import Code, Refusal
from gotovo.words.imports.row_errors import SENTENCES, RowError, RowErrorCode, row_error_text
from gotovo.words.language import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", RowErrorCode)
def test_every_error_has_a_sentence_that_holds_its_values(
    code: RowErrorCode, language: Language
) -> None:
    names = [name for _, name, _, _ in Formatter().parse(SENTENCES[code]) if name]
    text = row_error_text(RowError(code, {name: f"<{name}>" for name in names}), language)
    assert all(f"<{name}>" in text for name in names)
    assert text.endswith(".")


def test_a_refusal_has_the_sentence_it_has_everywhere() -> None:
    refusal = Refusal(Code.CANCELLED)
    assert row_error_text(refusal, "ru").startswith("Заказ отменён")
