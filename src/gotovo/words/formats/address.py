"""An address as one line that a courier reads: the street first, the way to the door after it."""

from gotovo.order.checks.address_check import Address
from gotovo.value import Value
from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid


class _Part(Value, frozen=True):
    """What a part is called, and how it begins when it already says so itself: "офис 5"."""

    label: str
    beginnings: tuple[str, ...]


_FLAT = _Part(
    msgid("flat {number}"),
    ("кв", "оф", "ком", "пом", "flat", "ap", "office", "room", "suite"),
)
_ENTRANCE = _Part(msgid("entrance {number}"), ("под", "пар", "entr"))
_FLOOR = _Part(msgid("floor {number}"), ("эт", "цок", "fl", "ground"))
_INTERCOM = _Part(msgid("intercom {number}"), ("дом", "код", "inter", "code"))


def format_address(address: Address, language: Language) -> str:
    """Return "Казань, ул. Баумана, 5, кв. 12, подъезд 2, этаж 3, домофон 12К (позвоните)"."""
    translator = Translator(language)
    street = (address.postcode, address.city, address.street, address.house)
    way = (
        "" if address.text else _labelled(address.flat, _FLAT, translator),
        _labelled(address.entrance, _ENTRANCE, translator),
        _labelled(address.floor, _FLOOR, translator),
        _labelled(address.intercom, _INTERCOM, translator),
    )
    parts = ((address.text,) if address.text else street) + way
    line = ", ".join(part for part in parts if part)
    return f"{line} ({address.comment})" if line and address.comment else line


def _labelled(value: str, part: _Part, translator: Translator) -> str:
    if not value or value.casefold().startswith(part.beginnings):
        return value
    return translator.gettext(part.label, number=value)
