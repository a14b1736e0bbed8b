"""What somebody may have meant who types into the search of their orders."""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from gotovo.order.values.number import is_valid, parse
from gotovo.points.point import Point

TEXT_MAX: Final = 100
"""Characters: longer than any title's part that a person remembers."""

_NUMBER: Final = 12
_PART_MIN: Final = 3
"""Digits that are taken for a part of a number; fewer are in every number."""

_SAID = re.compile(r"(?:№|#|no\.?|заказ|order|\s|-|–)+", re.IGNORECASE)
_EVEN: Final = str.maketrans("ё", "е", '«»„“”"')
_LIKE_A_NUMBER = re.compile(r"[0-9]+")


class OrderSearch(Struct, frozen=True):
    """What was typed, and what it may be.

    `text` is compared with titles. `digits` are a number or a part of one, empty if it can be
    none. `points` are the codes of the points whose title or address holds the text.
    """

    typed: str
    text: str = ""
    digits: str = ""
    points: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Tell whether it is a whole number that an order can have."""
        return is_valid(self.digits)

    @property
    def has_slip(self) -> bool:
        """Tell whether it is as long as a number and yet none."""
        return len(self.digits) == _NUMBER and not is_valid(self.digits)


def search(typed: str, points: Iterable[Point]) -> OrderSearch:
    """Read what was typed, whichever way numbers, cases and the letter ё are written."""
    typed = typed[:TEXT_MAX]
    text = _even(typed)
    if not text:
        return OrderSearch(typed)
    bare = _SAID.sub("", typed)
    is_digits = _LIKE_A_NUMBER.fullmatch(bare) is not None and len(bare) >= _PART_MIN
    digits = (parse(bare) or bare) if is_digits else ""
    fitting = (p.code for p in points if text in _even(f"{p.title} {p.address}"))
    return OrderSearch(typed, text, digits, tuple(fitting))


def _even(text: str) -> str:
    """Return the text as it is compared: letter case, ё, quotation marks and runs of spaces go.

    `list_of_session` in store/reads/buyer.sql does the same with the titles.
    """
    return " ".join(text.lower().translate(_EVEN).split())
