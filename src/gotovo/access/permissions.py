"""Permissions: what an actor may see; what it may do is answered by `order/allowed.py`.

Nobody of another shop sees anything of an order (rule 4.18). A clerk sees the orders of their own
point, those long over without their buyer; of another point's orders only the goods, while they may
be brought here (rule 4.7). A courier sees the own round alone, a warehouse what it serves, also
when that comes back, and its buyer while there is something to pack or a courier to send
(rule 4.19). What is seen may be reduced: who only carries or hands over gets a masked phone and no
money.
"""

from datetime import datetime
from enum import StrEnum

from gotovo.order.checks.custody_check import (
    UNCLAIMED,
    is_round_over,
    serves_another_warehouse,
    whose_round,
)
from gotovo.order.checks.return_period import is_no_concern_of, is_settled
from gotovo.order.facts import OrderTerms
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values import stages
from gotovo.order.values.actor import OFFICE, Actor, Role
from gotovo.order.values.order import Courier, Order, Stage, place_of
from gotovo.value import Value

SEES_PHONE = OFFICE | {Role.STOREFRONT}
"""Roles that see a buyer's phone and e-mail in full; others see a masked phone."""

SEES_PAYMENTS = SEES_PHONE

SEES_ADDRESS = SEES_PHONE | {Role.COURIER, Role.WAREHOUSE}

SEES_COURIER = OFFICE | {Role.WAREHOUSE}
"""Roles that see which courier carries an order: those who may give it to another one."""

_WAREHOUSE_NEEDS_BUYER = frozenset({Stage.PLACED}) | stages.IN_WAREHOUSE | stages.COURIER
"""Stages with something to pack and label, or with a courier whom the warehouse may replace."""

READERS = SEES_ADDRESS | {Role.POINT}
"""Roles that read orders; a follower reads the feed alone."""


class Sight(StrEnum):
    """How much of an order somebody sees.

    `reduced` is without phone, e-mail and payments; `nameless` is without anything of the buyer,
    as of one who was erased; `goods` is what is in the order and may be brought back, without
    buyer, money, places and history.
    """

    FULL = "full"
    REDUCED = "reduced"
    NAMELESS = "nameless"
    GOODS = "goods"
    NOTHING = "nothing"


class ListLimits(Value, frozen=True):
    """What every list, search and feed of an actor is limited to; None for no limit."""

    shop: str | None
    point: str | None
    courier: str | None
    warehouse: str | None


def is_of_another_shop(shop: str, actor: Actor) -> bool:
    """Tell whether an order or an event of this shop does not exist for the actor (rule 4.18)."""
    return actor.shop is not None and actor.shop != shop


def usual_sight(role: Role) -> Sight:
    """Return how much a role sees of an order that concerns it."""
    if role in SEES_PHONE:
        return Sight.FULL
    return Sight.REDUCED if role in READERS else Sight.NOTHING


def sight_varies(actor: Actor) -> bool:
    """Tell whether what the actor sees also depends on each order and on the time."""
    return actor.role in {Role.POINT, Role.COURIER, Role.WAREHOUSE}


def sight_of(order: Order, actor: Actor, terms: OrderTerms, now: datetime) -> Sight:
    """Return how much of an order the actor sees at this moment."""
    if is_of_another_shop(order.shop, actor):
        return Sight.NOTHING
    if actor.role is Role.COURIER:
        return _sight_of_courier(order, actor.id, now)
    if actor.role is Role.WAREHOUSE:
        return _sight_of_warehouse(order, actor)
    if actor.role is not Role.POINT:
        return usual_sight(actor.role)
    if actor.place and actor.place != place_of(order):
        hidden = order.outcome is None or is_no_concern_of(order, actor, terms, now)
        return Sight.NOTHING if hidden else Sight.GOODS
    is_over = order.outcome is not None and is_settled(order, terms, now)
    return Sight.NAMELESS if is_over else Sight.REDUCED


def _sight_of_courier(order: Order, courier: str, now: datetime) -> Sight:
    """Return what a courier sees (rule 4.19): its own round, and buyers where it goes to them."""
    whose = whose_round(order)
    if order.courier != courier:
        return Sight.NAMELESS if whose == UNCLAIMED else Sight.NOTHING
    goes_to_buyer = isinstance(order.delivery, Courier)
    if goes_to_buyer and not is_round_over(order, now):
        return Sight.REDUCED
    return Sight.NAMELESS if whose == courier else Sight.NOTHING


def _sight_of_warehouse(order: Order, actor: Actor) -> Sight:
    """Return what a warehouse sees: what it serves, and what has left it without the buyer."""
    if serves_another_warehouse(order, actor):
        return Sight.NOTHING
    return Sight.REDUCED if order.stage in _WAREHOUSE_NEEDS_BUYER else Sight.NAMELESS


def cannot_see(order: Order, actor: Actor, terms: OrderTerms, now: datetime) -> Refusal | None:
    """Return why the actor may not see the order, None when it may.

    Of an open order the clerk of another point hears where to send its buyer (rule 4.4); a closed
    one is refused as a number that nobody has.
    """
    if sight_of(order, actor, terms, now) is not Sight.NOTHING:
        return None
    is_elsewhere = actor.role is Role.POINT and not is_of_another_shop(order.shop, actor)
    if is_elsewhere and order.outcome is None:
        return Refusal(Code.WRONG_POINT, "point", actor.place or "", place_of(order))
    return Refusal(Code.UNKNOWN_ORDER)


def limits_of(actor: Actor) -> ListLimits:
    """Return what the lists of an actor are limited to."""
    courier = actor.id if actor.role is Role.COURIER else None
    return ListLimits(actor.shop, actor.place or None, courier, actor.warehouse)


def may_see_buyers(actor: Actor) -> bool:
    """Tell whether the actor may look up a buyer; within a shop only through its own orders."""
    return actor.role in OFFICE


def may_see_words(role: Role) -> bool:
    """Tell whether the feed gives a role what people typed: a note can name its buyer."""
    return role in SEES_PHONE


def acts_for_network(actor: Actor) -> bool:
    """Tell whether the actor serves all shops: only then may it change what all of them share."""
    return actor.shop is None
