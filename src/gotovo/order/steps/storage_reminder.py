"""Storage reminder: the deadline is near, and the buyer is reminded (rule 4.2)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.steps.storage_recalculation import recalculated
from gotovo.order.values.order import Order
from gotovo.value import Value


class RemindOfStorage(Value, frozen=True, tag="storage-reminder", tag_field="step"):
    """Tell the buyer that the deadline comes nearer."""


class StorageExpiring(Value, frozen=True, tag="order.storage_expiring", tag_field="type"):
    """The deadline is `hours` away; the buyer is reminded."""

    hours: int


def remind(order: Order, _command: RemindOfStorage, facts: Facts) -> Decision:
    """Send the reminder that is due, one at a time, the latest of those missed.

    Where the deadline is a later one by now, that is recorded instead (rule 4.2).
    """
    storage = order.storage
    if storage is None:
        return ALREADY_DONE
    moved = recalculated(order, facts)
    if moved is not None:
        return accept(moved)
    passed = [r.hours_before for r in storage.reminders if r.at <= facts.now]
    return accept(StorageExpiring(min(passed))) if passed else ALREADY_DONE


def storage_expiring(order: Order, event: StorageExpiring, _at: datetime) -> Order:
    """Drop this reminder and those that were due before it."""
    if order.storage is None:
        return order
    left = tuple(r for r in order.storage.reminders if r.hours_before < event.hours)
    return structs.replace(order, storage=structs.replace(order.storage, reminders=left))
