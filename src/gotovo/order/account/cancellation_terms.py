"""What a cancellation by the buyer would mean: shown before it is confirmed."""

from datetime import date, datetime, timedelta

from gotovo.order.facts import OrderTerms
from gotovo.order.steps.cancellation import fee_kept
from gotovo.order.values.order import Order, Reason, total, units_away
from gotovo.order.values.settlement.balance import balance
from gotovo.points.local_time import local_date
from gotovo.value import Value


class CancellationTerms(Value, frozen=True):
    """Sums in minor units: what the order costs, what is refunded, and the fee that is not.

    `refund_by` is the day by which a refund would be paid; `left_warehouse`: goods are on their
    way, or at the point, and have to come back.
    """

    total: int
    refund: int
    fee_kept: int
    refund_by: date
    left_warehouse: bool


def cancellation_terms(
    order: Order, terms: OrderTerms, time_zone: str, now: datetime
) -> CancellationTerms:
    """Return what a cancellation at the buyer's request would mean now."""
    kept = fee_kept(order, Reason.CUSTOMER_REQUEST)
    return CancellationTerms(
        total=total(order),
        refund=balance(order).owed - kept,
        fee_kept=kept,
        refund_by=local_date(now + timedelta(days=terms.refund_days), time_zone),
        left_warehouse=any(units_away(order)),
    )
