"""Help lateness: a question is unanswered past its clock, and a person is asked."""

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.steps.attention import AttentionRaised
from gotovo.order.values.order import Attention, Order
from gotovo.value import Value


class MarkUnanswered(Value, frozen=True, tag="help-lateness", tag_field="step"):
    """Flag an order whose buyer was not answered in time."""


def mark_unanswered(order: Order, _command: MarkUnanswered, facts: Facts) -> Decision:
    """Flag it once, when the time is really over; what is asked meanwhile adds nothing."""
    clock = order.help
    if clock is None or clock.was_flagged or facts.now < clock.due_at:
        return ALREADY_DONE
    return accept(AttentionRaised(Attention.UNANSWERED, step="help-lateness"))
