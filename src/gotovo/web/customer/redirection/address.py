"""The address a courier is sent to: typed by the buyer, validated field by field, formatted."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from gotovo.order.account.handover_place import HandoverPlace
from gotovo.order.checks.address_check import Address, names_house
from gotovo.points.eligible_warehouses import plain_postcode
from gotovo.points.nearness import city_of
from gotovo.points.point import Point
from gotovo.text import single_line
from gotovo.words.formats.address import format_address
from gotovo.words.language import Language
from gotovo.words.translations import msgid

PostcodeNeed = Literal["", "optional", "required"]
"""Whether a postal code is asked for: empty where no warehouse serves a region alone."""

LENGTHS_MAX: Final = {
    "postcode": 12,
    "city": 80,
    "street": 150,
    "flat": 20,
    "entrance": 20,
    "floor": 20,
    "intercom": 20,
    "comment": 300,
}
"""Characters per field: room for the longest street there is, and for a few sentences."""

_NO_CITY: Final = msgid("Enter the city or town.")
_NO_POSTCODE: Final = msgid("Enter the postal code: it decides who delivers.")
_NO_STREET: Final = msgid("Enter the street and house.")
_NO_NUMBER: Final = msgid("Enter the house number, too. If there is none, write “no number”.")
_TOO_LONG: Final = msgid("This is too long: {number} characters at most.")


class CourierAddress(Struct, frozen=True):
    """What was typed, by field, and the mistakes in it, by field."""

    typed: Mapping[str, str]
    mistakes: Mapping[str, str]
    city: str

    def line(self, language: Language) -> str:
        """Return the address as the courier reads it, which begins with the city."""
        parts = {name: text for name, text in self.typed.items() if name != "postcode"}
        return format_address(Address(**{"city": self.city, **parts}), language)

    @property
    def postcode(self) -> str:
        """Return the postal code as regions are written, empty where it was not asked for."""
        return plain_postcode(self.typed.get("postcode", ""))


def read_courier_address(
    form: Mapping[str, str], city: str, postcode_need: PostcodeNeed
) -> CourierAddress:
    """Parse and validate the address of a form; the city is typed only where it is not known."""
    known = {"city": bool(city), "postcode": not postcode_need}
    fields = [name for name in LENGTHS_MAX if not known.get(name)]
    typed = {name: single_line(form.get(name, "")) for name in fields}
    mistakes = {name: _TOO_LONG for name in fields if len(typed[name]) > LENGTHS_MAX[name]}
    if not city and not typed["city"]:
        mistakes["city"] = _NO_CITY
    if postcode_need == "required" and not plain_postcode(typed["postcode"]):
        mistakes["postcode"] = _NO_POSTCODE
    if not typed["street"]:
        mistakes["street"] = _NO_STREET
    elif "street" not in mistakes and not names_house(typed["street"]):
        mistakes["street"] = _NO_NUMBER
    return CourierAddress(typed, mistakes, city)


def courier_city(place: HandoverPlace, known: str, points: Mapping[str, Point]) -> str:
    """Return the city a courier is sent to, empty when it is unknown.

    It is the point's, whose address begins with it. A courier's address may begin with anything, so
    only a city with a point of ours is taken for one.
    """
    first = (place.point.address if place.point else known).partition(",")[0].strip()
    if place.point is not None:
        return first
    return first if first.casefold() in {city_of(each.address) for each in points.values()} else ""
