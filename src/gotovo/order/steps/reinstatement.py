"""Reinstatement: an expired order that was not withdrawn yet becomes ready again (rule 4.2)."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import structs

from gotovo.order.facts import Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refunds import RefundCancelled
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, Outcome, Reason, Stage, Storage, place_of
from gotovo.order.values.payments.refund import Refund, RefundState
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.points.quiet_hours import after_quiet_hours
from gotovo.points.reminders import Reminder, reminders_after
from gotovo.points.storage_term import StorageRule, storage_deadline
from gotovo.value import Value


class Reinstate(Value, frozen=True, tag="reinstatement", tag_field="step", omit_defaults=True):
    """Reopen an expired order that is still on its shelf."""

    note: FreeText = ""


class OrderReinstated(
    Value, frozen=True, tag="order.reinstated", tag_field="type", omit_defaults=True
):
    """The order is ready again, with a new deadline."""

    storage_deadline_at: datetime
    storage_rule: StorageRule
    reminders: tuple[Reminder, ...] = ()
    note: str = ""
    text_digest: TextDigest = NO_TEXT


def may_reinstate(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Refuse unless the order expired, is still on its shelf, and its refund was not sent."""
    if order.outcome is not Outcome.CANCELLED or order.reason is not Reason.NOT_COLLECTED:
        return refuse(Code.STAGE_FORBIDS, "reason", order.reason or "", Reason.NOT_COLLECTED)
    if any(p.stage is not Stage.SHELVED for p in order.parcels):
        return refuse(Code.STAGE_FORBIDS, "stage", order.stage, Stage.SHELVED)
    sent = next((r for r in _refunds(order) if r.state is not RefundState.STARTED), None)
    return None if sent is None else refuse(Code.REFUND_COMPLETED, "refund", sent.id)


def reinstate(order: Order, _command: Reinstate, facts: Facts) -> Decision:
    """Undo an expiry and cancel its refund; the new term begins when the buyer is told."""
    refused = may_reinstate(order, facts.circumstances)
    if refused:
        return refused
    point = facts.world.points[place_of(order)]
    zone = point.timetable.time_zone
    begins_at = after_quiet_hours(facts.now, zone)
    deadline = storage_deadline(point, begins_at, max(1, point.extension_days))
    warnings = reminders_after(facts.now, deadline, zone)
    return accept(
        *(RefundCancelled(r.id) for r in _refunds(order)),
        OrderReinstated(deadline.at, deadline.rule, warnings, text_digest=facts.text_digest),
    )


def reinstated_before(order: Order, _command: Reinstate, _facts: Facts) -> bool:
    """Return whether nothing has moved since the order was ready again."""
    return order.outcome is None and order.last_step == "reinstatement"


def reinstated(order: Order, event: OrderReinstated, _at: datetime) -> Order:
    """Put the order back on its shelf."""
    storage = Storage(event.storage_deadline_at, event.storage_rule, event.reminders, extended=True)
    lines = tuple(structs.replace(line, released=0) for line in order.lines)
    return structs.replace(
        order,
        outcome=None,
        reason=None,
        closed_at=None,
        stage=Stage.SHELVED,
        lines=lines,
        storage=storage,
        fee_kept=0,
    )


def _refunds(order: Order) -> Iterator[Refund]:
    """Yield the refunds of the expiry that were not called off."""
    return (
        r
        for r in order.refunds
        if r.reason == Reason.NOT_COLLECTED and r.state is not RefundState.CANCELLED
    )
