"""Return period: until when issued goods may be brought back (rule 4.7)."""

from datetime import datetime, timedelta

from gotovo.order.facts import Circumstances, Decision, OrderTerms, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, Stage


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
