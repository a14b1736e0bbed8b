"""The notice policy: which events become a message to the buyer. Pure: history in, notice out.

One event, one message: a cancellation and the refund it starts share one; a refund without a
cancellation (of refused or returned goods) has its own (rule 4.10). All of it is told to the buyer:
of a trusted person no phone is known, and shops follow the journal by webhooks and the feed.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Final

from msgspec import Struct, structs

from gotovo.notices.rules import ANSWERED_THROUGH, PURPOSE_OF, RULES, ChannelName, Purpose
from gotovo.order.refunds import RefundCompleted, RefundFailed, RefundStarted
from gotovo.order.replay import TYPE_OF, Recorded, apply, decode
from gotovo.order.steps.attempt import AttemptFailed, AttemptReason, NotAttempted
from gotovo.order.steps.attention import MISSING_REST, AttentionRaised
from gotovo.order.steps.attention_clearance import AttentionCleared
from gotovo.order.steps.cancellation import OrderCancelled
from gotovo.order.steps.departure import Departed
from gotovo.order.steps.help_question import HelpAsked
from gotovo.order.steps.payment import OrderPaid, OrderRevived, PaymentReceived
from gotovo.order.steps.promise import PromiseChanged
from gotovo.order.steps.redirection import REDIRECTION, DeliveryChanged
from gotovo.order.steps.storage_extension import StorageExtended
from gotovo.order.steps.storage_recalculation import (
    OF_THE_MESSAGE,
    RecalculationReason,
    StorageRecalculated,
)
from gotovo.order.steps.storage_reminder import StorageExpiring
from gotovo.order.values import stages
from gotovo.order.values.actor import Role
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.money import Money
from gotovo.order.values.order import Attention, Order, Outcome, Stage
from gotovo.order.values.payments.payment import PaymentUse, Tender
from gotovo.order.values.payments.refund import Refund, RefundState

_BY_BUYER: Final = frozenset({Role.BUYER, Role.STOREFRONT})
"""Who asks for a change knows of it; a shop's own pages act for the buyer who looks at them."""

_NOT_TOLD: Final = OF_THE_MESSAGE - {RecalculationReason.MESSAGE_NOT_DELIVERED} | {REDIRECTION}
"""Reasons for another date that the buyer heard of with the message, or with another place."""

_ON_ITS_WAY: Final = frozenset({RefundState.STARTED, RefundState.SENT, RefundState.REROUTED})

_HELP_ASKED: Final = TYPE_OF[HelpAsked]

_TOLD_BY: Final = {
    TYPE_OF[RefundStarted]: TYPE_OF[OrderCancelled],
    TYPE_OF[OrderPaid]: TYPE_OF[OrderRevived],
}
"""What an event is told by where one command caused both."""


class Notice(Struct, frozen=True):
    """One event to announce: `order` is the state after it, `hours` are left of the storage.

    `why` is the reason for which a deadline, a promise or a delivery moved; it is empty where a
    person moved it. `payment` is what was paid, `asked` where the question was asked that is
    answered.
    """

    purpose: Purpose
    order: Order
    refund: Refund | None = None
    hours: int = 0
    why: str = ""
    payment: Money | None = None
    asked: HelpChannel | None = None


def notice_of(history: Sequence[Recorded], version: int) -> Notice | None:
    """Return the notice for the event of this version; `history` is the whole order's.

    Nothing is told that the same command or an earlier event tells already.
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
    if not _is_news(history, version):
        return None
    notice = _filled(purpose, order, related)
    if purpose is Purpose.ANSWERED:
        notice = structs.replace(notice, asked=_asked_through(history[:version]))
    return notice


def channels_of(notice: Notice) -> Sequence[ChannelName]:
    """Return the channels of a notice in the order they are tried: where it was asked comes first.

    It is one of the rule's channels, so what the rule leaves out is never tried.
    """
    channels = RULES[notice.purpose].channels
    if notice.asked is None:
        return channels
    first = ANSWERED_THROUGH[notice.asked]
    return sorted(channels, key=lambda channel: channel is not first)


def current(notice: Notice, order: Order, now: datetime) -> Notice:
    """Return what a notice says at an instant, about the order as it is then."""
    hours = notice.hours
    if notice.purpose is Purpose.EXPIRING and order.storage is not None:
        hours = max(1, round((order.storage.deadline_at - now) / timedelta(hours=1)))
    return structs.replace(notice, order=order, hours=hours)


def is_overtaken(notice: Notice, order: Order, now: datetime) -> bool:
    """Return whether a message that has waited says nothing true any more.

    `order` is as it is now: collected in the meantime, closed, reinstated, or already there.
    """
    overtaken = _OVERTAKEN.get(notice.purpose)
    return order.erased or (overtaken is not None and overtaken(notice, order, now))


def is_repeated_later(history: Sequence[Recorded], version: int) -> bool:
    """Return whether a later event is announced that makes this one's message say the same.

    A deadline or a promise that moved twice while its messages waited is told as it is now.
    """
    purpose = PURPOSE_OF[history[version - 1].type]
    if not RULES[purpose].tells_present:
        return False
    notice = notice_of(history, version)
    if notice is None or not RULES[notice.purpose].tells_present:
        return False
    later = (x for x in history[version:] if PURPOSE_OF.get(x.type) is purpose)
    return any(notice_of(history, x.version) is not None for x in later)


def state_after(history: Sequence[Recorded], version: int) -> Order | None:
    """Return the order after the event of this version."""

    def step(order: Order | None, x: Recorded) -> Order | None:
        return apply(order, decode(x.type, x.body), x.at, x.version, x.hash)

    return reduce(step, history[:version], None)


def _of_same_command(history: Sequence[Recorded], version: int) -> Sequence[Recorded]:
    """Return the event and those after it that the same command caused."""
    command_id = history[version - 1].command_id
    after = history[version - 1 :]
    other = next((i for i, e in enumerate(after) if e.command_id != command_id), len(after))
    return after[:other]


def _asked_through(history: Sequence[Recorded]) -> HelpChannel | None:
    """Return where the latest question was asked; None where an earlier version noted nothing."""
    for event in reversed(history):
        if event.type == _HELP_ASKED:
            asked = decode(event.type, event.body)
            assert isinstance(asked, HelpAsked), event.type
            return asked.channel
    return None


def _is_news(history: Sequence[Recorded], version: int) -> bool:
    """Return whether the buyer hears by this event something that was not asked for or told.

    A refund is told with the cancellation it begins with, a refusal at the door as a cancellation,
    and another date with the place that it comes from. A departure that was recorded later is over.
    A payment is told by the order that it revives, or by the cancellation when the goods are gone;
    nobody pays for an order of nothing. Who pays at a desk, or all that is left of what is due
    there, knows that it was paid.
    Of the flags `late` is told, once for each promise, and that a parcel of a ready order is not on
    its shelf, which Gotovo itself says when a search has taken too long, and takes back when it
    turns up. A deadline that moved because the buyer was told later needs no second message; one
    that moved because nobody was told is a further attempt to tell that the order is ready.
    """
    event = history[version - 1]
    by_buyer = event.actor.partition(":")[0] in _BY_BUYER
    match decode(event.type, event.body):
        case PromiseChanged(reason=why) | StorageRecalculated(reason=why):
            return why not in _NOT_TOLD
        case DeliveryChanged() | StorageExtended():
            return not by_buyer
        case AttentionRaised() | AttentionCleared() as of_flag:
            return _is_news_of_flag(history, version, of_flag)
        case (
            Departed(inferred=True)
            | AttemptFailed(reason=AttemptReason.REFUSED)
            | PaymentReceived(use=PaymentUse.APPLIED, completes=True)
            | PaymentReceived(use=PaymentUse.APPLIED, method=Tender())
            | OrderPaid(amount=0)
            | OrderPaid(reserved=False)
        ):
            return False
        case RefundStarted() | OrderPaid():
            return not _is_told_already(history, version)
        case _:
            return True


def _is_news_of_flag(
    history: Sequence[Recorded], version: int, event: AttentionRaised | AttentionCleared
) -> bool:
    """Return whether a buyer hears of a flag; who was not told to come does not come for a parcel.

    A parcel is not on its shelf, or is there again, where Gotovo itself says so.
    """
    before = state_after(history, version - 1)
    if before is None or (isinstance(event, AttentionRaised) and event.flag in before.attention):
        return False
    if event.flag is Attention.LATE:
        return isinstance(event, AttentionRaised)
    by_system = history[version - 1].actor.partition(":")[0] == Role.SYSTEM
    is_of_rest = isinstance(event, AttentionRaised) and event.step == MISSING_REST
    is_of_search = by_system and event.flag is Attention.LOST and not is_of_rest
    return is_of_search and before.ready_at is not None


def _is_told_already(history: Sequence[Recorded], version: int) -> bool:
    """Return whether an earlier event of the same command has a message that tells this one too."""
    event = history[version - 1]
    told_by = _TOLD_BY[event.type]
    return any(e.command_id == event.command_id and e.type == told_by for e in history[:version])


def _filled(purpose: Purpose, order: Order, related: Sequence[Recorded]) -> Notice:
    events = [decode(e.type, e.body) for e in related]
    if isinstance(events[0], AttentionRaised) and events[0].flag is Attention.LOST:
        purpose = Purpose.NOT_ON_SHELF
    match events[0]:
        case OrderPaid() | PaymentReceived() as event:
            if isinstance(event, PaymentReceived) and event.use is not PaymentUse.APPLIED:
                purpose = Purpose.PAYMENT_CHECKED
            money = Money(event.amount, event.currency or order.currency)
            return Notice(purpose, order, payment=money)
        case StorageExpiring(hours):
            return Notice(purpose, order, hours=hours)
        case (
            StorageRecalculated(reason=why) | PromiseChanged(reason=why) | AttemptFailed(reason=why)
        ):
            return Notice(_purpose_of_change(purpose, events[0]), order, why=why)
        case NotAttempted():
            return Notice(purpose, order, why=AttemptReason.NO_ATTEMPT)
        case RefundCompleted(refund) | RefundFailed(refund):
            return Notice(purpose, order, _refund(order, refund))
        case _:
            started = next((e.refund for e in events if isinstance(e, RefundStarted)), "")
            return Notice(purpose, order, _refund(order, started))


def _purpose_of_change(purpose: Purpose, event: Struct) -> Purpose:
    """Return what is told: a closure before the deadline, and a message that did not come anew."""
    match event:
        case StorageRecalculated(reason=RecalculationReason.MESSAGE_NOT_DELIVERED):
            return Purpose.READY
        case StorageRecalculated() if event.closed or event.reopened:
            return Purpose.POINT_CLOSED
        case _:
            return purpose


def _refund(order: Order, refund_id: str) -> Refund | None:
    return next((r for r in order.refunds if r.id == refund_id), None)


def _is_collected(_notice: Notice, order: Order, _now: datetime) -> bool:
    return order.stage not in stages.READY


def _is_reminder_past(notice: Notice, order: Order, now: datetime) -> bool:
    """Return whether the deadline has passed, or is not the one that was to be reminded of."""
    reminded_of, storage = notice.order.storage, order.storage
    if order.stage not in stages.READY or storage is None or storage.deadline_at <= now:
        return True
    return reminded_of is not None and reminded_of.deadline_at != storage.deadline_at


def _is_open_again(_notice: Notice, order: Order, now: datetime) -> bool:
    """Return whether the closure is over that the message tells of, or nothing waits there."""
    storage = order.storage
    if order.stage not in stages.READY or storage is None:
        return True
    return storage.closed is not None and storage.closed.is_over(now)


def _is_there(_notice: Notice, order: Order, _now: datetime) -> bool:
    return order.outcome is not None or order.stage in stages.NO_OPEN_PROMISE


def _is_late_no_more(notice: Notice, order: Order, now: datetime) -> bool:
    return _is_there(notice, order, now) or Attention.LATE not in order.attention


def _is_on_its_shelf(notice: Notice, order: Order, now: datetime) -> bool:
    return _is_collected(notice, order, now) or Attention.LOST not in order.attention


def _is_missed_again(notice: Notice, order: Order, now: datetime) -> bool:
    return _is_collected(notice, order, now) or Attention.LOST in order.attention


def _is_closed(_notice: Notice, order: Order, _now: datetime) -> bool:
    return order.outcome is not None


def _is_open(_notice: Notice, order: Order, _now: datetime) -> bool:
    return order.outcome is None


def _is_paid_or_closed(_notice: Notice, order: Order, _now: datetime) -> bool:
    return order.stage is not Stage.PLACED


def _is_stopped(_notice: Notice, order: Order, _now: datetime) -> bool:
    """Return whether nothing is handed over; that it was handed over is told then."""
    return order.stage is not Stage.HANDING_OVER and order.outcome is not Outcome.ISSUED


def _has_moved_on(notice: Notice, order: Order, _now: datetime) -> bool:
    return order.stage is not notice.order.stage


def _is_refund_settled(notice: Notice, order: Order, _now: datetime) -> bool:
    refund = _refund(order, notice.refund.id) if notice.refund else None
    return refund is not None and refund.state not in _ON_ITS_WAY


def _is_rerouted(notice: Notice, order: Order, _now: datetime) -> bool:
    refund = _refund(order, notice.refund.id) if notice.refund else None
    return refund is not None and refund.state is not RefundState.FAILED


_OVERTAKEN: Final[Mapping[Purpose, Callable[[Notice, Order, datetime], bool]]] = {
    Purpose.PART_PAID: _is_paid_or_closed,
    Purpose.PAID: _is_there,
    Purpose.REVIVED: _is_closed,
    Purpose.READY: _is_collected,
    Purpose.NEW_CODE: _is_closed,
    Purpose.BEING_ISSUED: _is_stopped,
    Purpose.EXPIRING: _is_reminder_past,
    Purpose.STORAGE_MOVED: _is_collected,
    Purpose.POINT_CLOSED: _is_open_again,
    Purpose.PROMISE_MOVED: _is_there,
    Purpose.PLACE_CHANGED: _is_closed,
    Purpose.LATE: _is_late_no_more,
    Purpose.NOT_ON_SHELF: _is_on_its_shelf,
    Purpose.FOUND_AGAIN: _is_missed_again,
    Purpose.COURIER_LEFT: _has_moved_on,
    Purpose.NOT_DELIVERED: _has_moved_on,
    Purpose.CANCELLED: _is_open,
    Purpose.REFUND_STARTED: _is_refund_settled,
    Purpose.REFUND_FAILED: _is_rerouted,
}
"""When a message says nothing true any more; those of other purposes tell what stays true."""
