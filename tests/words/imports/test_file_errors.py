"""Every error of a file has a sentence in both languages, with the values it was given."""

from string import Formatter

import pytest

from gotovo.words.imports.file_errors import (
    SENTENCES,
    FileErrorCode,
    ImportFileError,
    file_error_text,
)
from gotovo.words.language import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", FileErrorCode)
def test_every_error_has_a_sentence_that_holds_its_values(
    code: FileErrorCode, language: Language
) -> None:
    names = [name for _, name, _, _ in Formatter().parse(SENTENCES[code]) if name]
    error = ImportFileError(code, **{name: f"<{name}>" for name in names})
    text = file_error_text(error, language)
    assert all(f"<{name}>" in text for name in names)
    assert text.endswith(".")
