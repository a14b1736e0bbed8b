"""Columns of a stored order and its refunds: a projection of the state.

The journal writes them and the audit expects them, from the same functions. Orders of a batch are
structs, which are made and encoded in half the time of dictionaries; an absent column is null.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import asdict

from gotovo.order.checks.custody_check import whose_round
from gotovo.order.deadlines import BRAKED_KIND, next_due
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Attention, Order, Outcome, Pickup, Reason, Stage, total
from gotovo.order.values.status import status_of


class MovingColumns(Struct, gc=False, omit_defaults=True):
    """The key of an order and the columns that a step may change; `head` is in hexadecimal."""

    home: int
    number: str
    version: int
    status: str
    stage: Stage
    method: str
    warehouse: str
    attention: tuple[Attention, ...]
    courier: str
    head: str
    outcome: Outcome | None = None
    reason: Reason | None = None
    point: str | None = None
    paid_at: datetime | None = None
    ready_at: datetime | None = None
    closed_at: datetime | None = None
    promised_until: datetime | None = None
    due_at: datetime | None = None
    due_what: str | None = None


class AllColumns(MovingColumns, gc=False, omit_defaults=True):
    """These, and the columns that never change after the placement."""

    customer: str | None = None
    shop: str | None = None
    origin: str | None = None
    external_id: str | None = None
    total: int | None = None
    currency: str | None = None
    placed_at: datetime | None = None


MovingRow = TypeVar("MovingRow", bound=MovingColumns)
AllRow = TypeVar("AllRow", bound=AllColumns)


def order_row(order: Order) -> dict[str, Any]:
    """Return the columns of `orders` that follow from the state, the documents left out."""
    row = asdict(all_columns(order, AllColumns))
    return row | {"head": order.last_hash, "attention": list(order.attention)}


def all_columns(order: Order, row_type: type[AllRow]) -> AllRow:
    """Return a row with all columns; what else the type has is left at its default."""
    row = moving_columns(order, row_type)
    row.customer = order.customer
    row.shop = order.shop
    row.origin = order.origin
    row.external_id = order.external_id or None
    row.total = total(order)
    row.currency = order.currency
    row.placed_at = order.placed_at
    return row


def moving_columns(order: Order, row_type: type[MovingRow]) -> MovingRow:
    """Return a row with the columns that a step may change; anything else is at its default.

    They are given in the order of the fields: by name it takes twice as long.
    """
    due = next_due(order)
    delivery, promise = order.delivery, order.promise
    is_pickup = isinstance(delivery, Pickup)
    return row_type(
        home_of(order.number),
        order.number,
        order.version,
        status_of(order),
        order.stage,
        "pickup" if is_pickup else "courier",
        order.warehouse,
        order.attention,
        whose_round(order),
        bytea(order.last_hash),
        order.outcome,
        order.reason,
        delivery.point if is_pickup else None,
        order.paid_at,
        order.ready_at,
        order.closed_at,
        promise.promised_until if promise else None,
        due.at if due else None,
        due.what if due else None,
    )


def bytea(value: bytes) -> str:
    """Return bytes as PostgreSQL reads them from JSON."""
    return "\\x" + value.hex()


def kept_due(order: Order, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stored due instant where it may be earlier than the state says (decision 42)."""
    due, kept = next_due(order), stored["due_at"]
    if due is None or kept is None or due.what == BRAKED_KIND or kept > due.at:
        return {}
    return {"due_at": kept}


def refund_rows(order: Order) -> list[dict[str, Any]]:
    """Return the rows of `refund` for the order's refunds."""
    return [
        {
            "home": home_of(order.number),
            "number": order.number,
            "id": refund.id,
            "amount": refund.amount,
            "currency": refund.currency or order.currency,
            "state": refund.state,
            "route": refund.route,
            "promised_for": refund.promised_for,
            "provider_id": refund.provider_id or None,
            "started_at": refund.started_at,
            "completed_at": refund.completed_at,
        }
        for refund in order.refunds
    ]
