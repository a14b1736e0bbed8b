"""Charges: what an order costs beside its goods (rule 4.8).

A charge is a signed line of the order that is no stock: nothing of it is picked or packed.
"""

from enum import StrEnum

from gotovo.value import Value


class ChargeKind(StrEnum):
    """What a charge is for; all but the delivery fee change what was paid for the goods."""

    DELIVERY_FEE = "delivery_fee"  # added, never below zero
    DISCOUNT = "discount"  # taken off, never above zero
    COUPON = "coupon"  # taken off, never above zero
    ROUNDING = "rounding"  # small, either way


class Charge(Value, frozen=True):
    """One charge, in minor units; an empty title leaves the kind's name to be shown."""

    kind: ChargeKind
    title: str
    amount: int
