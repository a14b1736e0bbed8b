"""Refunds: money on its way back to the buyer (rules 4.7 and 4.8)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from msgspec import structs

from gotovo.order.facts import Facts
from gotovo.order.values.order import Order, Pickup, Refund, RefundState
from gotovo.order.values.payments.captured import refund_sources
from gotovo.order.values.payments.payment import RefundSource, was_taken_at_point
from gotovo.points.local_time import local_date
from gotovo.value import Value

ORIGINAL = "original"
"""The route of a refund that a provider sends back the way the money came."""

AT_POINT = "at_point"
"""The route of a refund that a point pays out by its own terminal or till."""


class RefundStarted(Value, frozen=True, tag="refund.started", tag_field="type", omit_defaults=True):
    """A sum (minor units) is on its way back to where it came from, by the `route` it came.

    `currency` is present where it is not the order's, `sources` name the payments it goes back to.
    """

    refund: str
    amount: int
    reason: str
    promised_for: date
    route: str = ORIGINAL
    currency: str = ""
    sources: tuple[RefundSource, ...] = ()


class RefundCompleted(
    Value, frozen=True, tag="refund.completed", tag_field="type", omit_defaults=True
):
    """The provider has paid the refund out."""

    refund: str
    provider_id: str = ""


class RefundCancelled(Value, frozen=True, tag="refund.cancelled", tag_field="type"):
    """The refund was called off before it was paid, because its order was reinstated."""

    refund: str


def start_refund(
    order: Order, amount: int, reason: str, facts: Facts, currency: str = ""
) -> tuple[RefundStarted, ...]:
    """Return the event of the order's next refund; none for goods that cost nothing.

    What was taken at a point goes back there, so a sum of both routes makes two refunds.
    Its day counts from when the reason for it became known, so it is never past (rule 4.2).
    `currency` is given where it is not the order's. The order has its payments already.
    """
    if not amount:
        return ()
    until = facts.known_at + timedelta(days=facts.world.terms.refund_days)
    promised_for = local_date(until, _time_zone(order, facts))
    sources = refund_sources(order, amount, currency or order.currency)
    return tuple(
        RefundStarted(
            f"{order.number}-R{len(order.refunds) + index}",
            part,
            str(reason),
            promised_for,
            route=route,
            currency=currency,
            sources=named,
        )
        for index, (route, part, named) in enumerate(_by_route(amount, sources), 1)
    )


def refund_started(order: Order, event: RefundStarted, at: datetime) -> Order:
    """Add the refund."""
    refund = Refund(
        event.refund,
        event.amount,
        event.reason,
        at,
        event.promised_for,
        event.route,
        currency=event.currency,
        sources=event.sources,
    )
    return structs.replace(order, refunds=(*order.refunds, refund))


def refund_completed(order: Order, event: RefundCompleted, at: datetime) -> Order:
    """Mark the refund as paid out."""
    return _change(
        order,
        event.refund,
        state=RefundState.COMPLETED,
        completed_at=at,
        provider_id=event.provider_id,
    )


def refund_cancelled(order: Order, event: RefundCancelled, _at: datetime) -> Order:
    """Take the refund out of the balance."""
    return _change(order, event.refund, state=RefundState.CANCELLED)


def _by_route(
    amount: int, sources: tuple[RefundSource, ...]
) -> Iterator[tuple[str, int, tuple[RefundSource, ...]]]:
    """Yield each route that a sum goes back by, its part, and the payments of that part."""
    at_point = tuple(each for each in sources if was_taken_at_point(each.provider))
    part = sum(each.amount for each in at_point)
    if part:
        yield AT_POINT, part, at_point
    if part < amount:
        yield ORIGINAL, amount - part, tuple(each for each in sources if each not in at_point)


def _time_zone(order: Order, facts: Facts) -> str:
    if isinstance(order.delivery, Pickup):
        return facts.world.points[order.delivery.point].timetable.time_zone
    return facts.world.warehouses[order.warehouse].timetable.time_zone


def _change(order: Order, refund_id: str, **changes: object) -> Order:
    refunds = tuple(
        structs.replace(r, **changes) if r.id == refund_id else r for r in order.refunds
    )
    return structs.replace(order, refunds=refunds)
