"""Hand-over timeout: an opened hand-over that nobody finished returns to the shelf."""

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.steps.handover_stop import HandoverStopped
from gotovo.order.values.order import Order
from gotovo.value import Value


class LeaveHandover(Value, frozen=True, tag="handover-timeout", tag_field="step"):
    """End a hand-over that a clerk opened and did not finish."""


def leave_handover(order: Order, _command: LeaveHandover, facts: Facts) -> Decision:
    """Put the order back on its shelf when the time is really over."""
    if order.handover_until is None or facts.now < order.handover_until:
        return ALREADY_DONE
    return accept(HandoverStopped())
