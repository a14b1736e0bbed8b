"""Address check: an address in parts leads to a door when it has a house (rule 4.5)."""

import re
from typing import Final

from gotovo.value import Value

# No house has a number of six digits, and most postal codes have one.
_POSTCODE = re.compile("[0-9]{6,}")
_NO_HOUSE: Final = ("б/н", "без номера", "no number", "w/o number")


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

    @property
    def leads_to_door(self) -> bool:
        """Return whether a courier finds the house; a village may have no streets."""
        if self.text:
            return names_house(self.text)
        if self.house:
            return bool(self.street or self.city)
        return names_house(self.street)


def names_house(text: str) -> bool:
    """Return whether an address has the number of a house, or says that there is none."""
    folded = _POSTCODE.sub("", text.casefold())
    return any(map(str.isdigit, folded)) or any(each in folded for each in _NO_HOUSE)
