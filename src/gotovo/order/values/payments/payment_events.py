"""Payment events: what was captured for an order, and what it does to the order's money (rule 4.8).

Every step that records a payment records one of these.
"""

from datetime import date, datetime

from msgspec import structs

from gotovo.order.values.order import Order
from gotovo.order.values.payments.payment import Payment, PaymentUse, Tender
from gotovo.order.values.promise import PromiseRule
from gotovo.value import Value


class OrderPaid(Value, frozen=True, tag="order.paid", tag_field="type", omit_defaults=True):
    """The whole sum was captured; `reserved` tells whether the goods were still there.

    `amount` is the payment that completed the sum. The promise is absent when the goods were gone,
    or when the order was imported. `currency` is absent in events of the first versions.
    `warehouse` is where the goods are reserved, if that is not the provisional one.
    """

    amount: int
    reserved: bool
    payment_id: str = ""
    provider: str = ""
    promised_for: date | None = None
    promised_until: datetime | None = None
    promise_rule: PromiseRule | None = None
    warehouse: str = ""
    currency: str = ""
    captured_at: datetime | None = None


class PaymentReceived(
    Value, frozen=True, tag="order.payment_received", tag_field="type", omit_defaults=True
):
    """A payment was captured that does not begin processing; `use` tells what became of it.

    `applied`: the rest of the sum stays due, or nothing does where it `completes` the sum of an
    order that is paid at its point. `held`: it is in another currency. `contested`: it
    belongs to the order `holder` or to one of another shop, or contradicts an earlier report; it
    counts as no money.
    `captured_at` is set when that was not at the time of the event. `point` and `method` are set
    where a clerk of that point took the money.
    """

    amount: int
    currency: str
    provider: str
    payment_id: str
    use: PaymentUse = PaymentUse.APPLIED
    holder: str = ""
    captured_at: datetime | None = None
    completes: bool = False
    point: str = ""
    method: Tender | None = None


class PaymentReturned(
    Value, frozen=True, tag="order.payment_returned", tag_field="type", omit_defaults=True
):
    """Money arrived that this order has no use for; its refund follows at once.

    `point` and `method` are set where a clerk of that point took it.
    """

    amount: int
    payment_id: str
    provider: str = ""
    currency: str = ""
    captured_at: datetime | None = None
    point: str = ""
    method: Tender | None = None


PaymentEvent = OrderPaid | PaymentReceived | PaymentReturned


def payment_received(order: Order, event: PaymentReceived, at: datetime) -> Order:
    """Keep the payment; it counts as paid only where it is applied."""
    counts = event.use is PaymentUse.APPLIED
    return structs.replace(
        order,
        paid=order.paid + event.amount if counts else order.paid,
        payments=with_payment(order, event, at, event.use),
        paid_at=at if event.completes else order.paid_at,
    )


def payment_returned(order: Order, event: PaymentReturned, at: datetime) -> Order:
    """Count the money as captured; the refund that follows balances it."""
    return structs.replace(
        order,
        paid=order.paid + event.amount,
        payments=with_payment(order, event, at, PaymentUse.RETURNED),
    )


def with_payment(
    order: Order, event: PaymentEvent, at: datetime, use: PaymentUse
) -> tuple[Payment | str, ...]:
    """Return the payments with this one; an event without a currency is of the first versions."""
    if not event.payment_id and not event.amount:
        return order.payments
    if not event.currency:
        return (*order.payments, event.payment_id)
    payment = Payment(
        event.provider,
        event.payment_id,
        event.amount,
        event.currency,
        event.captured_at or at,
        use,
    )
    return (*order.payments, payment)
