"""The customer: a keyed digest of the phone, so that the journal holds nothing personal."""

from msgspec.structs import replace

from gotovo.order.values.customer import Contact, contact_digest, customer_id, home_of_customer
from tests.support.order.cast import SECRET

PHONE = "+79171234567"


def test_one_phone_is_one_customer_with_one_home() -> None:
    customer = customer_id(SECRET, PHONE)
    assert len(customer) == 32
    assert customer == customer_id(SECRET, PHONE)
    assert home_of_customer(customer) == bytes.fromhex(customer)[0]


def test_without_the_secret_nobody_knows_who_it_is() -> None:
    assert customer_id(SECRET, PHONE) != customer_id(SECRET[::-1], PHONE)
    assert PHONE[-4:] not in customer_id(SECRET, PHONE)


def test_a_contact_changed_by_hand_has_another_digest() -> None:
    contact = Contact(PHONE, "Анна", "anna@example.org", "ru", "Казань")
    digest = contact_digest(SECRET, contact)
    for change in (
        {"phone": "+1"},
        {"name": "А"},
        {"email": ""},
        {"locale": "en"},
        {"address": ""},
    ):
        assert contact_digest(SECRET, replace(contact, **change)) != digest


def test_a_digest_of_a_contact_is_never_the_id_of_a_customer() -> None:
    assert contact_digest(SECRET, Contact(PHONE)) != customer_id(SECRET, PHONE)
