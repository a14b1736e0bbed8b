"""What falls due next for an order: one instant and one step, kept beside its state.

A timer reads the rows that are due and submits the step as an ordinary command. Its id is made
of the order, the step and the instant, so two timers are harmless. The column «falls due» of
`lifecycle.TABLE` says at which stages each of these steps can be due.
"""

import uuid
from datetime import datetime

from msgspec import Struct

from gotovo.order.order import Attention, Order, Stage
from gotovo.order.steps.attention import MarkLate
from gotovo.order.steps.handover import LeaveHandover
from gotovo.order.steps.payment import ExpirePayment
from gotovo.order.steps.storage import ExpireStorage, RemindOfStorage

_NAMESPACE = uuid.UUID("6e1a8a34-5d0c-5a35-9a3c-0c1b7a6f2f10")

_PROCESSING = frozenset(
    {
        Stage.PAID,
        Stage.PICKING,
        Stage.PACKED,
        Stage.DISPATCHED,
        Stage.ARRIVED_AT_POINT,
        Stage.WITH_COURIER,
        Stage.SLOT_AGREED,
        Stage.OUT_FOR_DELIVERY,
        Stage.ATTEMPT_FAILED,
    }
)

DueCommand = ExpirePayment | MarkLate | RemindOfStorage | ExpireStorage | LeaveHandover

COMMANDS: dict[str, DueCommand] = {
    "payment-expiry": ExpirePayment(),
    "lateness": MarkLate(),
    "storage-reminder": RemindOfStorage(),
    "storage-expiry": ExpireStorage(),
    "handover-timeout": LeaveHandover(),
}
"""The command for each thing that can fall due, by the noun of its step."""


class Due(Struct, frozen=True):
    """The next instant (UTC) at which something has to happen, and the step it is."""

    at: datetime
    what: str


def next_due(order: Order) -> Due | None:
    """Return what falls due first; nothing does for a life carried over from elsewhere."""
    if order.outcome is not None or order.carried_over:
        return None
    if order.stage is Stage.PLACED:
        return Due(order.payment_due_at, "payment-expiry") if order.payment_due_at else None
    if order.stage is Stage.HANDING_OVER and order.handover_until:
        return Due(order.handover_until, "handover-timeout")
    if order.stage is Stage.SHELVED and order.storage:
        if order.storage.reminders:
            return Due(order.storage.reminders[0].at, "storage-reminder")
        if order.storage.rule.opens_again:
            return Due(order.storage.deadline_at, "storage-expiry")
        return None
    promise = order.promise
    late = Attention.LATE in order.attention
    if order.stage in _PROCESSING and promise and promise.promised_until and not late:
        return Due(promise.promised_until, "lateness")
    return None


def due_command_id(number: str, due: Due) -> uuid.UUID:
    """Return the id that every timer gives to this command."""
    return uuid.uuid5(_NAMESPACE, f"{number}:{due.what}:{due.at.isoformat()}")
