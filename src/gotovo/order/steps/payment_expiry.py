"""Payment expiry: an order that was not paid in time closes by itself."""

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.steps.cancellation import closing
from gotovo.order.values.order import Order, Reason
from gotovo.value import Value


class ExpirePayment(Value, frozen=True, tag="payment-expiry", tag_field="step"):
    """Close an order that was not paid in time."""


def expire_payment(order: Order, _command: ExpirePayment, facts: Facts) -> Decision:
    """Close the order when its time is really over; a part that was paid is refunded."""
    if order.payment_due_at is None or facts.now < order.payment_due_at:
        return ALREADY_DONE
    return accept(*closing(order, Reason.PAYMENT_EXPIRED, facts))
