"""Captured money: an order's payments, what is left to pay, and what a person has to decide on."""

from gotovo.order.values.money import Balance
from gotovo.order.values.order import Order, Stage, refunded, total
from gotovo.order.values.payments.payment import Payment, PaymentUse, RefundSource
from gotovo.order.values.payments.refund import Refund, RefundState


def payments_of(order: Order) -> tuple[Payment, ...]:
    """Return every report of a payment, in the order in which they were recorded.

    An order stored before payments were values has their ids alone. Each of these was of the
    whole sum, as nothing else was accepted then, and only the first could pay the order.
    """
    if not order.payments:
        return ()
    return tuple(
        [
            _of_old_id(order, index, each) if isinstance(each, str) else each
            for index, each in enumerate(order.payments)
        ]
    )


def amount_due(order: Order) -> int:
    """Return what is left to pay, in minor units; nothing once an order paid in advance goes on."""
    if order.paid_at is not None or not (order.stage is Stage.PLACED or is_due_at_point(order)):
        return 0
    return max(0, total(order) - order.paid + refunded(order))


def is_due_at_point(order: Order) -> bool:
    """Return whether the order goes on unpaid, and is paid when it is handed over, or before."""
    return order.pays_at_point and order.paid_at is None and order.outcome is None


def held_balances(order: Order) -> dict[str, Balance]:
    """Return the balance of each currency that is not the order's.

    Such money pays for no goods: a person refunds it, and until then it is owed.
    """
    held: dict[str, int] = {}
    for each in order.payments:
        if isinstance(each, Payment) and each.use is PaymentUse.HELD:
            held[each.currency] = held.get(each.currency, 0) + each.amount
    return {currency: _held(order, currency, captured) for currency, captured in held.items()}


def refund_sources(order: Order, amount: int, currency: str) -> tuple[RefundSource, ...]:
    """Return the payments that a refund of this sum goes back to, the newest first.

    A provider pays back no more than it captured, so a refund may need several payments. Those
    started before refunds named them are taken as if they had been spread in the same way.
    """
    left = _left_of_payments(order, currency)
    unnamed = sum(r.amount for r in _refunds_in(order, currency) if not r.sources)
    _taken(left, unnamed)
    return _taken(left, amount)


def _left_of_payments(order: Order, currency: str) -> dict[tuple[str, str], int]:
    """Return what is left of each payment in a currency, the newest first."""
    left: dict[tuple[str, str], int] = {}
    for each in reversed(payments_of(order)):
        if each.currency == currency and each.use is not PaymentUse.CONTESTED:
            left[each.provider, each.payment_id] = each.amount
    for refund in _refunds_in(order, currency):
        for source in refund.sources:
            left[source.provider, source.payment_id] -= source.amount
    return left


def _taken(left: dict[tuple[str, str], int], amount: int) -> tuple[RefundSource, ...]:
    """Take a sum out of what is left, and return from where."""
    taken: list[RefundSource] = []
    for (provider, payment_id), rest in left.items():
        part = min(rest, amount)
        if part:
            taken.append(RefundSource(provider, payment_id, part))
            left[provider, payment_id] -= part
            amount -= part
    return tuple(taken)


def _refunds_in(order: Order, currency: str) -> list[Refund]:
    own = "" if currency == order.currency else currency
    return [r for r in order.refunds if r.currency == own and r.state is not RefundState.CANCELLED]


def _held(order: Order, currency: str, captured: int) -> Balance:
    back = sum(r.amount for r in _refunds_in(order, currency))
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
