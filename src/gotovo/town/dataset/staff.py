"""Who works in the town, and the buyer of an order."""

from typing import Final

from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Order

STOREFRONT = Actor(Role.STOREFRONT, "town-shop")
BANK = Actor(Role.SYSTEM, "town-bank")
PICKER = Actor(Role.WAREHOUSE, "gulnara")
PACKER = Actor(Role.WAREHOUSE, "rinat")
LOADER = Actor(Role.WAREHOUSE, "viktor")
SUPPORT = Actor(Role.SUPPORT, "elena")
DRIVER = Actor(Role.COURIER, "marat")


PROVIDER: Final = "town"
"""Who the town pays by: money of no provider, which its own bank gives back."""


def clerk(point: str) -> Actor:
    """Return who stands at the desk of a point and may act only there."""
    return Actor(Role.POINT, f"desk-{point.lower()}", point)


def buyer(order: Order) -> Actor:
    """Return the order's buyer."""
    return Actor(Role.BUYER, order.customer)
