"""OrderOwner ordered: customers with their phones and names, and for each order its own number.

The n-th order of a filling is numbered with chance n, so no two numbers are the same, and whoever
orders here afterwards can draw a chance that was never used.
"""

from random import Random
from typing import NamedTuple

import msgspec
from msgspec import Struct

from gotovo.bench.fill.binary_rows import INT2, field
from gotovo.order.values.customer import Contact, contact_digest, customer_id, home_of_customer
from gotovo.order.values.number import CHANCES, draw

ORDERS_MAX = CHANCES
"""Chances, and so orders, that there are."""

_NAMES = ("Алия", "Тимур", "Ольга", "Ренат", "Мария", "Айдар", "Нина", "Павел")
_ADDRESS = "Казань, ул. Баумана, {}"
_HOUSES = 90


class CustomerTier(Struct, frozen=True):
    """Customers who order alike: of a hundred customers so many, each with so many orders."""

    customers: int
    orders: int


TIERS = (CustomerTier(60, 2), CustomerTier(30, 6), CustomerTier(10, 24))
"""Orders of one customer on the mean; the most faithful come to some four dozens."""

_ORDERS_OF_A_HUNDRED = sum(tier.customers * tier.orders for tier in TIERS)


class OrderOwner(NamedTuple):
    """What one order has of its own, as bytes: texts in UTF-8, the others as a row takes them."""

    home: bytes
    number: bytes
    digits: bytes
    customer: bytes
    digest: bytes
    contact: bytes


class CustomerPool:
    """Customers for a number of orders; the same secret and index give the same one."""

    def __init__(self, secret: bytes, orders: int) -> None:
        """Make as many customers as that many orders have."""
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

    def who(self, chance: Random, order: int, *, has_contact: bool, courier: bool) -> OrderOwner:
        """Return the owner of the n-th order and what it is called."""
        tier = chance.choices(range(len(TIERS)), self._weights)[0]
        customer = self._firsts[tier] + chance.randrange(self._counts[tier])
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
