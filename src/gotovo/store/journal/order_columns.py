"""Columns of a stored order and its refunds: a projection of the state.

The journal writes them and the audit expects them, from the same two functions.
"""

from collections.abc import Mapping
from typing import Any

from gotovo.order.checks.custody_check import whose_round
from gotovo.order.deadlines import BRAKED_KIND, next_due
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Order, Pickup, total
from gotovo.order.values.status import status_of


def order_row(order: Order) -> dict[str, Any]:
    """Return the columns of `orders` that follow from the state, the documents left out."""
    return fixed_columns(order) | moving_columns(order)


def fixed_columns(order: Order) -> dict[str, Any]:
    """Return the columns that never change after the placement."""
    return {
        "customer": order.customer,
        "shop": order.shop,
        "origin": order.origin,
        "external_id": order.external_id or None,
        "total": total(order),
        "currency": order.currency,
        "placed_at": order.placed_at,
    }


def moving_columns(order: Order) -> dict[str, Any]:
    """Return the key and the columns that a step may change."""
    due = next_due(order)
    delivery, promise = order.delivery, order.promise
    is_pickup = isinstance(delivery, Pickup)
    return {
        "home": home_of(order.number),
        "number": order.number,
        "version": order.version,
        "status": status_of(order),
        "outcome": order.outcome,
        "reason": order.reason,
        "stage": order.stage,
        "method": "pickup" if is_pickup else "courier",
        "point": delivery.point if is_pickup else None,
        "warehouse": order.warehouse,
        "attention": list(order.attention),
        "courier": whose_round(order),
        "paid_at": order.paid_at,
        "ready_at": order.ready_at,
        "closed_at": order.closed_at,
        "promised_until": promise.promised_until if promise else None,
        "due_at": due.at if due else None,
        "due_what": due.what if due else None,
        "head": order.last_hash,
    }


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
