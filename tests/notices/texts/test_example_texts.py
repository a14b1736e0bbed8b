"""Examples say what each field may say, in each language."""

from gotovo.notices.texts.example_texts import example_values
from gotovo.notices.texts.text_fields import FIELDS
from gotovo.words.language import LANGUAGES


def test_examples_have_every_field() -> None:
    for language in LANGUAGES:
        assert {*example_values(language), "orders"} == set(FIELDS)
