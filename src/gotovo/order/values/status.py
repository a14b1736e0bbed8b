"""The four statuses that a buyer sees (product.md §2); each stage belongs to one."""

from gotovo.order.values.order import Order, Stage

STATUS_OF = {
    Stage.PLACED: "awaiting_payment",
    Stage.PAID: "processing",
    Stage.PICKING: "processing",
    Stage.PACKED: "processing",
    Stage.DISPATCHED: "processing",
    Stage.ARRIVED_AT_POINT: "processing",
    Stage.WITH_COURIER: "processing",
    Stage.SLOT_AGREED: "processing",
    Stage.OUT_FOR_DELIVERY: "processing",
    Stage.ATTEMPT_FAILED: "processing",
    Stage.SHELVED: "ready_for_pickup",
    Stage.HANDING_OVER: "ready_for_pickup",
    Stage.ISSUED: "closed",
    Stage.CANCELLED: "closed",
    Stage.TURNED_ROUND: "closed",
    Stage.WITHDRAWN: "closed",
    Stage.IN_RETURN: "closed",
    Stage.RECEIVED_BACK: "closed",
}
"""The status of each stage."""

STATUSES = tuple(dict.fromkeys(STATUS_OF.values()))
"""The four statuses, in the order in which an order passes through them."""

CLOSED = STATUS_OF[Stage.ISSUED]
"""The status that an order ends in."""


def status_of(order: Order) -> str:
    """Return the status of the order's stage (rules 2.1, 2.2, 2.3 and 2.4)."""
    return STATUS_OF[order.stage]
