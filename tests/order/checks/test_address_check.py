"""An address leads to a door when it has a house."""

import pytest

from gotovo.order.checks.address_check import Address, names_house

SOMEWHERE = [
    Address(text="Казань, Лесная, 7"),
    Address(text="д. Верхняя, дом без номера"),
    Address(street="Лесная", house="7"),
    Address(street="Лесная, 7"),
    Address(street="Лесная, б/н"),
    Address(city="село Высокая Гора", house="5"),
    Address(street="Mill Lane, no number"),
]
NOWHERE = [
    Address(),
    Address(text="Казань, Лесная"),
    Address(text="420111, Казань, Лесная", house="7"),
    Address(street="Лесная"),
    Address(street="Лесная", flat="12", postcode="420111"),
    Address(city="Казань"),
    Address(city="Казань 7"),
    Address(house="5"),
    Address(comment="дом 5"),
]


@pytest.mark.parametrize("address", SOMEWHERE)
def test_a_house_or_the_words_that_there_is_none_lead_to_a_door(address: Address) -> None:
    assert address.leads_to_door


@pytest.mark.parametrize("address", NOWHERE)
def test_a_street_alone_and_a_postal_code_lead_to_no_door(address: Address) -> None:
    assert not address.leads_to_door


def test_six_digits_are_a_postal_code_and_five_may_be_a_house() -> None:
    assert names_house("Main Street 12345")
    assert not names_house("Main Street 123456")
