"""The kinds of cases: what each is about, and how soon a person should have decided."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct


class CaseKind(StrEnum):
    """What a person has to decide."""

    UNMATCHED_PAYMENT = "unmatched_payment"  # money that belongs to no order
    PAYMENT_CONFLICT = "payment_conflict"  # another sum, currency or order than was asked for
    REFUND_FAILED = "refund_failed"  # the provider can't pay it back: another way is needed
    REFUND_CONFLICT = "refund_conflict"  # money went back that no order has refunded
    RECEIPT_FAILED = "receipt_failed"  # a receipt that the cash register refuses for good
    RECONCILIATION = "reconciliation"  # our books and the provider's differ
    HELD_MONEY = "held_money"  # an order holds money that none of its rules can apply
    CONTRADICTION = "contradiction"  # the times given for an order can't all be true
    DISPUTE = "dispute"  # somebody objects to how an order stands
    DAMAGE = "damage"  # goods were damaged or lost on the way


class CaseRule(Struct, frozen=True):
    """How a kind is handled."""

    within: timedelta
    """Time until somebody should have decided."""


_DAY: Final = timedelta(days=1)

CASE_RULES: Final = {
    CaseKind.UNMATCHED_PAYMENT: CaseRule(_DAY),
    CaseKind.PAYMENT_CONFLICT: CaseRule(_DAY),
    CaseKind.REFUND_FAILED: CaseRule(_DAY),
    CaseKind.REFUND_CONFLICT: CaseRule(_DAY),
    CaseKind.RECEIPT_FAILED: CaseRule(_DAY),
    CaseKind.RECONCILIATION: CaseRule(3 * _DAY),
    CaseKind.HELD_MONEY: CaseRule(_DAY),
    CaseKind.CONTRADICTION: CaseRule(3 * _DAY),
    CaseKind.DISPUTE: CaseRule(3 * _DAY),
    CaseKind.DAMAGE: CaseRule(3 * _DAY),
}
