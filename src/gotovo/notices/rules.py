"""The table of notices: which event is told, and how (rule 4.10). Read this first.

One row for each purpose of a message. `docs/reference/messages.md` is drawn from it.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from gotovo.value import Value


class Purpose(StrEnum):
    """What a message is for."""

    PART_PAID = "part_paid"
    PAYMENT_CHECKED = "payment_checked"
    REVIVED = "revived"
    READY = "ready"
    NEW_CODE = "new_code"
    BEING_ISSUED = "being_issued"
    EXPIRING = "expiring"
    STORAGE_MOVED = "storage_moved"
    PROMISE_MOVED = "promise_moved"
    CANCELLED = "cancelled"
    REFUND_STARTED = "refund_started"
    REFUNDED = "refunded"
    ANSWERED = "answered"


class ChannelName(StrEnum):
    """How a message reaches a person."""

    TELEGRAM = "telegram"
    PUSH = "push"
    SMS = "sms"
    MAIL = "mail"


class NoticeRule(Value, frozen=True, kw_only=True):
    """How the events of one purpose are told.

    `channels` are tried in this order, each for `patience` while it can't be reached. One that
    gives receipts has `arrives_within` to give them, then the next one is tried. What does not wait
    is sent in the quiet hours too. Held messages to one person about one point become one. One that
    tells the present is left out if a later event will be told by the same purpose. The storage may
    begin with the delivery of one that `starts_storage`.
    """

    events: tuple[str, ...]
    channels: tuple[ChannelName, ...] = tuple(ChannelName)
    patience: timedelta = timedelta(minutes=10)
    arrives_within: timedelta = timedelta(hours=1)
    waits: bool = True
    is_held: bool = False
    tells_present: bool = False
    starts_storage: bool = False


RULES: Final[Mapping[Purpose, NoticeRule]] = {
    Purpose.PART_PAID: NoticeRule(events=("order.payment_received",)),
    Purpose.PAYMENT_CHECKED: NoticeRule(events=("order.payment_received",)),
    Purpose.REVIVED: NoticeRule(events=("order.revived",)),
    Purpose.READY: NoticeRule(
        events=("order.ready", "order.reinstated"), is_held=True, starts_storage=True
    ),
    Purpose.NEW_CODE: NoticeRule(events=("order.code_changed",), waits=False),
    Purpose.BEING_ISSUED: NoticeRule(events=("order.handover_started",), waits=False),
    Purpose.EXPIRING: NoticeRule(events=("order.storage_expiring",)),
    Purpose.STORAGE_MOVED: NoticeRule(events=("order.storage_recalculated",), tells_present=True),
    Purpose.PROMISE_MOVED: NoticeRule(events=("order.promise_changed",), tells_present=True),
    Purpose.CANCELLED: NoticeRule(events=("order.cancelled",)),
    Purpose.REFUND_STARTED: NoticeRule(events=("refund.started",)),
    Purpose.REFUNDED: NoticeRule(events=("refund.completed",)),
    Purpose.ANSWERED: NoticeRule(events=("order.help_answered",)),
}

PURPOSE_OF: Final[Mapping[str, Purpose]] = {
    event: purpose for purpose, rule in reversed(RULES.items()) for event in rule.events
}
"""The events that become a message; all others only appear on the order's page. A payment is
`PART_PAID`, or `PAYMENT_CHECKED` by what it is used for (`policy.py`)."""
