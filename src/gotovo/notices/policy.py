"""The notice policy: which events become a message to the buyer. Pure: history in, notice out.

One event, one message: a cancellation and the refund it starts share one; a refund without a
cancellation (of refused or returned goods) has its own (rule 4.10).
"""

from collections.abc import Sequence
from functools import reduce

from msgspec import Struct

from gotovo.notices.rules import PURPOSE_OF, RULES, Purpose
from gotovo.order.refunds import RefundCompleted, RefundStarted
from gotovo.order.replay import Recorded, apply, decode
from gotovo.order.steps.payment import PaymentReceived
from gotovo.order.steps.promise import PromiseChanged
from gotovo.order.steps.storage_recalculation import (
    OF_THE_MESSAGE,
    RecalculationReason,
    StorageRecalculated,
)
from gotovo.order.steps.storage_reminder import StorageExpiring
from gotovo.order.values import stages
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, Refund
from gotovo.order.values.payments.payment import PaymentUse


class Notice(Struct, frozen=True):
    """One event to announce: `order` is the state after it, `hours` are left of the storage.

    `why` is the reason for which a deadline or a promise moved, `payment` what was paid.
    """

    purpose: Purpose
    order: Order
    refund: Refund | None = None
    hours: int = 0
    why: str = ""
    payment: Money | None = None


def notice_of(history: Sequence[Recorded], version: int) -> Notice | None:
    """Return the notice for the event of this version; `history` is the whole order's.

    Of the changes of a promise only recalculations are announced: others are asked for by the
    buyer, or told by whoever makes them. A deadline that moved because the buyer was told later
    needs no second message; one that moved because nobody was told is a further attempt to tell
    that the order is ready.
    """
    event = history[version - 1]
    purpose = PURPOSE_OF.get(event.type)
    if purpose is None:
        return None
    related = _of_same_command(history, version)
    order = state_after(history, related[-1].version)
    if order is None or order.erased:
        return None
    if order.imported and purpose is not Purpose.ANSWERED:  # asked here
        return None
    if purpose is Purpose.REFUND_STARTED and _begins_with_cancellation(history, version):
        return None
    notice = _filled(purpose, order, related)
    return notice if _is_news(notice) else None


def is_overtaken(purpose: Purpose, order: Order) -> bool:
    """Return whether a message that has waited says nothing true any more.

    `order` is as it is now: collected in the meantime, closed, reinstated, or already there.
    """
    if order.erased:
        return True
    match purpose:
        case Purpose.READY | Purpose.EXPIRING | Purpose.STORAGE_MOVED:
            return order.stage not in stages.READY
        case Purpose.PROMISE_MOVED:
            return order.outcome is not None or order.stage in stages.NO_OPEN_PROMISE
        case Purpose.CANCELLED:
            return order.outcome is None
        case _:
            return False


def is_repeated_later(history: Sequence[Recorded], version: int) -> bool:
    """Return whether a later event is announced that makes this one's message say the same.

    A deadline or a promise that moved twice while its messages waited is told as it is now.
    """
    event = history[version - 1]
    if not RULES[PURPOSE_OF[event.type]].tells_present:
        return False
    notice = notice_of(history, version)
    if notice is None or not RULES[notice.purpose].tells_present:
        return False
    later = (x for x in history[version:] if x.type == event.type)
    return any(notice_of(history, x.version) is not None for x in later)


def state_after(history: Sequence[Recorded], version: int) -> Order | None:
    """Return the order after the event of this version."""

    def step(order: Order | None, x: Recorded) -> Order | None:
        return apply(order, decode(x.type, x.body), x.at, x.version, x.hash)

    return reduce(step, history[:version], None)


def _is_news(notice: Notice) -> bool:
    """Return whether the buyer has to hear why a date moved."""
    match notice.purpose:
        case Purpose.PROMISE_MOVED:
            return notice.why in frozenset(RecalculationReason)
        case Purpose.STORAGE_MOVED:
            return notice.why not in OF_THE_MESSAGE
        case _:
            return True


def _of_same_command(history: Sequence[Recorded], version: int) -> Sequence[Recorded]:
    """Return the event and those after it that the same command caused."""
    command_id = history[version - 1].command_id
    after = history[version - 1 :]
    other = next((i for i, e in enumerate(after) if e.command_id != command_id), len(after))
    return after[:other]


def _begins_with_cancellation(history: Sequence[Recorded], version: int) -> bool:
    command_id = history[version - 1].command_id
    return any(
        e.command_id == command_id and e.type == "order.cancelled" for e in history[:version]
    )


def _filled(purpose: Purpose, order: Order, related: Sequence[Recorded]) -> Notice:
    events = [decode(e.type, e.body) for e in related]
    match events[0]:
        case PaymentReceived(amount, currency, use=use):
            is_part = use is PaymentUse.APPLIED
            told = Purpose.PART_PAID if is_part else Purpose.PAYMENT_CHECKED
            return Notice(told, order, payment=Money(amount, currency))
        case StorageExpiring(hours):
            return Notice(purpose, order, hours=hours)
        case StorageRecalculated(reason=RecalculationReason.MESSAGE_NOT_DELIVERED):
            return Notice(Purpose.READY, order)
        case StorageRecalculated(reason=why) | PromiseChanged(reason=why):
            return Notice(purpose, order, why=why)
        case RefundCompleted(refund):
            return Notice(purpose, order, _refund(order, refund))
        case _:
            started = next((e.refund for e in events if isinstance(e, RefundStarted)), "")
            return Notice(purpose, order, _refund(order, started))


def _refund(order: Order, refund_id: str) -> Refund | None:
    return next((r for r in order.refunds if r.id == refund_id), None)
