"""The text of a scan as the code had it: without what scanners and keyboards make of it.

A scanner is a keyboard. It adds a prefix (`]C1` of AIM, ISO/IEC 15424) and a suffix (Enter, Tab),
sends the separator GS of GS1 in one of several spellings, and under a Russian layout its Latin
letters come as Cyrillic ones. The same in TypeScript: `frontend/src/codes/raw_text.ts`.
"""

import re
from typing import Final

GS: Final = "\x1d"
"""The separator after an element of variable length (GS1 General Specifications, 7.8)."""

_ENGLISH: Final = (
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`" + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~' + "/?@#$^&|"
)
_RUSSIAN: Final = (
    "йцукенгшщзхъфывапролджэячсмитьбюё" + "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ" + '.,"№;:?/'
)
_LAYOUT: Final = str.maketrans(_RUSSIAN, _ENGLISH)

_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_DASHES: Final = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")
_SPACES: Final = dict.fromkeys(
    (0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000), " "
)
_PLAIN: Final = _FULL_WIDTH | _DASHES | _SPACES

# GS as scanners and programs spell it; è is the codeword 232 of a DataMatrix, FNC1.
_SPELT_GS: Final = re.compile(r"<[Gg][Ss]>|\{[Gg][Ss]\}|\[[Gg][Ss]\]|\\x1[Dd]|\\u001[Dd]|\^\]|[␝è]")
_INVISIBLE: Final = re.compile(
    "[\x00-\x1c\x1e\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_CYRILLIC: Final = re.compile("[А-Яа-яЁё№]")


def plain_text(text: str) -> str:
    """Return the text with plain digits, dashes and spaces, every GS as itself, and nothing unseen.

    Spaces around it are gone; GS at its ends is not, for a leading one tells that GS1 follows.
    """
    spelt = _SPELT_GS.sub(GS, text.translate(_PLAIN))
    return _INVISIBLE.sub("", spelt).strip(" ")


def is_cyrillic(text: str) -> bool:
    """Tell whether the text has a letter or sign that only a Russian layout types."""
    return _CYRILLIC.search(text) is not None


def as_latin_keys(text: str) -> str:
    """Return what the same keys type under an English layout."""
    return text.translate(_LAYOUT)
