"""Customers of a filled database: phones, names, and the number of each of their orders.

The n-th order gets the n-th number, so all numbers differ, and orders placed afterwards find unused
ones.
"""

from random import Random
from typing import NamedTuple

import msgspec
from msgspec import Struct

from gotovo.bench.fill.binary_rows import INT2, field
from gotovo.order.values.customer import Contact, contact_digest, customer_id, home_of_customer
from gotovo.order.values.number import NUMBERS_PER_HOME, draw

ORDERS_MAX = NUMBERS_PER_HOME
"""The most orders that there are numbers for."""

_NAMES = ("Алия", "Тимур", "Ольга", "Ренат", "Мария", "Айдар", "Нина", "Павел")
_ADDRESS = "Казань, ул. Баумана, {}"
_HOUSES = 90


class CustomerTier(Struct, frozen=True):
    """Customers who order equally often: `customers` of a hundred have `orders` each."""

    customers: int
    orders: int


TIERS = (CustomerTier(60, 2), CustomerTier(30, 6), CustomerTier(10, 24))
"""The mean number of orders per customer; the most frequent buyers have about four dozen."""

_ORDERS_OF_A_HUNDRED = sum(tier.customers * tier.orders for tier in TIERS)


class OrderOwner(NamedTuple):
    """What differs from order to order, as bytes: texts in UTF-8, the rest as in a binary row."""

    home: bytes
    number: bytes
    digits: bytes
    customer: bytes
    digest: bytes
    contact: bytes


class CustomerPool:
    """Customers for a number of orders; they are derived from the secret and their index."""

    def __init__(self, secret: bytes, orders: int) -> None:
        self._secret = secret
        hundreds = max(1, round(orders / _ORDERS_OF_A_HUNDRED))
        self._firsts: list[int] = []
        self._counts: list[int] = []
        first = 0
        for tier in TIERS:
            self._firsts.append(first)
            self._counts.append(tier.customers * hundreds)
            first += tier.customers * hundreds
        self._weights = [tier.customers * tier.orders for tier in TIERS]

    def owner(self, rng: Random, order: int, *, has_contact: bool, courier: bool) -> OrderOwner:
        """Return the owner of the n-th order, with its number."""
        tier = rng.choices(range(len(TIERS)), self._weights)[0]
        customer = self._firsts[tier] + rng.randrange(self._counts[tier])
        phone = f"+79{customer:09}"
        id_ = customer_id(self._secret, phone)
        home = home_of_customer(id_)
        number = draw(home, order)
        digest, document = "", None
        if has_contact:
            address = _ADDRESS.format(customer % _HOUSES + 1) if courier else ""
            contact = Contact(phone, _NAMES[customer % len(_NAMES)], address=address)
            digest, document = contact_digest(self._secret, contact), msgspec.json.encode(contact)
        return OrderOwner(
            INT2.pack(home),
            number.encode(),
            bytes.fromhex(number),
            id_.encode(),
            digest.encode(),
            field("json", document),
        )
