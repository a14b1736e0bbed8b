"""Captured money: an order's payments, what is left to pay, and what a person has to decide on."""

from gotovo.order.values.money import Balance
from gotovo.order.values.order import Order, RefundState, Stage, refunded, total
from gotovo.order.values.payments.payment import Payment, PaymentUse


def payments_of(order: Order) -> tuple[Payment, ...]:
    """Return every report of a payment, in the order in which they were recorded.

    An order stored before payments were values has their ids alone. Each of these was of the
    whole sum, as nothing else was accepted then, and only the first could pay the order.
    """
    if not order.payments:
        return ()
    return tuple(
        _of_old_id(order, index, each) if isinstance(each, str) else each
        for index, each in enumerate(order.payments)
    )


def amount_due(order: Order) -> int:
    """Return what is left to pay, in minor units; nothing once processing has begun."""
    if order.stage is not Stage.PLACED or order.paid_at is not None:
        return 0
    return max(0, total(order) - order.paid + refunded(order))


def held_balances(order: Order) -> dict[str, Balance]:
    """Return the balance of each currency that is not the order's.

    Such money pays for no goods: a person refunds it, and until then it is owed.
    """
    held: dict[str, int] = {}
    for each in order.payments:
        if isinstance(each, Payment) and each.use is PaymentUse.HELD:
            held[each.currency] = held.get(each.currency, 0) + each.amount
    return {currency: _held(order, currency, captured) for currency, captured in held.items()}


def _held(order: Order, currency: str, captured: int) -> Balance:
    back = sum(
        r.amount
        for r in order.refunds
        if r.currency == currency and r.state is not RefundState.CANCELLED
    )
    return Balance(captured, issued=0, refunded=back, owed=captured - back)


def _of_old_id(order: Order, index: int, payment_id: str) -> Payment:
    applied = index == 0 and order.paid_at is not None
    return Payment(
        provider="",
        payment_id=payment_id,
        amount=total(order),
        currency=order.currency,
        at=order.paid_at or order.closed_at or order.placed_at,
        use=PaymentUse.APPLIED if applied else PaymentUse.RETURNED,
    )
