"""Promise terms: the day an order is promised for, at its point or at the buyer's address."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import Facts
from gotovo.order.values.order import Delivery, Order, Pickup, Promised
from gotovo.order.values.promise import Promise, courier_terms, promise, promise_under


def promised(order: Order, delivery: Delivery, facts: Facts) -> Promise:
    """Return the promise for an order that is paid or redirected now."""
    warehouse = facts.world.warehouses[order.warehouse]
    if isinstance(delivery, Pickup):
        return promise(facts.at, facts.world.points[delivery.point], warehouse)
    return promise_under(facts.at, courier_terms(warehouse))


def promise_kept(order: Order, at: datetime) -> bool | None:
    """Return whether the order was handed over or shelved in time."""
    if order.promise is None or order.promise.promised_until is None:
        return None
    return at <= order.promise.promised_until


def kept_or_missed(promise: Promised | None, kept: bool | None) -> Promised | None:  # noqa: FBT001
    """Return the promise marked as kept or missed."""
    return promise if promise is None else structs.replace(promise, kept=kept)
