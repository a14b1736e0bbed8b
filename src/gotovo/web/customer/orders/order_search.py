"""The search of the order list: what the typed text may mean."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from gotovo.order.values.number import digits_of, is_valid, parse
from gotovo.points.point import Point
from gotovo.text import search_key

TEXT_MAX: Final = 100
"""Characters: more of a title than a person remembers."""

_NUMBER: Final = 12
_PART_MIN: Final = 3
"""Digits that count as part of a number; fewer occur in most numbers."""


class OrderSearch(Struct, frozen=True):
    """What was typed, and what it may mean.

    `text` is compared with titles. `digits` are a number or a part of one, empty if it can be
    none. `points` are the codes of the points whose title or address holds the text.
    """

    typed: str
    text: str = ""
    digits: str = ""
    points: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Tell whether it is a complete and valid order number."""
        return is_valid(self.digits)

    @property
    def has_slip(self) -> bool:
        """Tell whether it is as long as an order number but invalid."""
        return len(self.digits) == _NUMBER and not is_valid(self.digits)


def search(typed: str, points: Iterable[Point]) -> OrderSearch:
    """Parse what was typed, however numbers, case and the letter ё are written."""
    typed = typed[:TEXT_MAX]
    text = search_key(typed)
    if not text:
        return OrderSearch(typed)
    part = digits_of(typed)
    digits = (parse(part) or part) if len(part) >= _PART_MIN else ""
    matching = (p.code for p in points if text in search_key(f"{p.title} {p.address}"))
    return OrderSearch(typed, text, digits, tuple(matching))
