"""Text from outside in one form, so that what looks the same is the same.

It is composed (NFC) and trimmed, its blanks are folded to single spaces, and code points that show
nothing are dropped. Whatever takes text in uses this: the bodies and queries of the API, the forms
of the pages, the cells of imported files.
"""

import re
import unicodedata
from itertools import product
from typing import Final

VARIANTS_MAX: Final = 64
"""Six letters е in one name are more than an id has; each variant is one look into an index."""

# The default-ignorable code points of Unicode, without joiners and selectors of variants.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
# They shape emoji and the scripts of Asia; between letters of an alphabet they show nothing.
_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f]")
_SHAPED = frozenset({"Lo", "Mc", "Mn", "Sk", "So"})
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
_BRAILLE_BLANK = "\u2800"
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_EMPTY_LINES = re.compile("\n{3,}")

# Letters of Latin and Cyrillic, the usual punctuation, signs of currencies, № and ™: each composed
# and visible.
_PLAIN = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e"
    "\u20a0-\u20c0\u2116\u2122]*"
)
_DOUBLED: Final = "  "

_SEARCHED = str.maketrans("ё", "е", '«»„“”"')
_YO: Final = {"е": "её", "ё": "её", "Е": "ЕЁ", "Ё": "ЕЁ"}


class UnfitText(Exception):
    """A text can't be stored or shown; `expected` says what it should have been."""

    expected = ""


class ControlCharacter(UnfitText):
    """A character of the text controls a terminal or a printer."""

    expected = "no control characters"


class NothingVisible(UnfitText):
    """The text is not blank, and yet nothing of it can be seen."""

    expected = "visible characters"


def is_plain(text: str) -> bool:
    """Tell quickly whether no part of a text can need a change, wherever its blanks are."""
    return _PLAIN.fullmatch(text) is not None


def single_line(text: str) -> str:
    """Return a name, a title or an id in one form, empty for blanks; raise UnfitText."""
    if is_plain(text) and _DOUBLED not in text and text.strip(" ") == text:
        return text
    return " ".join(_settled(text).split())


def several_lines(text: str) -> str:
    """Return the same of a text that keeps its line breaks, at most two in a row."""
    lines = _LINE_BREAKS.sub("\n", _settled(text)).split("\n")
    return _EMPTY_LINES.sub("\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip("\n")


def search_key(text: str) -> str:
    """Return a text without what a search ignores: case, ё, quotation marks, double blanks.

    `list_of_session` in store/reads/buyer.sql does the same with the titles.
    """
    folded = unicodedata.normalize("NFC", text).lower()
    return " ".join(folded.translate(_SEARCHED).split())


def spellings(text: str) -> tuple[str, ...]:
    """Return the ways to write a text with е or ё, itself first."""
    choices = [_YO.get(letter, letter) for letter in text]
    if 2 ** sum(len(each) > 1 for each in choices) > VARIANTS_MAX:
        return tuple(dict.fromkeys((text, *("".join(each) for each in _uniform(choices)))))
    return tuple(dict.fromkeys((text, *map("".join, product(*choices)))))


def _uniform(choices: list[str]) -> tuple[list[str], list[str]]:
    return [each[0] for each in choices], [each[-1] for each in choices]


def _settled(text: str) -> str:
    """Return the text composed and without what shows nothing; raise UnfitText."""
    if _CONTROLS.search(text):
        raise ControlCharacter
    settled, before = text.replace(_BRAILLE_BLANK, " "), ""
    while settled != before:  # Dropping a mark may let its neighbours compose.
        before = settled
        settled = _without_joiners(_INVISIBLE.sub("", unicodedata.normalize("NFC", settled)))
    if not text.isspace() and text and not any(map(_is_visible, settled)):
        raise NothingVisible
    return settled


def _without_joiners(text: str) -> str:
    """Return the text with joiners only where they shape what is beside them."""
    if not _JOINERS.search(text):
        return text
    kept: list[str] = []
    for index, character in enumerate(text):
        if _JOINERS.match(character):
            after = text[index + 1] if index + 1 < len(text) else ""
            joins = character in "\u200c\u200d"
            shaped = bool(kept) and _is_shaped(kept[-1]) and (not joins or _is_shaped(after))
            if not shaped:
                continue
        kept.append(character)
    return "".join(kept)


def _is_shaped(character: str) -> bool:
    return character != "" and unicodedata.category(character) in _SHAPED


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS"
