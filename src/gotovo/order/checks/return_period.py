"""Return period: until when issued goods may be brought back (rule 4.7), and who waits for them.

What reached its buyer may be brought to any point within the period, and later if it was claimed in
time; what was brought lies there until it is sent on. The order's own point is done with it when
nobody can bring or ask for anything any more. Everything here goes by the present, never by an
instant that somebody tells.
"""

from datetime import datetime, timedelta

from gotovo.order.checks.custody_check import is_out
from gotovo.order.facts import Circumstances, Decision, OrderTerms, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Attention, Order, Outcome, Stage, place_of

_POINT_IS_ASKED = frozenset({Attention.LOST, Attention.DAMAGED, Attention.DISPUTE})
"""Flags about which the point is asked until somebody takes them down."""


def return_deadline(order: Order, terms: OrderTerms) -> datetime | None:
    """Return the last instant at which goods may be brought back; None before they are issued.

    A hand-over reported late counts from when it became known (rule 4.2).
    """
    if order.stage is not Stage.ISSUED or order.closed_at is None:
        return None
    return (order.returnable_since or order.closed_at) + timedelta(days=terms.return_days)


def after_return_period(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse a return after the deadline."""
    deadline = return_deadline(order, circumstances.terms)
    if deadline is None:
        return refuse(Code.STAGE_FORBIDS, "stage", order.stage, Stage.ISSUED)
    now = circumstances.now
    if now > deadline:
        return refuse(Code.RETURN_PERIOD_OVER, "at", now.isoformat(), deadline.isoformat())
    return None


def may_come_to(order: Order, place: str, terms: OrderTerms, now: datetime) -> bool:
    """Return whether goods of a closed order may be brought to this point, or lie there."""
    reached_buyer = order.outcome in {Outcome.ISSUED, Outcome.RETURNED}
    if reached_buyer and (order.claim is not None or not _is_period_over(order, terms, now)):
        return True
    return any(parcel.at == place and is_out(parcel) for parcel in order.parcels)


def is_settled(order: Order, terms: OrderTerms, now: datetime) -> bool:
    """Return whether a closed order is over for its own point as well.

    The time of a return period has passed since it ended, however it ended; nothing is claimed or
    on its way, and no flag stands that the point is asked about.
    """
    if not _is_period_over(order, terms, now) or order.claim is not None:
        return False
    return _POINT_IS_ASKED.isdisjoint(order.attention) and not any(map(is_out, order.parcels))


def is_no_concern_of(order: Order, actor: Actor, terms: OrderTerms, now: datetime) -> bool:
    """Return whether a closed order does not exist for a clerk of another point."""
    if actor.role is not Role.POINT or order.outcome is None:
        return False
    place = actor.place or place_of(order)
    return place != place_of(order) and not may_come_to(order, place, terms, now)


def unknown_to_clerk(
    order: Order, actor: Actor, terms: OrderTerms, now: datetime
) -> Decision | None:
    """Refuse a closed order that is no concern of the clerk in the words of an unknown one."""
    unknown = is_no_concern_of(order, actor, terms, now)
    return refuse(Code.UNKNOWN_ORDER) if unknown else None


def _is_period_over(order: Order, terms: OrderTerms, now: datetime) -> bool:
    """Return whether the time in which issued goods may be brought back has passed since the end.

    A return counts from when it was taken, for the goods are then on their way.
    """
    if order.closed_at is None:
        return False
    end = return_deadline(order, terms) or order.closed_at + timedelta(days=terms.return_days)
    return now > end
