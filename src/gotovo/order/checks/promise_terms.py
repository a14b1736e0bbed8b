"""Promise terms: the day an order is promised for, at its point or at the buyer's address."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import Facts, World
from gotovo.order.values.order import Delivery, Order, Pickup, Promised
from gotovo.order.values.promise import (
    Promise,
    PromiseTerms,
    courier_terms,
    promise_under,
    terms_of,
)
from gotovo.points.local_time import local_date


def promised(warehouse: str, delivery: Delivery, facts: Facts) -> Promise:
    """Return the promise for an order that is paid or redirected now, by its warehouse's code.

    What is reported late counts from when it happened. Where that leads to an opening that is
    over, it counts from when it became known: nobody is promised the past (rule 4.1).
    """
    terms = delivery_terms_of(warehouse, delivery, facts.world)
    by_given_time = promise_under(facts.at, terms)
    if not _is_over(by_given_time, facts.known_at):
        return by_given_time
    known = promise_under(facts.known_at, terms)
    return structs.replace(known, rule=structs.replace(known.rule, reported_late=True))


def delivery_terms_of(warehouse: str, delivery: Delivery, world: World) -> PromiseTerms:
    """Return the terms of this delivery from the warehouse of this code, as they are set now."""
    sender = world.warehouses[warehouse]
    if isinstance(delivery, Pickup):
        return terms_of(world.points[delivery.point], sender)
    return courier_terms(sender)


def _is_over(promised: Promise, now: datetime) -> bool:
    """Return whether what is promised has passed; by its date where the hours are not known."""
    if promised.promised_until is not None:
        return promised.promised_until <= now
    return promised.promised_for < local_date(now, promised.rule.time_zone)


def promise_kept(order: Order, at: datetime) -> bool | None:
    """Return whether the order was handed over or shelved in time."""
    if order.promise is None or order.promise.promised_until is None:
        return None
    return at <= order.promise.promised_until


def kept_or_missed(promise: Promised | None, kept: bool | None) -> Promised | None:  # noqa: FBT001
    """Return the promise marked as kept or missed."""
    return promise if promise is None else structs.replace(promise, kept=kept)
