"""The status of an order as a schema.org term, for machines that read pages."""

from gotovo.order.values.order import Order, Outcome
from gotovo.order.values.status import status_of

SCHEMA_ORG = {
    "awaiting_payment": "OrderPaymentDue",
    "processing": "OrderProcessing",
    "ready_for_pickup": "OrderPickupAvailable",
    Outcome.ISSUED: "OrderDelivered",
    Outcome.CANCELLED: "OrderCancelled",
    Outcome.RETURNED: "OrderReturned",
}
"""The schema.org OrderStatus of a status, or of the outcome once the order is closed."""


def schema_org_status(order: Order) -> str:
    """Return the schema.org OrderStatus term."""
    return SCHEMA_ORG[order.outcome or status_of(order)]
