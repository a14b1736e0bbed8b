"""Storage extension: the buyer may extend once, staff whenever hours have changed (rule 4.2)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Order, Stage, Storage, place_of
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.points.reminders import Reminder, reminders_after
from gotovo.points.storage_term import StorageDeadline, StorageRule, recompute
from gotovo.value import Value


class ExtendStorage(
    Value, frozen=True, tag="storage-extension", tag_field="step", omit_defaults=True
):
    """Keep the parcels longer: the buyer once; staff also when the timetable has changed."""

    note: FreeText = ""


class StorageExtended(
    Value, frozen=True, tag="order.storage_extended", tag_field="type", omit_defaults=True
):
    """The deadline moved; `by_buyer` uses up the buyer's one extension."""

    storage_deadline_at: datetime
    storage_rule: StorageRule
    reminders: tuple[Reminder, ...] = ()
    by_buyer: bool = True
    note: str = ""
    text_digest: TextDigest = NO_TEXT


def may_extend_storage(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse a buyer's second extension, and one that would not move the deadline."""
    extended = extended_deadline(order, circumstances)
    return extended if isinstance(extended, Decision) else None


def extend_storage(order: Order, _command: ExtendStorage, facts: Facts) -> Decision:
    """Grant the extension once to the buyer, and recompute by today's timetable for staff."""
    extended = extended_deadline(order, facts.circumstances)
    if isinstance(extended, Decision):
        return extended
    warnings = reminders_after(facts.known_at, extended, extended.rule.time_zone)
    by_buyer = _by_buyer(facts.actor)
    return accept(
        StorageExtended(
            extended.at, extended.rule, warnings, by_buyer, text_digest=facts.text_digest
        )
    )


def extended_deadline(order: Order, circumstances: Circumstances) -> StorageDeadline | Decision:
    """Return the later deadline, or the decision that there is none."""
    storage = order.storage
    if storage is None:
        return refuse(Code.STAGE_FORBIDS, "stage", order.stage, Stage.SHELVED)
    by_buyer = _by_buyer(circumstances.actor)
    if by_buyer and storage.extended:
        return refuse(Code.EXTENSION_USED, "storage_deadline_at", storage.deadline_at.isoformat())
    point = circumstances.points.get(place_of(order))
    if point is None:
        return refuse(Code.UNKNOWN_POINT, "point", place_of(order))
    rule = storage.rule
    days = rule.extended_days + (point.extension_days if by_buyer else 0)
    deadline = recompute(structs.replace(rule, extended_days=days), point)
    if deadline.at > storage.deadline_at:
        return deadline
    return refuse(Code.EXTENSION_USED, "extension_days", days, "1..") if by_buyer else ALREADY_DONE


def storage_extended(order: Order, event: StorageExtended, _at: datetime) -> Order:
    """Move the deadline."""
    before = order.storage
    storage = Storage(
        event.storage_deadline_at,
        event.storage_rule,
        event.reminders,
        extended=event.by_buyer or (before is not None and before.extended),
        closed=before.closed if before is not None else None,
    )
    return structs.replace(order, storage=storage)


def _by_buyer(actor: Actor) -> bool:
    """Return whether it uses the buyer's one extension; support and shops extend for the buyer."""
    return actor.role not in {Role.ADMIN, Role.POINT}
