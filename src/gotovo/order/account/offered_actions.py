"""What a buyer's account offers to do with an order now: page and bot ask here alike."""

from collections.abc import Mapping
from datetime import datetime

from gotovo.order.account.rating import can_be_rated
from gotovo.order.allowed import allowed
from gotovo.order.facts import Circumstances, OrderTerms
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Order, Stage
from gotovo.points.point import Point
from gotovo.value import Value

_NO_TRUSTED_PERSON = frozenset({Stage.HANDING_OVER})
"""During a hand-over somebody is collecting."""


class OfferedActions(Value, frozen=True):
    """The actions that are offered: each is allowed now and of use to the buyer."""

    slot: bool
    redirection: bool
    trusted_person: bool
    storage_extension: bool
    cancellation: bool
    return_claim: bool
    rating: bool


def buyer_circumstances(
    order: Order, now: datetime, points: Mapping[str, Point], terms: OrderTerms
) -> Circumstances:
    """Return the circumstances of a step that the order's buyer takes now."""
    return Circumstances(Actor(Role.BUYER, order.customer), now, points, terms)


def offered_actions(order: Order, circumstances: Circumstances) -> OfferedActions:
    """Return what is offered to the buyer whose circumstances these are."""
    return OfferedActions(
        slot=allowed(order, "slot", circumstances),
        redirection=allowed(order, "redirection", circumstances),
        trusted_person=offers_trusted_person(order, circumstances),
        storage_extension=allowed(order, "storage-extension", circumstances),
        cancellation=allowed(order, "cancellation", circumstances),
        return_claim=order.claim is None and allowed(order, "return-claim", circumstances),
        rating=can_be_rated(order),
    )


def offers_trusted_person(order: Order, circumstances: Circumstances) -> bool:
    """Tell whether a trusted person may be named, and it is of use."""
    return order.stage not in _NO_TRUSTED_PERSON and allowed(order, "trusted-person", circumstances)
