"""The address a courier is sent to: typed by the buyer, checked field by field, joined."""

import unicodedata
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from gotovo.points.point import Point
from gotovo.web.customer.redirection.choices import city_of
from gotovo.web.customer.steps.own_order import HandoverPlace
from gotovo.words.formats.address import Address, format_address
from gotovo.words.language import Language
from gotovo.words.translations import msgid

LONGEST: Final = {
    "city": 80,
    "street": 150,
    "flat": 20,
    "entrance": 20,
    "floor": 20,
    "intercom": 20,
    "comment": 300,
}
"""Letters a field takes: room for the longest street there is, and for a few sentences."""

_NO_HOUSE: Final = ("б/н", "без номера", "no number", "w/o number")
_NO_CITY: Final = msgid("Enter the city or town.")
_NO_STREET: Final = msgid("Enter the street and house.")
_NO_NUMBER: Final = msgid("Enter the house number, too. If there is none, write “no number”.")
_TOO_LONG: Final = msgid("This is too long: {number} characters at most.")


class CourierAddress(Struct, frozen=True):
    """What was typed; `wrong` names fields and what to say beside each."""

    typed: Mapping[str, str]
    wrong: Mapping[str, str]
    city: str

    def line(self, language: Language) -> str:
        """Return the address as the courier reads it."""
        return format_address(Address(**{"city": self.city, **self.typed}), language)


def read_courier_address(form: Mapping[str, str], city: str) -> CourierAddress:
    """Return the address a form names; the city is typed only where it is not known."""
    asked = [name for name in LONGEST if name != "city" or not city]
    typed = {name: _plain(form.get(name, "")) for name in asked}
    wrong = {name: _TOO_LONG for name, said in typed.items() if len(said) > LONGEST[name]}
    if not city and not typed["city"]:
        wrong["city"] = _NO_CITY
    if not typed["street"]:
        wrong["street"] = _NO_STREET
    elif not _has_number(typed["street"]):
        wrong["street"] = _NO_NUMBER
    return CourierAddress(typed, wrong, city)


def courier_city(place: HandoverPlace, known: str, points: Mapping[str, Point]) -> str:
    """Return the city a courier is sent to, empty where nobody told it.

    It is the point's, whose address begins with it. A courier's address may begin with anything, so
    only a city with a point of ours is taken for one.
    """
    first = (place.point.address if place.point else known).partition(",")[0].strip()
    if place.point is not None:
        return first
    return first if first.casefold() in {city_of(each.address) for each in points.values()} else ""


def _has_number(street: str) -> bool:
    told = street.casefold()
    return any(sign.isdigit() for sign in told) or any(each in told for each in _NO_HOUSE)


def _plain(text: str) -> str:
    """Return one line: signs that are not seen could make a courier read another address."""
    seen = (" " if each.isspace() else each for each in text)
    return " ".join("".join(x for x in seen if unicodedata.category(x)[0] != "C").split())
