"""Refund sending: the provider is about to be asked to pay a refund out.

It comes before the request, so that a refund is either called off or sent, never both (rule 4.11).
"""

from gotovo.order.checks.money.refund_check import find_refund
from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept, refuse
from gotovo.order.refunds import RefundSent
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order
from gotovo.order.values.payments.refund import RefundRoute, RefundState
from gotovo.value import Value

_SENT_BEFORE = frozenset({RefundState.SENT, RefundState.FAILED, RefundState.COMPLETED})


class SendRefund(Value, frozen=True, tag="refund-sending", tag_field="step"):
    """Claim a refund for the request to its providers."""

    refund: str


def send_refund(order: Order, command: SendRefund, _facts: Facts) -> Decision:
    """Accept it while the money waits for its way back to where it came from."""
    refund = find_refund(order, command.refund)
    if isinstance(refund, Decision):
        return refund
    if refund.sent_at is not None and refund.state in _SENT_BEFORE:
        return ALREADY_DONE
    if refund.state not in {RefundState.STARTED, RefundState.REROUTED}:
        expected = f"{RefundState.STARTED}, {RefundState.REROUTED}"
        return refuse(Code.STAGE_FORBIDS, "refund", refund.state, expected)
    if refund.route != RefundRoute.ORIGINAL:
        return refuse(Code.STAGE_FORBIDS, "route", refund.route, RefundRoute.ORIGINAL)
    return accept(RefundSent(command.refund))
