"""An address as one line that a courier reads: the street first, the way to the door after it."""

from gotovo.value import Value
from gotovo.words.language import Bilingual, Language, in_language


class _Named(Value, frozen=True):
    """What a value is called, and how it begins when it says so itself: "офис 5"."""

    name: Bilingual
    beginnings: tuple[str, ...]


_FLAT = _Named(
    Bilingual("кв.", "flat"), ("кв", "оф", "ком", "пом", "flat", "ap", "office", "room", "suite")
)
_ENTRANCE = _Named(Bilingual("подъезд", "entrance"), ("под", "пар", "entr"))
_FLOOR = _Named(Bilingual("этаж", "floor"), ("эт", "цок", "fl", "ground"))
_INTERCOM = _Named(Bilingual("домофон", "intercom"), ("дом", "код", "inter", "code"))


class Address(Value, frozen=True, kw_only=True):
    """The parts of an address; `text` stands for all before the flat where it is given."""

    text: str = ""
    postcode: str = ""
    city: str = ""
    street: str = ""
    house: str = ""
    flat: str = ""
    entrance: str = ""
    floor: str = ""
    intercom: str = ""
    comment: str = ""


def address_line(address: Address, language: Language) -> str:
    """Return "Казань, ул. Баумана, 5, кв. 12, подъезд 2, этаж 3, домофон 12К (позвоните)"."""
    street = (address.postcode, address.city, address.street, address.house)
    way = (
        "" if address.text else _named(address.flat, _FLAT, language),
        _named(address.entrance, _ENTRANCE, language),
        _named(address.floor, _FLOOR, language),
        _named(address.intercom, _INTERCOM, language),
    )
    parts = ((address.text,) if address.text else street) + way
    line = ", ".join(part for part in parts if part)
    return f"{line} ({address.comment})" if line and address.comment else line


def _named(value: str, what: _Named, language: Language) -> str:
    if not value or value.casefold().startswith(what.beginnings):
        return value
    return f"{in_language(what.name, language)} {value}"
