"""Permissions: what an actor may see; what it may do is answered by `order/allowed.py`.

Nobody of another shop sees anything of an order (rule 4.18), and a clerk sees an order of another
point only once it is closed, for it may be brought back to any of them. What is seen may be
reduced: who only carries or hands over gets a masked phone and no money.
"""

from enum import StrEnum

from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import OFFICE, Actor, Role
from gotovo.order.values.order import Order, place_of
from gotovo.value import Value

SEES_PHONE = OFFICE | {Role.STOREFRONT}
"""Roles that see a buyer's phone and e-mail in full; others see a masked phone."""

SEES_PAYMENTS = SEES_PHONE

SEES_ADDRESS = SEES_PHONE | {Role.COURIER, Role.WAREHOUSE}

SEES_COURIER = OFFICE | {Role.WAREHOUSE}
"""Roles that see which courier carries an order: those who may give it to another one."""

READERS = SEES_ADDRESS | {Role.POINT}
"""Roles that read orders; a follower reads the feed alone."""


class Sight(StrEnum):
    """How much of an order somebody sees; `reduced` is without phone, e-mail and payments."""

    FULL = "full"
    REDUCED = "reduced"
    NOTHING = "nothing"


class ListLimits(Value, frozen=True):
    """What every list, search and feed of an actor is limited to; None for no limit."""

    shop: str | None
    point: str | None


def is_of_another_shop(shop: str, actor: Actor) -> bool:
    """Tell whether an order or an event of this shop does not exist for the actor (rule 4.18)."""
    return actor.shop is not None and actor.shop != shop


def cannot_see(order: Order, actor: Actor) -> Refusal | None:
    """Return why the actor may not see the order, None when it may."""
    if is_of_another_shop(order.shop, actor):
        return Refusal(Code.UNKNOWN_ORDER)
    if not actor.place or actor.place == place_of(order) or order.outcome is not None:
        return None
    return Refusal(Code.WRONG_POINT, "point", actor.place, place_of(order))


def sight_of(order: Order, actor: Actor) -> Sight:
    """Return how much of an order the actor sees."""
    if actor.role not in READERS or cannot_see(order, actor):
        return Sight.NOTHING
    return Sight.FULL if actor.role in SEES_PHONE else Sight.REDUCED


def limits_of(actor: Actor) -> ListLimits:
    """Return what the lists of an actor are limited to."""
    return ListLimits(actor.shop, actor.place or None)


def may_see_buyers(actor: Actor) -> bool:
    """Tell whether the actor may look up a buyer; within a shop only through its own orders."""
    return actor.role in OFFICE


def acts_for_network(actor: Actor) -> bool:
    """Tell whether the actor serves all shops: only then may it change what all of them share."""
    return actor.shop is None
