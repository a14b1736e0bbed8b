"""Storage expiry: nobody collected the order, so it closes and is refunded (rule 4.2)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.steps.cancellation import closing
from gotovo.order.steps.storage_recalculation import recalculated
from gotovo.order.values.order import Order, Reason
from gotovo.value import Value


class ExpireStorage(Value, frozen=True, tag="storage-expiry", tag_field="step"):
    """Close an order that nobody collected."""


class StorageExpired(Value, frozen=True, tag="order.storage_expired", tag_field="type"):
    """The deadline passed and nobody came."""

    storage_deadline_at: datetime


def expire_storage(order: Order, _command: ExpireStorage, facts: Facts) -> Decision:
    """Close the order, but only when its deadline has really passed by the calendar of now.

    Where the point's present settings lead to a later deadline, that is recorded instead
    (rule 4.2).
    """
    storage = order.storage
    if storage is None or facts.now < storage.deadline_at:
        return ALREADY_DONE
    moved = recalculated(order, facts)
    if moved is not None:
        return accept(moved)
    expired = StorageExpired(storage.deadline_at)
    return accept(expired, *closing(order, Reason.NOT_COLLECTED, facts))


def storage_expired(order: Order, _event: StorageExpired, _at: datetime) -> Order:
    """Stop the clock; the cancellation that follows closes the order."""
    if order.storage is None:
        return order
    return structs.replace(order, storage=structs.replace(order.storage, reminders=()))
