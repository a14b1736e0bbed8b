"""Refund check: a command about a refund names one of the order's."""

from gotovo.order.facts import Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order
from gotovo.order.values.payments.refund import Refund


def find_refund(order: Order, refund_id: str) -> Refund | Decision:
    """Return the refund of this id; refuse where the order has none."""
    refund = next((r for r in order.refunds if r.id == refund_id), None)
    if refund is not None:
        return refund
    known = ", ".join(r.id for r in order.refunds)
    return refuse(Code.UNKNOWN_REFUND, "refund", refund_id, known)
