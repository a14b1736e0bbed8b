"""Balance: what was paid for units of an order, and where all of its money is (rule 4.8).

A line's units come back one after the other, and each takes the price of its place: the units
refused at the desk first, then those in the parcels of returns, oldest parcel first. So a unit is
refunded at one price, whichever parcel is received first and whatever of it arrives.
"""

from collections.abc import Sequence

from gotovo.order.values.money import Balance
from gotovo.order.values.order import (
    Order,
    Outcome,
    Parcel,
    Stage,
    Units,
    refunded,
    still_expected,
    total,
    units_per_line,
)
from gotovo.order.values.payments.payment import Payment, PaymentUse
from gotovo.order.values.settlement.allocation import paid_for_units, paid_per_line
from gotovo.order.values.settlement.charge import ChargeKind

_DELIVERED = frozenset({Outcome.ISSUED, Outcome.RETURNED})


def paid_for_lines(order: Order) -> tuple[int, ...]:
    """Return what each line costs with its share of discount, coupon and rounding."""
    values = [line.price * line.quantity for line in order.lines]
    if not order.charges:
        return tuple(values)
    spread = sum(x.amount for x in order.charges if x.kind is not ChargeKind.DELIVERY_FEE)
    return paid_per_line(values, spread)


def fee_of(order: Order) -> int:
    """Return what the order costs beside its goods, once a discount is spread over them."""
    return total(order) - sum(paid_for_lines(order)) if order.charges else 0


def value_of(order: Order, units: tuple[Units, ...]) -> int:
    """Return what was paid for these units, if they are the next that the buyer gives back."""
    before = [line.refused + line.returned for line in order.lines]
    return _value(order, before, units_per_line(order, units))


def value_of_arrival(order: Order, parcel: Parcel, units: tuple[Units, ...]) -> int:
    """Return what was paid for these units of a return, if they are the next of it to arrive."""
    return _value(order, units_before(order, parcel), units_per_line(order, units))


def units_before(order: Order, parcel: Parcel) -> list[int]:
    """Return, line by line, how many units came back before the next of this return."""
    before = [line.refused for line in order.lines]
    for each in order.parcels:
        if each.barcode == parcel.barcode:
            break
        if each.returned:
            _add(before, each.contents, 1)
    _add(before, parcel.contents, 1)
    _add(before, still_expected(parcel), -1)
    return before


def balance(order: Order) -> Balance:
    """Return the balance of the order's money; an open order owes its buyer goods.

    Money in other currencies has balances of its own: see `payments.captured`. What was kept of
    the fee for a delivery that the buyer did not take counts as issued.
    """
    return Balance(order.paid, _issued(order), refunded(order), _owed(order))


def _issued(order: Order) -> int:
    """Return what was paid for the goods that the buyer has, and for their delivery."""
    if order.outcome not in _DELIVERED:
        return order.fee_kept
    back = [line.refused + line.returned for line in order.lines]
    with_buyer = [line.issued - line.returned for line in order.lines]
    return fee_of(order) + _value(order, back, with_buyer)


def _owed(order: Order) -> int:
    """Return what was paid for goods that are neither the buyer's nor refunded yet."""
    if order.outcome is None:
        return _part_paid(order) if order.paid_at is None else total(order)
    unreceived = (p for p in order.parcels if p.returned and p.stage is not Stage.RECEIVED_BACK)
    return sum(value_of_arrival(order, p, still_expected(p)) for p in unreceived)


def _part_paid(order: Order) -> int:
    """Return the part of the sum that was captured while the rest is still due."""
    return sum(
        p.amount for p in order.payments if isinstance(p, Payment) and p.use is PaymentUse.APPLIED
    )


def _value(order: Order, before: Sequence[int], counts: Sequence[int]) -> int:
    """Return what was paid, line by line, for units that follow those before them."""
    if not order.charges:
        return sum(line.price * n for line, n in zip(order.lines, counts, strict=True))
    paid = paid_for_lines(order)
    return sum(
        paid_for_units(paid[index], line.quantity, before[index], counts[index])
        for index, line in enumerate(order.lines)
    )


def _add(counts: list[int], units: tuple[Units, ...], times: int) -> None:
    for each in units:
        counts[each.line - 1] += times * each.quantity
