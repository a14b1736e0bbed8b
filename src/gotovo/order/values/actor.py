"""Who takes a step: the role decides what it may do, the id is kept in the history."""

from enum import StrEnum

from gotovo.value import Value


class Role(StrEnum):
    """The roles of product.md §1; `system` is Gotovo's own timers."""

    BUYER = "buyer"
    STOREFRONT = "storefront"
    WAREHOUSE = "warehouse"
    POINT = "point"
    COURIER = "courier"
    SUPPORT = "support"
    ADMIN = "admin"
    FOLLOWER = "follower"
    SYSTEM = "system"


class Actor(Value, frozen=True):
    """One person or program.

    `place` is the only point it may act at, `warehouse` the only warehouse whose orders it serves
    (rule 4.19), None for any. `shop` is the only shop whose orders exist for it (rule 4.18), None
    for those who serve all shops, as buyers and the network do.
    `imports`: it tells the histories of orders from other systems, however old they are.
    `own_customer` is who a member of staff is as a buyer: nobody issues to themselves. Empty for
    programs, and for people whose phone is not known.
    """

    role: Role
    id: str
    place: str | None = None
    shop: str | None = None
    imports: bool = False
    warehouse: str | None = None
    own_customer: str = ""


STAFF_PREFIX = "staff-"
"""How the ids of people begin, who sign in as staff; no key has such an id."""


def is_person(actor: Actor) -> bool:
    """Return whether a member of staff acts, and not a program with a key."""
    return actor.id.startswith(STAFF_PREFIX)


DEFAULT_SHOP = ""
"""The only shop of an installation that has set up no other: nobody sees its name."""

DEFAULT_SHOP_NAME = "default"
"""What the default shop is called where a key or an import names one; no other has this code."""

TIMER = Actor(Role.SYSTEM, "timer")
EVERYONE = frozenset(Role) - {Role.FOLLOWER}
OFFICE = frozenset({Role.SUPPORT, Role.ADMIN})
