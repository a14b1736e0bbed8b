"""The words of a provider about a message, without the phone and the text they may repeat."""

import re
from typing import Final

WORDS_MAX: Final = 200
"""Characters that are kept of them: a reason is a sentence."""

CODE_MAX: Final = 9
"""Characters of a code: a phone has more, and no provider's code has."""

_READ_MAX: Final = 2_000
"""Characters that are looked at."""

_DIGITS: Final = re.compile(r"\+?\d(?:[\s().-]*\d){3,}")
"""Numbers of four digits and more: a phone, a code, also in groups."""

_OVERLAP: Final = 10
"""So many characters in common with the text count as a part of it."""


def safe_words(words: str, text: str) -> str:
    """Return a provider's words in one line, empty where they repeat the text itself."""
    line = " ".join(words[:_READ_MAX].split())
    said = " ".join(text.split()).casefold()
    spoken = line.casefold()
    width = min(_OVERLAP, len(said))
    if width and any(said[i : i + width] in spoken for i in range(len(said) - width + 1)):
        return ""
    shown = "".join(letter for letter in _DIGITS.sub("…", line) if letter.isprintable())
    return shown[:WORDS_MAX]


def safe_code(code: str) -> str:
    """Return a code as providers write them, empty for anything else."""
    is_code = len(code) <= CODE_MAX and re.fullmatch(r"-?[A-Za-z0-9_]+", code, re.ASCII)
    return code if is_code else ""


def safe_status(status: str) -> str:
    """Return a state as providers write it, a word or a small number, empty for anything else."""
    return status if re.fullmatch(r"[A-Za-z_-]{1,24}|-?[0-9]{1,6}", status, re.ASCII) else ""
