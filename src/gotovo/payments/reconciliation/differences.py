"""Differences between the provider's books and ours, found by ids and never by sums alone."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from gotovo.order.values.money import Money
from gotovo.payments.providers.port import (
    ProviderPayment,
    ProviderPaymentState,
    ProviderRefund,
    ProviderRefundState,
    UnreadableEntry,
)


class DifferenceKind(StrEnum):
    """What differs."""

    PAYMENT_UNKNOWN_HERE = "payment_unknown_here"  # captured there, and no order has it
    PAYMENT_UNKNOWN_THERE = "payment_unknown_there"  # an order has it, and the provider does not
    PAYMENT_NOT_CAPTURED = "payment_not_captured"  # an order has it, and it was never captured
    PAYMENT_SUM = "payment_sum"
    PAYMENT_ORDER = "payment_order"  # it was asked for by another order than has it
    PAYMENT_UNREADABLE = "payment_unreadable"  # the provider lists it in a way we can't read
    REFUND_UNKNOWN_HERE = "refund_unknown_here"  # given back there, and no order refunds it
    REFUND_UNKNOWN_THERE = "refund_unknown_there"  # given back here, and the provider does not
    REFUND_NOT_PAID = "refund_not_paid"  # given back here, and not paid there
    REFUND_SUM = "refund_sum"
    REFUND_UNREADABLE = "refund_unreadable"


class MoneyDifference(Struct, frozen=True):
    """One difference: what it is about at the provider, which order, and what each side says."""

    kind: DifferenceKind
    id: str
    number: str
    here: str
    there: str


class BookedPayment(Struct, frozen=True):
    """A captured payment of ours, with the order that has it."""

    payment_id: str
    number: str
    amount: Money


class BookedRefund(Struct, frozen=True):
    """A refund of ours that is with the provider; `is_paid` once it has confirmed it."""

    refund_id: str
    number: str
    amount: Money
    is_paid: bool


def payment_differences(
    there: Iterable[ProviderPayment], here: Mapping[str, BookedPayment]
) -> Sequence[MoneyDifference]:
    """Compare payments of the provider with ours, which are by payment id.

    One that no order has and that went back whole is nobody's: its refund is compared.
    """
    found: list[MoneyDifference] = []
    for each in there:
        ours = here.get(each.payment_id)
        if each.state is not ProviderPaymentState.SUCCEEDED:
            if ours is not None:
                kind = DifferenceKind.PAYMENT_NOT_CAPTURED
                found.append(_payment(kind, each, ours, _text(ours.amount), each.state))
        elif ours is None and each.refunded < each.amount.amount:
            kind = DifferenceKind.PAYMENT_UNKNOWN_HERE
            found.append(_payment(kind, each, None, "", _text(each.amount)))
        elif ours is not None:
            found += _sums(each, ours)
    return found


def refund_differences(
    there: Iterable[ProviderRefund], here: Mapping[str, BookedRefund]
) -> Sequence[MoneyDifference]:
    """Compare refunds of the provider with ours, which are by its refund id."""
    found: list[MoneyDifference] = []
    for each in there:
        ours = here.get(each.refund_id)
        if ours is None:
            if each.state is not ProviderRefundState.FAILED:
                kind, says = DifferenceKind.REFUND_UNKNOWN_HERE, _text(each.amount)
                found.append(MoneyDifference(kind, each.refund_id, "", "", says))
            continue
        if ours.amount != each.amount:
            sums = _text(ours.amount), _text(each.amount)
            kind = DifferenceKind.REFUND_SUM
            found.append(MoneyDifference(kind, each.refund_id, ours.number, *sums))
        if ours.is_paid and each.state is not ProviderRefundState.SUCCEEDED:
            kind = DifferenceKind.REFUND_NOT_PAID
            found.append(MoneyDifference(kind, each.refund_id, ours.number, "paid", each.state))
    return found


def unknown_payment(ours: BookedPayment) -> MoneyDifference:
    """Return that the provider does not know a payment of ours."""
    kind = DifferenceKind.PAYMENT_UNKNOWN_THERE
    return MoneyDifference(kind, ours.payment_id, ours.number, _text(ours.amount), "")


def unknown_refund(ours: BookedRefund) -> MoneyDifference:
    """Return that the provider does not know a refund of ours."""
    kind = DifferenceKind.REFUND_UNKNOWN_THERE
    return MoneyDifference(kind, ours.refund_id, ours.number, _text(ours.amount), "")


def unreadable_payment(entry: UnreadableEntry) -> MoneyDifference:
    """Return that a payment of the provider's list says nothing that can be compared."""
    return MoneyDifference(DifferenceKind.PAYMENT_UNREADABLE, entry.id, "", "", entry.reason)


def unreadable_refund(entry: UnreadableEntry) -> MoneyDifference:
    """Return the same of a refund."""
    return MoneyDifference(DifferenceKind.REFUND_UNREADABLE, entry.id, "", "", entry.reason)


def _sums(each: ProviderPayment, ours: BookedPayment) -> Iterable[MoneyDifference]:
    if ours.amount != each.amount:
        kind = DifferenceKind.PAYMENT_SUM
        yield _payment(kind, each, ours, _text(ours.amount), _text(each.amount))
    if each.attempt is not None and each.attempt.number != ours.number:
        kind = DifferenceKind.PAYMENT_ORDER
        yield _payment(kind, each, ours, ours.number, each.attempt.number)


def _payment(
    kind: DifferenceKind, each: ProviderPayment, ours: BookedPayment | None, here: str, there: str
) -> MoneyDifference:
    asked_by = each.attempt.number if each.attempt is not None else ""
    number = asked_by if ours is None else ours.number
    return MoneyDifference(kind, each.payment_id or each.reference, number, here, there)


def _text(money: Money) -> str:
    return f"{money.amount} {money.currency}"
