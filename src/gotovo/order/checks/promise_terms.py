"""Promising: which day the order is promised for, at its point or at the buyer's door."""

from datetime import datetime, time

from msgspec import structs

from gotovo.order.facts import Facts
from gotovo.order.values.order import Delivery, Order, Pickup, Promised
from gotovo.order.values.promise import Promise, Terms, promise, promise_under

COURIER_CUT_OFF = time(20)
"""The cut-off where a warehouse has none of its own (product.md rule 4.1)."""

COURIER_TRANSIT_DAYS = 1


def promised(order: Order, delivery: Delivery, facts: Facts) -> Promise:
    """Return the promise for an order that is paid, or turned elsewhere, now."""
    warehouse = facts.world.warehouses[order.warehouse]
    if isinstance(delivery, Pickup):
        return promise(facts.at, facts.world.points[delivery.point], warehouse)
    terms = Terms(
        timetable=warehouse.timetable,
        cut_off=warehouse.cut_off or COURIER_CUT_OFF,
        transit_days=COURIER_TRANSIT_DAYS,
        dispatch=warehouse.timetable,
    )
    return promise_under(facts.at, terms)


def promise_kept(order: Order, at: datetime) -> bool | None:
    """Tell whether the order reached the buyer's hands or shelf in time."""
    if order.promise is None or order.promise.promised_until is None:
        return None
    return at <= order.promise.promised_until


def kept_or_missed(promise: Promised | None, kept: bool | None) -> Promised | None:  # noqa: FBT001
    """Return the promise with its verdict."""
    return promise if promise is None else structs.replace(promise, kept=kept)
