"""Sums: integers of minor units with the currency of the order.

The equation of rule 4.8: everything captured is for goods issued, refunded, or still owed to
somebody. `Balance` states it for one order.
"""

from gotovo.value import Value


class Money(Value, frozen=True):
    """An amount in minor units (kopecks, cents) and its ISO 4217 code."""

    amount: int
    currency: str


class Balance(Value, frozen=True):
    """Where the money of one order is, in minor units; `captured` is always the sum of the rest."""

    captured: int
    issued: int
    refunded: int
    owed: int

    @property
    def holds(self) -> bool:
        """Return whether the parts add up to what was captured."""
        parts = (self.issued, self.refunded, self.owed)
        return self.captured == sum(parts) and min(parts) >= 0
