"""An address as one line that a courier reads."""

import pytest

from gotovo.order.checks.address_check import Address
from gotovo.words.formats.address import format_address
from gotovo.words.language import Language


@pytest.mark.parametrize(
    ("address", "language", "line"),
    [
        (
            Address(
                city="Казань",
                street="ул. Баумана, 5",
                flat="12",
                entrance="2",
                floor="3",
                intercom="12К",
                comment="позвоните",
            ),
            "ru",
            "Казань, ул. Баумана, 5, кв. 12, подъезд 2, этаж 3, домофон 12К (позвоните)",
        ),
        (Address(street="Lesnaya 7", flat="4", floor="1"), "en", "Lesnaya 7, flat 4, floor 1"),
        (Address(city="Казань", street="Лесная", house="7"), "ru", "Казань, Лесная, 7"),
        (Address(text="Лесная, 7, кв. 4", flat="4", entrance="Б"), "ru",
         "Лесная, 7, кв. 4, подъезд Б"),
        (Address(street="Лесная, 7", flat="офис 5", floor="цоколь"), "ru",
         "Лесная, 7, офис 5, цоколь"),
        (Address(comment="код 7"), "ru", ""),
    ],
)  # fmt: skip
def test_a_number_says_what_it_is_the_number_of(
    address: Address, language: Language, line: str
) -> None:
    assert format_address(address, language) == line
