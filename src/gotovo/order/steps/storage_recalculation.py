"""Storage recalculation: a running deadline follows what it was computed from (rule 4.2).

That is the point's calendar and terms, and what became of the message that the order is ready:

- It arrived: the term begins when it did, unless that was at once.
- Nobody knows: the term begins at the latest `storage_starts_within_hours` after the order was
  ready. A message that arrives later still changes nothing more.
- No channel could deliver it: the term is added once more. Counting it from the failure instead
  would give nothing to a buyer whose number is refused in the first minute.

The buyer of what lies on a shelf is also told that the point will be closed, or is, and when that
is taken back, each of it once and whether or not the deadline moves: nobody comes in vain.

A deadline never moves earlier, and each of these happens once in a stay on the shelf, whatever is
told twice or in another order.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, structs

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.values.order import Order, Storage, place_of
from gotovo.points.closures.closed_time import ClosedTime, closed_time
from gotovo.points.closures.closure import ClosureKind
from gotovo.points.point import Point, storage_days
from gotovo.points.reminders import Reminder, reminders_after
from gotovo.points.storage_term import BeginReason, StorageDeadline, StorageRule, recompute
from gotovo.value import Value

ARRIVES_AT_ONCE: Final = timedelta(minutes=15)
"""What arrives so soon moves nothing: the deadline that the message tells stays the one shown."""


class RecalculationReason(StrEnum):
    """Why a deadline or a promise was computed again."""

    CLOSURE = "closure"
    HOURS = "hours"
    TERM = "term"
    OUTAGE = "outage"
    MESSAGE_DELIVERED = "message_delivered"
    MESSAGE_UNCONFIRMED = "message_unconfirmed"
    MESSAGE_NOT_DELIVERED = "message_not_delivered"


OF_THE_MESSAGE: Final = frozenset(
    {
        RecalculationReason.MESSAGE_DELIVERED,
        RecalculationReason.MESSAGE_UNCONFIRMED,
        RecalculationReason.MESSAGE_NOT_DELIVERED,
    }
)
"""Reasons that tell what became of the message that the order is ready."""


class RecalculateStorage(
    Value, frozen=True, tag="storage-recalculation", tag_field="step", omit_defaults=True
):
    """Compute the deadline again by the point's present settings; it is never shortened.

    Without a `reason` the step names what has changed. With one that tells of the ready message
    nothing moves unless that moves it; `arrived_at` is when the message did.
    """

    reason: RecalculationReason | None = None
    arrived_at: Annotated[datetime, Meta(tz=True)] | None = None


_BY_SETTINGS: Final = RecalculateStorage()


class StorageRecalculated(
    Value,
    frozen=True,
    tag="order.storage_recalculated",
    tag_field="type",
    omit_defaults=True,
):
    """What the deadline depends on has changed; it moved to a later instant, for this reason.

    `closed`: the point is closed, or will be, while the order lies there; `reopened`: that was
    taken back. With either the deadline may be as it was.
    """

    storage_deadline_at: datetime
    storage_rule: StorageRule
    reminders: tuple[Reminder, ...]
    reason: RecalculationReason
    closed: ClosedTime | None = None
    reopened: bool = False


def recalculate_storage(order: Order, command: RecalculateStorage, facts: Facts) -> Decision:
    """Move the deadline where its inputs now lead to a later one; tell of the point's closure."""
    moved = recalculated(order, facts, command)
    if command.reason not in OF_THE_MESSAGE:
        moved = _with_closure(order, moved, facts)
    return ALREADY_DONE if moved is None else accept(moved)


def recalculated(
    order: Order, facts: Facts, command: RecalculateStorage = _BY_SETTINGS
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
    told = _told(rule, command, timedelta(hours=facts.world.terms.storage_starts_within_hours))
    if told is rule and command.reason in OF_THE_MESSAGE:
        return None
    new = recompute(structs.replace(told, days=_days(order, storage, point)), point)
    opens_again = new.rule.opens_again
    if new.at <= storage.deadline_at and opens_again == rule.opens_again:
        return None
    why = command.reason or _reason(rule, new.rule, point)
    if new.at < storage.deadline_at:
        rule = structs.replace(rule, opens_again=opens_again)
        new = StorageDeadline(storage.deadline_at, rule)
    warnings = reminders_after(facts.known_at, new, new.rule.time_zone)
    return StorageRecalculated(new.at, new.rule, warnings, why)


def storage_recalculated(order: Order, event: StorageRecalculated, _at: datetime) -> Order:
    """Move the deadline; the buyer's extension stays used or unused."""
    before = order.storage
    kept = None if before is None or event.reopened else before.closed
    storage = Storage(
        event.storage_deadline_at,
        event.storage_rule,
        event.reminders,
        extended=before is not None and before.extended,
        closed=event.closed or kept,
    )
    return structs.replace(order, storage=storage)


def _with_closure(
    order: Order, moved: StorageRecalculated | None, facts: Facts
) -> StorageRecalculated | None:
    """Return the event with what is to be told of a closure; as it is where nothing is."""
    storage, point = order.storage, facts.world.points.get(place_of(order))
    if storage is None or point is None:
        return moved
    told, closed = storage.closed, closed_time(point.timetable, facts.now)
    deadline = moved.storage_deadline_at if moved else storage.deadline_at
    if closed is not None and closed.since < deadline:
        if closed == told:
            return moved
        event = moved or _unmoved(storage, RecalculationReason.CLOSURE)
        return structs.replace(event, closed=closed)
    if closed is None and told is not None and not told.is_over(facts.now):
        return structs.replace(moved or _unmoved(storage, RecalculationReason.HOURS), reopened=True)
    return moved


def _unmoved(storage: Storage, why: RecalculationReason) -> StorageRecalculated:
    return StorageRecalculated(storage.deadline_at, storage.rule, storage.reminders, why)


def _told(rule: StorageRule, command: RecalculateStorage, within: timedelta) -> StorageRule:
    """Return the rule with what is told of the message; the same one where that changes nothing.

    Nothing is added to a term that was lengthened because no message came.
    """
    if rule.undelivered_days:
        return rule
    ready_at = rule.ready_at or rule.started_at
    latest = ready_at + within
    match command:
        case RecalculateStorage(RecalculationReason.MESSAGE_NOT_DELIVERED):
            return structs.replace(rule, undelivered_days=rule.days)
        case RecalculateStorage(RecalculationReason.MESSAGE_UNCONFIRMED):
            return _begun(rule, latest, "message_unconfirmed")
        case RecalculateStorage(RecalculationReason.MESSAGE_DELIVERED, arrived_at) if arrived_at:
            if arrived_at > latest:
                return _begun(rule, latest, "message_unconfirmed")
            is_at_once = arrived_at - ready_at <= ARRIVES_AT_ONCE
            return rule if is_at_once else _begun(rule, arrived_at, "message_delivered")
        case _:
            return rule


def _begun(rule: StorageRule, at: datetime, because: BeginReason) -> StorageRule:
    """Return the rule with a later beginning, or as it is."""
    if at <= rule.started_at:
        return rule
    ready_at = rule.ready_at or rule.started_at
    return structs.replace(rule, started_at=at, ready_at=ready_at, begins_because=because)


def _days(order: Order, storage: Storage, point: Point) -> int:
    """Return the longer of the term granted and the point's; a reinstated order has its own."""
    rule = storage.rule
    if storage.extended and not rule.extended_days:
        return rule.days
    return max(rule.days, storage_days(point, (line.goods_class for line in order.lines)))


def _reason(old: StorageRule, new: StorageRule, point: Point) -> RecalculationReason:
    if new.days > old.days:
        return RecalculationReason.TERM
    closed = {*new.closed_dates, *new.closed_dates_passed}
    closed -= {*old.closed_dates, *old.closed_dates_passed}
    if closed and all(_was_outage(point, day) for day in closed):
        return RecalculationReason.OUTAGE
    if closed or not new.opens_again:
        return RecalculationReason.CLOSURE
    return RecalculationReason.HOURS


def _was_outage(point: Point, day: date) -> bool:
    """Return whether nothing but outages keeps a date closed."""
    covering = [each for each in point.timetable.all_closures if each.covers(day)]
    return bool(covering) and all(each.kind is ClosureKind.OUTAGE for each in covering)
