"""Invariants: what is true of every order after every command (rules 4.8 and 4.9)."""

from gotovo.order.values.money import Balance
from gotovo.order.values.order import (
    Order,
    Outcome,
    Stage,
    slowest_backward,
    slowest_forward,
    total,
    units_per_line,
)
from gotovo.order.values.payments.captured import held_balances, payments_of
from gotovo.order.values.payments.refund import RefundState
from gotovo.order.values.settlement.balance import balance

_OF_THE_ORDER = frozenset(
    {
        Stage.PLACED,
        Stage.PAID,
        Stage.PICKING,
        Stage.HANDING_OVER,
        Stage.SLOT_AGREED,
        Stage.OUT_FOR_DELIVERY,
        Stage.ATTEMPT_FAILED,
    }
)
"""Stages of an open order that do not follow from its parcels."""


def broken(order: Order) -> tuple[str, ...]:
    """Return a sentence for each invariant that this order violates."""
    return (*_money(order), *_goods(order), *_stage(order), *_times(order))


def _money(order: Order) -> tuple[str, ...]:
    if order.fee_kept and order.outcome is not Outcome.CANCELLED:
        return (f"money: {order.fee_kept} is kept of the fee of an order that goes on",)
    found = _unbalanced("money", balance(order))
    for currency, sums in held_balances(order).items():
        found += _unbalanced(f"money in {currency}", sums)
    if total(order) < 0:
        found += (f"money: the buyer pays {total(order)}",)
    return (*found, *_refund_sources(order), *_refund_states(order))


def _refund_sources(order: Order) -> tuple[str, ...]:
    """A refund names payments for all of its sum, and no payment is paid back twice."""
    found: list[str] = []
    left = {(p.provider, p.payment_id): p.amount for p in reversed(payments_of(order))}
    for refund in order.refunds:
        named = sum(source.amount for source in refund.sources)
        if refund.sources and named != refund.amount:
            found.append(f"money: refund {refund.id} of {refund.amount} names payments of {named}")
        if refund.state is RefundState.CANCELLED:
            continue
        for source in refund.sources:
            left[source.provider, source.payment_id] -= source.amount
    found += [
        f"money: payment {payment_id} is paid back beyond its amount"
        for (_, payment_id), rest in left.items()
        if rest < 0
    ]
    return tuple(found)


def _refund_states(order: Order) -> tuple[str, ...]:
    """A refund's state has what belongs to it, and less than all of a failed one was paid."""
    found: list[str] = []
    for refund in order.refunds:
        if (refund.state is RefundState.COMPLETED) is not (refund.completed_at is not None):
            found.append(f"money: refund {refund.id} is {refund.state} and has a wrong end")
        if refund.state is RefundState.SENT and refund.sent_at is None:
            found.append(f"money: refund {refund.id} was sent at no time")
        needs_failure = refund.state in {RefundState.FAILED, RefundState.REROUTED}
        if needs_failure and (refund.failure is None or refund.failed_at is None):
            found.append(f"money: refund {refund.id} is {refund.state} for no reason")
        if not 0 <= refund.paid_back < refund.amount:
            found.append(f"money: {refund.paid_back} of refund {refund.id} is paid back")
    return tuple(found)


def _unbalanced(what: str, sums: Balance) -> tuple[str, ...]:
    if sums.holds:
        return ()
    parts = f"issued {sums.issued} + refunded {sums.refunded} + owed {sums.owed}"
    return (f"{what}: captured {sums.captured} is not {parts}",)


def _goods(order: Order) -> tuple[str, ...]:
    found = list(_bounds(order))
    boxed = [0] * len(order.lines)
    back = [0] * len(order.lines)
    for parcel in order.parcels:
        for units in parcel.contents:
            (back if parcel.back else boxed)[units.line - 1] += units.quantity
    for index, line in enumerate(order.lines):
        if order.parcels and boxed[index] not in {line.quantity - line.released, line.quantity}:
            found.append(f"goods: line {index + 1} has {boxed[index]} units in parcels")
        if back[index] != line.refused + line.returned:
            found.append(f"goods: line {index + 1} has {back[index]} units in parcels going back")
    return (*found, *_received(order))


def _received(order: Order) -> tuple[str, ...]:
    found: list[str] = []
    for parcel in order.parcels:
        if not parcel.received:
            continue
        contents = units_per_line(order, parcel.contents)
        for each in parcel.received:
            contents[each.line - 1] -= each.quantity
        if min(contents) < 0:
            found.append(f"goods: more came of parcel {parcel.barcode} than was in it")
        if any(contents) is (parcel.stage is Stage.RECEIVED_BACK):
            found.append(
                f"goods: parcel {parcel.barcode} is {parcel.stage} with {contents} to come"
            )
    return tuple(found)


def _bounds(order: Order) -> tuple[str, ...]:
    found: list[str] = []
    for index, line in enumerate(order.lines, 1):
        counts = (line.released, line.issued, line.refused, line.returned)
        if min(counts) < 0 or line.returned > line.issued:
            found.append(f"goods: line {index} counts {counts}")
        issued = order.outcome in {Outcome.ISSUED, Outcome.RETURNED}
        if issued and line.issued + line.refused != line.quantity:
            found.append(f"goods: line {index} was issued in part and nobody knows the rest")
        if not issued and (line.issued or line.returned):
            found.append(f"goods: line {index} was issued although the order was not")
    return tuple(found)


def _stage(order: Order) -> tuple[str, ...]:
    if (order.outcome is Outcome.CANCELLED) is not (order.reason is not None):
        return (f"stage: {order.outcome} with the reason {order.reason}",)
    match order.outcome:
        case None:
            if order.stage in _OF_THE_ORDER:
                return ()
            expected = slowest_forward(order.parcels) if order.parcels else None
        case Outcome.ISSUED:
            expected = Stage.ISSUED
        case _:
            expected = slowest_backward(order.parcels)
    if order.stage is expected:
        return ()
    return (f"stage: {order.stage} although the slowest parcel says {expected}",)


def _times(order: Order) -> tuple[str, ...]:
    found: list[str] = []
    if (order.outcome is None) is not (order.closed_at is None):
        found.append("times: an order is closed exactly when closed_at is set")
    taken_in_part = order.pays_at_point and order.outcome in {Outcome.ISSUED, Outcome.RETURNED}
    if order.paid_at is not None and order.paid < total(order) and not taken_in_part:
        found.append("times: paid_at is set although the sum was not captured")
    return tuple(found)
