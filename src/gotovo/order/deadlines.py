"""What falls due next for an order: one instant and one step, kept beside its state.

A timer reads the rows that are due and submits the step as an ordinary command. Its id is made
of the order, the step and the instant, so two timers are harmless. The column «falls due» of
`lifecycle.TABLE` says at which stages each of these steps can be due.
"""

import uuid
from datetime import datetime

from gotovo.order.checks.return_period import return_deadline
from gotovo.order.facts import OrderTerms
from gotovo.order.steps.attention import MISSING_REST
from gotovo.order.steps.handover_timeout import LeaveHandover
from gotovo.order.steps.help_lateness import MarkUnanswered
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.missing_rest import MarkRestMissing
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.storage_reminder import RemindOfStorage
from gotovo.order.values.order import Attention, Order, Promised, Stage, Storage
from gotovo.value import Value

_NAMESPACE = uuid.UUID("6e1a8a34-5d0c-5a35-9a3c-0c1b7a6f2f10")

_ON_THE_WAY_BACK = frozenset({Stage.TURNED_ROUND, Stage.WITHDRAWN, Stage.IN_RETURN})
_FOR_A_PERSON = frozenset({Attention.DISPUTE, Attention.MONEY})

DueCommand = (
    ExpirePayment
    | MarkLate
    | RemindOfStorage
    | ExpireStorage
    | LeaveHandover
    | MarkRestMissing
    | MarkUnanswered
)

COMMANDS: dict[str, DueCommand] = {
    "payment-expiry": ExpirePayment(),
    "lateness": MarkLate(),
    "storage-reminder": RemindOfStorage(),
    "storage-expiry": ExpireStorage(),
    "handover-timeout": LeaveHandover(),
    MISSING_REST: MarkRestMissing(),
    "help-lateness": MarkUnanswered(),
}
"""The command for each thing that can fall due, by the noun of its step."""

BRAKED_KIND = "storage-expiry"
"""The one kind that closes orders people still wait for; the others warn or free what is unpaid.
How many are due is counted before any is submitted, so their stored instant is always exact."""


class Due(Value, frozen=True):
    """The next instant (UTC) at which something has to happen, and the step it is."""

    at: datetime
    what: str


def next_due(order: Order) -> Due | None:
    """Return what falls due first; for an imported order only what was asked here does.

    What is due first hides the other, so a late answer is flagged only after an expiry that timers
    hold. The queue of help does not depend on the flag.
    """
    due = None if order.imported else _of_stage(order)
    clock = order.help
    if clock is None or clock.was_flagged or (due is not None and due.at <= clock.due_at):
        return due
    return Due(clock.due_at, "help-lateness")


def due_command_id(number: str, due: Due) -> uuid.UUID:
    """Return the id that every timer gives to this command."""
    return uuid.uuid5(_NAMESPACE, f"{number}:{due.what}:{due.at.isoformat()}")


def settled_at(order: Order, terms: OrderTerms) -> datetime | None:
    """Return when nothing was left to do with an order; None while something is.

    Left to do are an open order, goods on their way back, a refund that is not paid, and what a
    person looks into. The instant is the last of the order's end, its return period and its
    refunds, so it may lie ahead.
    """
    if order.closed_at is None or order.outcome is None or order.stage in _ON_THE_WAY_BACK:
        return None
    if order.rest_expected_until is not None or not _FOR_A_PERSON.isdisjoint(order.attention):
        return None
    if any(refund.is_open for refund in order.refunds):
        return None
    ends = (
        order.closed_at,
        return_deadline(order, terms),
        *(refund.completed_at for refund in order.refunds),
    )
    return max(each for each in ends if each is not None)


def _of_stage(order: Order) -> Due | None:
    if order.outcome is not None:
        return _due(order.rest_expected_until, MISSING_REST)
    match order.stage:
        case Stage.PLACED:
            return _due(order.payment_due_at, "payment-expiry")
        case Stage.HANDING_OVER:
            return _due(order.handover_until, "handover-timeout")
        case Stage.SHELVED:
            return _of_storage(order.storage)
        case _:
            return _of_promise(order.promise)


def _due(at: datetime | None, what: str) -> Due | None:
    return Due(at, what) if at else None


def _of_storage(storage: Storage | None) -> Due | None:
    """Remind first; where the point does not open again nothing expires and nobody is reminded."""
    if storage is None or not storage.rule.opens_again:
        return None
    if storage.reminders:
        return Due(storage.reminders[0].at, "storage-reminder")
    return Due(storage.deadline_at, "storage-expiry")


def _of_promise(promise: Promised | None) -> Due | None:
    if promise is None or promise.was_flagged_late:
        return None
    return _due(promise.promised_until, "lateness")
