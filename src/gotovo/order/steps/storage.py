"""Storage: seven days on the shelf, reminders, one extension, and then back."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import closing
from gotovo.order.steps.refunding import RefundCancelled
from gotovo.order.values.actor import Role
from gotovo.order.values.order import (
    Order,
    Outcome,
    Reason,
    RefundState,
    Stage,
    Storage,
    place_of,
)
from gotovo.points.point import Point
from gotovo.points.reminders import Reminder, reminders
from gotovo.points.storage_term import Deadline, StorageRule, storage_deadline
from gotovo.value import Value


class ExtendStorage(
    Value, frozen=True, tag="storage-extension", tag_field="step", omit_defaults=True
):
    """Keep the parcels longer: the buyer once; staff also when the timetable has changed."""

    note: str = ""


class RemindOfStorage(Value, frozen=True, tag="storage-reminder", tag_field="step"):
    """Tell the buyer that the deadline comes nearer."""


class ExpireStorage(Value, frozen=True, tag="storage-expiry", tag_field="step"):
    """Close an order that nobody collected."""


class Reinstate(Value, frozen=True, tag="reinstatement", tag_field="step", omit_defaults=True):
    """Let an order that nobody collected live again while it is still on the shelf."""

    note: str = ""


class StorageExtended(
    Value, frozen=True, tag="order.storage_extended", tag_field="type", omit_defaults=True
):
    """The deadline moved; `by_buyer` uses up the buyer's one extension."""

    storage_deadline_at: datetime
    storage_rule: StorageRule
    reminders: tuple[Reminder, ...] = ()
    by_buyer: bool = True
    note: str = ""


class StorageExpiring(Value, frozen=True, tag="order.storage_expiring", tag_field="type"):
    """The deadline is `hours` away; the buyer is told."""

    hours: int


class StorageExpired(Value, frozen=True, tag="order.storage_expired", tag_field="type"):
    """The deadline passed and nobody came."""

    storage_deadline_at: datetime


class OrderReinstated(
    Value, frozen=True, tag="order.reinstated", tag_field="type", omit_defaults=True
):
    """The order is ready again, with a new deadline."""

    storage_deadline_at: datetime
    storage_rule: StorageRule
    reminders: tuple[Reminder, ...] = ()
    note: str = ""


def extend_storage(order: Order, command: ExtendStorage, facts: Facts) -> Decision:
    """Grant the extension once to the buyer, and recompute by today's timetable for staff."""
    storage = order.storage
    if storage is None:
        return refuse(Code.STAGE_FORBIDS, "stage", order.stage, Stage.SHELVED)
    by_buyer = facts.actor.role not in {Role.ADMIN, Role.POINT}
    if by_buyer and storage.extended:
        return refuse(Code.EXTENSION_USED, "storage_deadline_at", storage.deadline_at.isoformat())
    point = facts.world.points[place_of(order)]
    rule = storage.rule
    days = rule.extended_days + (point.extension_days if by_buyer else 0)
    deadline = storage_deadline(point, rule.started_at, rule.days, days)
    if deadline.at <= storage.deadline_at:
        if by_buyer:
            return refuse(Code.EXTENSION_USED, "extension_days", days, "1..")
        return ALREADY_DONE
    warnings = _still_ahead(deadline, point, facts.at)
    return accept(StorageExtended(deadline.at, deadline.rule, warnings, by_buyer, command.note))


def remind(order: Order, _command: RemindOfStorage, facts: Facts) -> Decision:
    """Send the reminder that is due, one at a time, the latest of those missed."""
    storage = order.storage
    if storage is None:
        return ALREADY_DONE
    passed = [r.hours_before for r in storage.reminders if r.at <= facts.at]
    return accept(StorageExpiring(min(passed))) if passed else ALREADY_DONE


def expire_storage(order: Order, _command: ExpireStorage, facts: Facts) -> Decision:
    """Close the order, but only when its deadline has really passed."""
    storage = order.storage
    if storage is None or facts.at < storage.deadline_at:
        return ALREADY_DONE
    expired = StorageExpired(storage.deadline_at)
    return accept(expired, *closing(order, Reason.NOT_COLLECTED, "", facts))


def reinstate(order: Order, command: Reinstate, facts: Facts) -> Decision:
    """Undo an expiry: nothing was withdrawn yet, and its refund was not paid out yet."""
    if order.outcome is not Outcome.CANCELLED or order.reason is not Reason.NOT_COLLECTED:
        return refuse(Code.STAGE_FORBIDS, "reason", order.reason or "", Reason.NOT_COLLECTED)
    if any(p.stage is not Stage.SHELVED for p in order.parcels):
        return refuse(Code.STAGE_FORBIDS, "stage", order.stage, Stage.SHELVED)
    refunds = [r for r in order.refunds if r.reason == Reason.NOT_COLLECTED]
    done = next((r for r in refunds if r.state is RefundState.COMPLETED), None)
    if done is not None:
        return refuse(Code.REFUND_COMPLETED, "refund", done.id)
    open_refunds = (r for r in refunds if r.state is RefundState.STARTED)
    point = facts.world.points[place_of(order)]
    deadline = storage_deadline(point, facts.now, max(1, point.extension_days))
    warnings = _still_ahead(deadline, point, facts.now)
    return accept(
        *(RefundCancelled(r.id) for r in open_refunds),
        OrderReinstated(deadline.at, deadline.rule, warnings, command.note),
    )


def storage_extended(order: Order, event: StorageExtended, _at: datetime) -> Order:
    """Move the deadline."""
    was_extended = order.storage is not None and order.storage.extended
    storage = Storage(
        event.storage_deadline_at,
        event.storage_rule,
        event.reminders,
        extended=event.by_buyer or was_extended,
    )
    return structs.replace(order, storage=storage)


def storage_expiring(order: Order, event: StorageExpiring, _at: datetime) -> Order:
    """Drop this reminder and those that were due before it."""
    if order.storage is None:
        return order
    left = tuple(r for r in order.storage.reminders if r.hours_before < event.hours)
    return structs.replace(order, storage=structs.replace(order.storage, reminders=left))


def storage_expired(order: Order, _event: StorageExpired, _at: datetime) -> Order:
    """Stop the clock; the cancellation that follows closes the order."""
    if order.storage is None:
        return order
    return structs.replace(order, storage=structs.replace(order.storage, reminders=()))


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
    )


def _still_ahead(deadline: Deadline, point: Point, at: datetime) -> tuple[Reminder, ...]:
    """Return the reminders of a new deadline that did not pass already."""
    return tuple(r for r in reminders(deadline, point.timetable.time_zone) if r.at > at)
