"""The table of notices: which event is told, and how (rule 4.10). Read this first.

One row for each purpose of a message. `docs/reference/messages.md` is drawn from it.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.value import Value


class Purpose(StrEnum):
    """What a message is for."""

    PART_PAID = "part_paid"
    PAYMENT_CHECKED = "payment_checked"
    PAID = "paid"
    REVIVED = "revived"
    READY = "ready"
    NEW_CODE = "new_code"
    BEING_ISSUED = "being_issued"
    EXPIRING = "expiring"
    STORAGE_MOVED = "storage_moved"
    POINT_CLOSED = "point_closed"
    PROMISE_MOVED = "promise_moved"
    PLACE_CHANGED = "place_changed"
    LATE = "late"
    NOT_ON_SHELF = "not_on_shelf"
    FOUND_AGAIN = "found_again"
    COURIER_LEFT = "courier_left"
    NOT_DELIVERED = "not_delivered"
    CANCELLED = "cancelled"
    REFUND_STARTED = "refund_started"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    ANSWERED = "answered"
    NEW_DEVICE = "new_device"
    PHONE_CHANGED = "phone_changed"


class ChannelName(StrEnum):
    """How a message reaches a person."""

    TELEGRAM = "telegram"
    PUSH = "push"
    SMS = "sms"
    MAIL = "mail"


class Urgency(StrEnum):
    """How urgent a message is, by the words of web push (RFC 8030, 5.3).

    `high` is about this very minute, `normal` about today, `low` can be read whenever.
    """

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class NoticeKind(StrEnum):
    """What buyers choose by: some kinds they may switch off, channel by channel."""

    PICKUP = "pickup"  # what the hand-over needs
    ORDER = "order"  # whether the order goes on at all, and its payment
    ACCOUNT = "account"  # who can open it
    REMINDERS = "reminders"
    PROMISE = "promise"
    REFUNDS = "refunds"
    ANSWERS = "answers"

    @property
    def may_be_off(self) -> bool:
        """Return whether a buyer may switch messages of this kind off."""
        return self not in {NoticeKind.PICKUP, NoticeKind.ORDER, NoticeKind.ACCOUNT}


class NoticeRule(Value, frozen=True, kw_only=True):
    """How the events of one purpose are told.

    `channels` are tried in this order, each for `patience` while it can't be reached. One that
    gives receipts has `arrives_within` to give them, then the next one is tried. What does not wait
    is sent in the quiet hours too. Held messages to one person about one point become one. One that
    tells the present is left out if a later event will be told by the same purpose. The storage may
    begin with the delivery of one that `starts_storage`. One told `if_reached` is planned only for
    who has one of its channels: without it, the order's page is enough. Its `kind` says whether the
    buyer may switch it off: whoever adds a row has to say so.
    """

    events: tuple[str, ...]
    kind: NoticeKind
    urgency: Urgency = Urgency.NORMAL
    channels: tuple[ChannelName, ...] = tuple(ChannelName)
    patience: timedelta = timedelta(minutes=10)
    arrives_within: timedelta = timedelta(hours=1)
    waits: bool = True
    is_held: bool = False
    tells_present: bool = False
    starts_storage: bool = False
    if_reached: bool = False


def _this_minute(event: str) -> NoticeRule:
    """Return how something is told that happens at this minute, at a desk or at a door.

    The patience is three attempts at a channel. Nobody reads an e-mail within minutes.
    """
    return NoticeRule(
        events=(event,),
        kind=NoticeKind.PICKUP,
        urgency=Urgency.HIGH,
        channels=(ChannelName.TELEGRAM, ChannelName.PUSH, ChannelName.SMS),
        patience=timedelta(seconds=30),
        arrives_within=timedelta(minutes=2),
        waits=False,
        tells_present=True,
    )


def _about_account() -> NoticeRule:
    """Return how it is told that somebody uses an account: to its phone, by day and by night.

    No event of an order announces it. Apps of the account may be in the hands of that somebody.
    """
    return NoticeRule(
        events=(),
        kind=NoticeKind.ACCOUNT,
        urgency=Urgency.HIGH,
        channels=(ChannelName.SMS, ChannelName.MAIL),
        patience=timedelta(minutes=5),
        arrives_within=timedelta(minutes=10),
        waits=False,
    )


def _about_money_sent(event: str) -> NoticeRule:
    """Return how money on its way is told: there is nothing to do, so an SMS is the last resort."""
    return NoticeRule(
        events=(event,),
        kind=NoticeKind.REFUNDS,
        urgency=Urgency.LOW,
        channels=(ChannelName.TELEGRAM, ChannelName.PUSH, ChannelName.MAIL, ChannelName.SMS),
        patience=timedelta(minutes=30),
        arrives_within=timedelta(hours=3),
    )


RULES: Final[Mapping[Purpose, NoticeRule]] = {
    Purpose.PART_PAID: NoticeRule(events=("order.payment_received",), kind=NoticeKind.ORDER),
    Purpose.PAYMENT_CHECKED: NoticeRule(events=("order.payment_received",), kind=NoticeKind.ORDER),
    # Every order has it, and the buyer has just seen the page say so: no SMS is paid for it.
    Purpose.PAID: NoticeRule(
        events=("order.paid",),
        kind=NoticeKind.ORDER,
        channels=(ChannelName.TELEGRAM, ChannelName.PUSH, ChannelName.MAIL),
        if_reached=True,
    ),
    Purpose.REVIVED: NoticeRule(events=("order.revived",), kind=NoticeKind.ORDER),
    Purpose.READY: NoticeRule(
        events=("order.ready", "order.reinstated"),
        kind=NoticeKind.PICKUP,
        is_held=True,
        starts_storage=True,
    ),
    Purpose.NEW_CODE: _this_minute("order.code_changed"),
    Purpose.BEING_ISSUED: _this_minute("order.handover_started"),
    Purpose.EXPIRING: NoticeRule(
        events=("order.storage_expiring",), kind=NoticeKind.REMINDERS, tells_present=True
    ),
    Purpose.STORAGE_MOVED: NoticeRule(
        events=("order.storage_recalculated", "order.storage_extended"),
        kind=NoticeKind.REMINDERS,
        tells_present=True,
    ),
    Purpose.POINT_CLOSED: NoticeRule(
        events=("order.storage_recalculated",), kind=NoticeKind.PICKUP, tells_present=True
    ),
    Purpose.PROMISE_MOVED: NoticeRule(
        events=("order.promise_changed",), kind=NoticeKind.PROMISE, tells_present=True
    ),
    Purpose.PLACE_CHANGED: NoticeRule(
        events=("order.delivery_changed",), kind=NoticeKind.PICKUP, tells_present=True
    ),
    Purpose.LATE: NoticeRule(events=("order.attention_raised",), kind=NoticeKind.PROMISE),
    # Whoever is on the way to a point hears of it before they stand there.
    Purpose.NOT_ON_SHELF: NoticeRule(events=("order.attention_raised",), kind=NoticeKind.PICKUP),
    Purpose.FOUND_AGAIN: NoticeRule(events=("order.attention_cleared",), kind=NoticeKind.PICKUP),
    Purpose.COURIER_LEFT: _this_minute("courier.departed"),
    Purpose.NOT_DELIVERED: NoticeRule(
        events=("courier.attempt_failed", "courier.not_attempted"),
        kind=NoticeKind.PICKUP,
        tells_present=True,
    ),
    Purpose.CANCELLED: NoticeRule(events=("order.cancelled",), kind=NoticeKind.ORDER),
    Purpose.REFUND_STARTED: _about_money_sent("refund.started"),
    Purpose.REFUNDED: _about_money_sent("refund.completed"),
    Purpose.REFUND_FAILED: NoticeRule(
        events=("refund.failed",), kind=NoticeKind.ORDER, tells_present=True
    ),
    Purpose.ANSWERED: NoticeRule(events=("order.help_answered",), kind=NoticeKind.ANSWERS),
    Purpose.NEW_DEVICE: _about_account(),
    Purpose.PHONE_CHANGED: _about_account(),
}

ANSWERED_THROUGH: Final[Mapping[HelpChannel, ChannelName]] = {
    HelpChannel.PAGE: ChannelName.PUSH,
    HelpChannel.BOT: ChannelName.TELEGRAM,
    HelpChannel.PHONE: ChannelName.SMS,
    HelpChannel.MAIL: ChannelName.MAIL,
}
"""The channel that tells of an answer first, by where the question was asked; then the others."""

PURPOSE_OF: Final[Mapping[str, Purpose]] = {
    event: purpose for purpose, rule in reversed(RULES.items()) for event in rule.events
}
"""The events that become a message; all others only appear on the order's page. A payment is
`PART_PAID`, or `PAYMENT_CHECKED` by what it is used for, and another deadline `STORAGE_MOVED`, or
`POINT_CLOSED` with the closure of a point (`policy.py`)."""
