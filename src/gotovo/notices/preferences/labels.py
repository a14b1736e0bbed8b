"""What channels, kinds and purposes of messages are called on every screen and in every message."""

from collections.abc import Mapping
from typing import Final

from gotovo.notices.rules import ChannelName, NoticeKind, Purpose
from gotovo.words.translations import msgid

CHANNELS: Final[Mapping[str, str]] = {
    ChannelName.TELEGRAM: msgid("Telegram"),
    ChannelName.PUSH: msgid("Notification"),
    ChannelName.SMS: msgid("SMS"),
    ChannelName.MAIL: msgid("E-mail"),
}
"""Labels of the channels."""

PURPOSES: Final[Mapping[Purpose, str]] = {
    Purpose.PART_PAID: msgid("Part of the sum received"),
    Purpose.PAYMENT_CHECKED: msgid("Payment being checked"),
    Purpose.PAID: msgid("Payment received"),
    Purpose.REVIVED: msgid("Order in processing after all"),
    Purpose.READY: msgid("Ready for pick-up"),
    Purpose.NEW_CODE: msgid("New pick-up code"),
    Purpose.BEING_ISSUED: msgid("Hand-over started"),
    Purpose.EXPIRING: msgid("Storage ends soon"),
    Purpose.STORAGE_MOVED: msgid("Kept longer"),
    Purpose.POINT_CLOSED: msgid("Pick-up point closed or open again"),
    Purpose.PROMISE_MOVED: msgid("New delivery date"),
    Purpose.CANCELLED: msgid("Order cancelled"),
    Purpose.REFUND_STARTED: msgid("Refund started"),
    Purpose.REFUNDED: msgid("Refund completed"),
    Purpose.REFUND_FAILED: msgid("Refund not possible this way"),
    Purpose.ANSWERED: msgid("Support has answered"),
}
"""What a message is about."""

KINDS: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.PICKUP: msgid("Order ready, pick-up code, hand-over"),
    NoticeKind.ORDER: msgid("Payment and cancellation"),
    NoticeKind.ACCOUNT: msgid("Sign-in and your number"),
    NoticeKind.REMINDERS: msgid("How long we keep your order"),
    NoticeKind.PROMISE: msgid("Changes of the delivery date"),
    NoticeKind.REFUNDS: msgid("Refunds"),
    NoticeKind.ANSWERS: msgid("Answers from support"),
}
"""What a buyer chooses by."""

KIND_DETAILS: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.PICKUP: msgid("Always on: you need them to collect your order."),
    NoticeKind.ORDER: msgid("Always on: they say whether your order is going ahead."),
    NoticeKind.ACCOUNT: msgid("Always on: they say who can open your orders."),
    NoticeKind.REMINDERS: msgid("Reminders before the storage ends, and news that it is extended."),
    NoticeKind.PROMISE: msgid("When your order will arrive on a different day than promised."),
    NoticeKind.REFUNDS: msgid("When a refund has started and when it is paid."),
    NoticeKind.ANSWERS: msgid("When support has answered your question."),
}
"""What a kind is made of, and why it can't be switched off."""
