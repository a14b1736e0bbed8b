"""The missed payment of an order that closed as unpaid, as its buyer sees it (rule 4.8)."""

from enum import StrEnum

from gotovo.order.values.order import Order, total
from gotovo.order.values.payments.captured import payments_of
from gotovo.order.values.payments.payment import Payment, PaymentUse


class MissedPayment(StrEnum):
    """What came of an order that was to be paid."""

    NONE = "none"  # nothing was paid
    IN_PART = "in_part"  # a part was paid, the rest was not
    LATE = "late"  # it was paid when the order had closed
    REPORTED_LATE = "reported_late"  # it was paid in time, and reported when the order had closed


def missed_payment(order: Order) -> MissedPayment:
    """Return what came of the payment of an order that closed as unpaid."""
    payments = payments_of(order)
    if any(each.use is PaymentUse.APPLIED for each in payments):
        return MissedPayment.IN_PART
    late = [each for each in payments if each.use is PaymentUse.RETURNED]
    if any(_would_have_paid(order, each) for each in late):
        return MissedPayment.REPORTED_LATE
    return MissedPayment.LATE if late else MissedPayment.NONE


def _would_have_paid(order: Order, payment: Payment) -> bool:
    due_at = order.payment_due_at
    return due_at is not None and payment.at < due_at and payment.amount >= total(order)
