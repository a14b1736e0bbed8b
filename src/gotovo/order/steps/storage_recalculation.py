"""Storage recalculation: a running deadline follows what it was computed from (rule 4.2)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, structs

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.values.order import Order, Storage, place_of
from gotovo.points.point import Point, storage_days
from gotovo.points.reminders import Reminder, reminders_after
from gotovo.points.storage_term import StorageDeadline, StorageRule, storage_deadline
from gotovo.value import Value


class RecalculationReason(StrEnum):
    """Why a deadline or a promise was computed again."""

    CLOSURE = "closure"
    HOURS = "hours"
    TERM = "term"
    OUTAGE = "outage"
    MESSAGE_NOT_DELIVERED = "message_not_delivered"


class RecalculateStorage(
    Value, frozen=True, tag="storage-recalculation", tag_field="step", omit_defaults=True
):
    """Compute the deadline again by the point's present settings; it is never shortened.

    Without a `reason` the step names what has changed. The term counts from `counted_from` where
    that is later than before, as when the message was delivered later than it was sent.
    """

    reason: RecalculationReason | None = None
    counted_from: Annotated[datetime, Meta(tz=True)] | None = None


class StorageRecalculated(Value, frozen=True, tag="order.storage_recalculated", tag_field="type"):
    """What the deadline depends on has changed; it moved to a later instant, for this reason."""

    storage_deadline_at: datetime
    storage_rule: StorageRule
    reminders: tuple[Reminder, ...]
    reason: RecalculationReason


def recalculate_storage(order: Order, command: RecalculateStorage, facts: Facts) -> Decision:
    """Move the deadline where its inputs now lead to a later one."""
    moved = recalculated(order, facts, command.reason, command.counted_from)
    return ALREADY_DONE if moved is None else accept(moved)


def recalculated(
    order: Order,
    facts: Facts,
    reason: RecalculationReason | None = None,
    counted_from: datetime | None = None,
) -> StorageRecalculated | None:
    """Return the event that moves the deadline; None where it stays.

    Closures, hours and terms entered later extend a running deadline and never shorten it
    (rule 4.2). Whether the point opens again at all is taken over either way: nothing expires by
    itself where nobody can collect it.
    """
    storage, point = order.storage, facts.world.points.get(place_of(order))
    if storage is None or point is None:
        return None
    rule = storage.rule
    started_at = max(rule.started_at, counted_from or rule.started_at)
    new = storage_deadline(point, started_at, _days(order, storage, point), rule.extended_days)
    opens_again = new.rule.opens_again
    if new.at <= storage.deadline_at and opens_again == rule.opens_again:
        return None
    why = reason or _reason(rule, new.rule)
    if new.at < storage.deadline_at:
        rule = structs.replace(rule, opens_again=opens_again)
        new = StorageDeadline(storage.deadline_at, rule)
    warnings = reminders_after(facts.known_at, new, new.rule.time_zone)
    return StorageRecalculated(new.at, new.rule, warnings, why)


def storage_recalculated(order: Order, event: StorageRecalculated, _at: datetime) -> Order:
    """Move the deadline; the buyer's extension stays used or unused."""
    storage = Storage(
        event.storage_deadline_at,
        event.storage_rule,
        event.reminders,
        extended=order.storage is not None and order.storage.extended,
    )
    return structs.replace(order, storage=storage)


def _days(order: Order, storage: Storage, point: Point) -> int:
    """Return the longer of the term granted and the point's; a reinstated order has its own."""
    rule = storage.rule
    if storage.extended and not rule.extended_days:
        return rule.days
    return max(rule.days, storage_days(point, (line.goods_class for line in order.lines)))


def _reason(old: StorageRule, new: StorageRule) -> RecalculationReason:
    if new.days > old.days:
        return RecalculationReason.TERM
    closed = {*new.closed_dates, *new.closed_dates_passed}
    if closed - {*old.closed_dates, *old.closed_dates_passed} or not new.opens_again:
        return RecalculationReason.CLOSURE
    return RecalculationReason.HOURS
