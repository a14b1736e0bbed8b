"""Storage extension: the buyer may extend once, staff whenever hours have changed (rule 4.2)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, Stage, Storage, place_of
from gotovo.points.reminders import Reminder, reminders_after
from gotovo.points.storage_term import StorageRule, storage_deadline
from gotovo.value import Value


class ExtendStorage(
    Value, frozen=True, tag="storage-extension", tag_field="step", omit_defaults=True
):
    """Keep the parcels longer: the buyer once; staff also when the timetable has changed."""

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
    warnings = reminders_after(facts.at, deadline, point.timetable.time_zone)
    return accept(StorageExtended(deadline.at, deadline.rule, warnings, by_buyer, command.note))


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
