"""Content negotiation for the language of a response."""

from functools import lru_cache
from typing import Final

from gotovo.words.language import Language, preferred_language

_HEADERS_CACHED: Final = 512
"""Browsers send some dozens of different headers."""


@lru_cache(_HEADERS_CACHED)
def language_of(accept_language: str) -> Language:
    """Return the best language for an Accept-Language header."""
    return preferred_language(accept_language)
