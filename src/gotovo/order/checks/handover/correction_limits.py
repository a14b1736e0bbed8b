"""Limits of a correction: how long a hand-over may be undone, by whom, and when not any more.

A clerk undoes what they did themselves, for some minutes. Later, or what a colleague did, a second
person agrees or the office does it, for some hours more. What happened before the server knew of
it counts from when it became known. What was paid for at the point is the office's to undo: money
and goods would part at the till. Once goods were refused or brought back, a refund has begun and
nothing is undone at all.
"""

from datetime import datetime, timedelta

from gotovo.order.facts import Circumstances, Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import OFFICE, is_person
from gotovo.order.values.order import Order
from gotovo.order.values.payments.captured import payments_of
from gotovo.order.values.payments.payment import PaymentUse, was_taken_at_point


def beyond_correction(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse a clerk where the point took money, and everybody when it is too long ago."""
    if order.imported or order.closed_at is None:
        return None
    paid_here = any(
        was_taken_at_point(p.provider) and p.use is not PaymentUse.CONTESTED
        for p in payments_of(order)
    )
    if paid_here and circumstances.actor.role not in OFFICE:
        return refuse(Code.ALREADY_PAID, "paid", order.paid, "")
    hours = circumstances.terms.correction_hours
    until = _known_since(order) + timedelta(hours=hours)
    if circumstances.now > until:
        return refuse(
            Code.CORRECTION_PERIOD_OVER, "now", circumstances.now.isoformat(), until.isoformat()
        )
    return None


def needs_second_person(order: Order, circumstances: Circumstances) -> bool:
    """Return whether the actor may not undo this hand-over alone."""
    actor, terms = circumstances.actor, circumstances.terms
    if order.imported or actor.role in OFFICE:
        return False
    if terms.corrections_need_approval:
        return True
    is_others = is_person(actor) and order.issued_by not in {"", actor.id}
    until = _known_since(order) + timedelta(minutes=terms.correction_minutes)
    return is_others or circumstances.now > until


def _known_since(order: Order) -> datetime:
    known = order.returnable_since or order.closed_at
    assert known is not None, order.number
    return known
