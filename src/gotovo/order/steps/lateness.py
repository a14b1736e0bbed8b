"""Lateness: a missed promise is flagged before the buyer has to ask."""

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.steps.attention import AttentionRaised
from gotovo.order.values.order import Attention, Order
from gotovo.value import Value


class MarkLate(Value, frozen=True, tag="lateness", tag_field="step"):
    """Flag an order whose promise is missed."""


def mark_late(order: Order, _command: MarkLate, facts: Facts) -> Decision:
    """Flag an order whose promise has really passed."""
    promise = order.promise
    if promise is None or promise.promised_until is None:
        return ALREADY_DONE
    if facts.now < promise.promised_until or promise.was_flagged_late:
        return ALREADY_DONE
    return accept(AttentionRaised(Attention.LATE))
