"""Texts filled with example values, for previews without an order and for the reference."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from gotovo.notices.texts.message_texts import MessageTexts
from gotovo.notices.texts.text_fields import EACH
from gotovo.words.language import Language

ORDERS = 2
"""Orders in an example of a message about several."""


def example_text(kind: str, language: Language, use: str, texts: MessageTexts) -> str:
    """Return the text of a kind with example values."""
    values = example_values(language)
    each = texts.of(language, EACH, use).filled(values)
    return texts.of(language, kind, use).filled({**values, "orders": "\n".join([each] * ORDERS)})


@lru_cache(maxsize=1)
def _examples() -> Mapping[str, Mapping[str, str]]:
    file = files("gotovo.notices.texts") / "example_values.toml"
    return tomllib.loads(file.read_text("utf-8"))


def example_values(language: Language) -> Mapping[str, str]:
    """Return an example of each field but the orders, which are made of texts."""
    return _examples()[language]
