"""A captured payment: a fact that its order keeps, whatever its sum, currency or moment (rule 4.8).

One payment is one (provider, payment id) in the whole network: a second report of it is the same
payment, and another sum under the same name is a contradiction, not more money.
"""

from datetime import datetime
from enum import StrEnum

from gotovo.order.values.money import Money
from gotovo.value import Value


class PaymentTerm(StrEnum):
    """When an order is paid."""

    IN_ADVANCE = "in_advance"  # before processing begins
    AT_POINT = "at_point"  # when it is handed over at a point that offers this


class Tender(StrEnum):
    """How a buyer pays at a point."""

    CARD = "card"
    CASH = "cash"


class PaymentUse(StrEnum):
    """What was done with a payment when it was recorded."""

    APPLIED = "applied"  # it counts for the order; what is too much of it is refunded
    RETURNED = "returned"  # the order has no use for it: all of it is refunded
    HELD = "held"  # in another currency than the order's: kept until a person decides
    CONTESTED = "contested"  # another order's, or it contradicts an earlier report: no money


class PaymentId(Value, frozen=True):
    """What identifies a payment over the whole network."""

    provider: str
    payment_id: str


class Payment(Value, frozen=True, omit_defaults=True):
    """One report of a captured payment; `amount` is in minor units, `at` is when it was captured.

    `provider` is empty where the order was paid before payments were recorded with it.
    """

    provider: str
    payment_id: str
    amount: int
    currency: str
    at: datetime
    use: PaymentUse = PaymentUse.APPLIED

    @property
    def money(self) -> Money:
        """Return what was captured."""
        return Money(self.amount, self.currency)

    def is_named(self, name: PaymentId) -> bool:
        """Return whether this is the payment of that name; without a provider the id decides."""
        return self.payment_id == name.payment_id and self.provider in {"", name.provider}


class RefundSource(Value, frozen=True):
    """The part of a refund that goes back to one payment, in minor units of its currency."""

    provider: str
    payment_id: str
    amount: int


_AT_POINT = "terminal:"


def provider_at(point: str) -> str:
    """Return the name under which what a point's terminal and till take is recorded."""
    return f"{_AT_POINT}{point}"


def was_taken_at_point(provider: str) -> bool:
    """Return whether money recorded under this provider was taken at a point."""
    return provider.startswith(_AT_POINT)
