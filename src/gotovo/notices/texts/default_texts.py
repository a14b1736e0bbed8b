"""The program's own texts, by kind: English here, Russian in `words/ru.po` like every sentence.

A line is a sentence, or several of which the first one is used whose fields all say something. Text
messages are billed by segments of 67 Russian letters: kinds that would take one more have shorter
lines for them, without marks at the end.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from gotovo.notices.rules import ChannelName, Purpose
from gotovo.notices.texts.text_fields import EACH, KINDS, SUBJECT, TEXT, TOGETHER
from gotovo.words.translations import msgid

_Line = str | tuple[str, ...]

_CODE: Final = msgid("Pick-up code: {code}.")
_PLACE: Final = msgid("{point}, {address}. Today: {hours}.")
_KEPT: Final = msgid("Kept until {deadline}.")
_SHOW: Final = msgid("Show this message at the pick-up point. No ID needed.")
_MONEY_BACK: Final = msgid(
    "{sum} will be refunded the way you paid, by {refund_day} at the latest. You do not need to do "
    "anything."
)
_PROMISED: Final = (
    msgid("It will be there by {promised_until}."),
    msgid("Promised for {promised_day}."),
)
_ON_THE_WAY: Final = msgid("The courier is on the way to you with order {number}.")
_SLOT: Final = msgid("The courier will come {slot_day}, from {slot_begin} to {slot_end}.")
_GIVE: Final = msgid("Give the code to the courier only, in person.")
_SMS_CODE: Final = msgid("Show pick-up code: {code}")
_SMS_MONEY_BACK: Final = msgid("{sum} will be refunded the way you paid by {refund_day}")
_SMS_HOURS: Final = msgid("Today: {short_hours}")
_SMS_KEPT: Final = msgid("Kept until {short_deadline}")

TEXTS: Final[Mapping[str, Sequence[_Line]]] = {
    Purpose.PART_PAID: (
        msgid("We received {paid} for order {number}. Left to pay: {due}."),
        msgid("Pay by {pay_until}. Otherwise the order closes and we refund what you paid."),
        msgid("Pay the rest here: {pay_link}"),
    ),
    Purpose.PAYMENT_CHECKED: (
        msgid("We are looking into a payment of {paid} for order {number}."),
        msgid("Your money is not lost: we will either use it for the order or refund it."),
        "{unpaid}",
    ),
    Purpose.PAID: (
        msgid("We received {paid} for order {number}: it is paid and in processing."),
        _PROMISED,
    ),
    Purpose.REVIVED: (
        msgid(
            "Order {number} is in processing after all: your payment was made in time and has "
            "reached us."
        ),
        msgid("Promised for {promised_day}."),
    ),
    Purpose.READY: (
        msgid("Order {number} is ready for pick-up."),
        _CODE,
        "{to_pay}",
        _PLACE,
        _KEPT,
        _SHOW,
    ),
    TOGETHER: (msgid("Ready for pick-up:"), "{orders}", _PLACE, _SHOW),
    EACH: (
        (
            msgid("Order {number}: pick-up code {code}. Kept until {deadline}. {to_pay}"),
            msgid("Order {number}: pick-up code {code}. Kept until {deadline}."),
            msgid("Order {number}: pick-up code {code}."),
        ),
    ),
    Purpose.NEW_CODE: (
        msgid("Order {number} has a new pick-up code: {code}. The old one no longer works."),
        msgid(
            "If you did not ask for it, somebody entered wrong codes. The order was not given out."
        ),
    ),
    Purpose.BEING_ISSUED: (
        (
            "{handed_over}",
            msgid(
                "Order {number} is being handed over now. If this is not you, stop it on the order "
                "page."
            ),
        ),
    ),
    Purpose.EXPIRING: (
        msgid("Order {number} will be kept for another {left}."),
        _KEPT,
        _CODE,
        _PLACE,
    ),
    Purpose.STORAGE_MOVED: (
        (
            msgid("Order {number} will be kept longer: {cause}."),
            msgid("Order {number} will be kept longer."),
        ),
        _KEPT,
    ),
    Purpose.POINT_CLOSED: (
        "{closed}",
        (
            msgid("Order {number} will be kept until {deadline}."),
            msgid("Order {number} stays there for you: nothing is sent back before it opens."),
        ),
    ),
    Purpose.PROMISE_MOVED: (
        (
            msgid("Order {number} will come later than promised: {cause}."),
            msgid("Order {number} has a new delivery date."),
        ),
        (*_PROMISED, msgid("We will tell you the new date as soon as it is known.")),
    ),
    Purpose.PLACE_CHANGED: (
        (
            "{by_courier}",
            msgid("Order {number} will come to another pick-up point: {point}, {address}."),
            msgid("Order {number} will come to another pick-up point."),
        ),
        _PROMISED,
    ),
    Purpose.LATE: (
        (
            msgid("Order {number} is late: we promised it by {missed_until}."),
            msgid("Order {number} will be late."),
        ),
        "{next}",
    ),
    Purpose.NOT_ON_SHELF: (
        msgid("We are sorry: a parcel of order {number} is not on its shelf."),
        msgid("We are looking for it. Please don't come yet: we will tell you when it is found."),
    ),
    Purpose.FOUND_AGAIN: (
        msgid("Found: order {number} is complete again, and you can pick it up."),
        msgid("Your pick-up code is the same."),
        _PLACE,
    ),
    Purpose.COURIER_LEFT: (_ON_THE_WAY, _SLOT, _CODE, _GIVE),
    Purpose.NOT_DELIVERED: (
        msgid("Order {number} was not delivered."),
        "{attempt}",
        msgid("The courier will call you to agree another time."),
    ),
    Purpose.CANCELLED: (msgid("Order {number} was cancelled: {reason}."), _MONEY_BACK),
    Purpose.REFUND_STARTED: ("{about}", _MONEY_BACK),
    Purpose.REFUNDED: (
        msgid("{refunded} for order {number} has been refunded."),
        msgid("Reference for your bank: {bank_reference}"),
    ),
    Purpose.REFUND_FAILED: (
        msgid("{refunded} for order {number} could not be refunded the way you paid."),
        msgid("The money is yours: we are looking for another way."),
        ("{page}", msgid("Write to us on the order page if you would like a particular one.")),
    ),
    Purpose.ANSWERED: (
        msgid("Support answered your question about order {number}."),
        ("{page}", msgid("Read the answer on the order page.")),
    ),
}

SMS_TEXTS: Final[Mapping[str, Sequence[_Line]]] = {
    Purpose.PART_PAID: (
        msgid("{paid} received for order {number}, left to pay: {due}"),
        (
            msgid("Pay by {pay_until}: {pay_link}"),
            msgid("Pay by {pay_until}, or the order closes and we refund it"),
        ),
    ),
    Purpose.READY: (
        msgid("Order {number} is ready"),
        _SMS_CODE,
        "{to_pay}",
        "{short_address}",
        _SMS_HOURS,
        _SMS_KEPT,
    ),
    TOGETHER: (msgid("Orders ready:"), "{orders}", "{short_address}", _SMS_HOURS),
    EACH: (
        (
            msgid("{number}, pick-up code {code}, until {short_deadline}. {to_pay}"),
            msgid("{number}, pick-up code {code}, until {short_deadline}"),
            msgid("{number}, pick-up code {code}"),
        ),
    ),
    Purpose.NEW_CODE: (
        msgid("New pick-up code of order {number}: {code}"),
        msgid("Not asked for? Somebody entered wrong codes. The order was not given out"),
    ),
    Purpose.BEING_ISSUED: (
        (
            "{handed_over}",
            msgid("Order {number} is being handed over now. Not to you? Stop it on its page"),
        ),
    ),
    Purpose.EXPIRING: (
        (
            msgid("Order {number}: {left} left, until {short_deadline}"),
            msgid("Order {number}: {left} left"),
        ),
        msgid("Pick-up code: {code}"),
        "{short_address}",
        _SMS_HOURS,
    ),
    Purpose.NOT_ON_SHELF: (
        msgid("Sorry: order {number} is not on its shelf. We are looking"),
        msgid("Please don't come yet, we will tell you"),
    ),
    Purpose.FOUND_AGAIN: (
        msgid("Order {number} is found, you can pick it up"),
        "{short_address}",
        _SMS_HOURS,
    ),
    Purpose.CANCELLED: (msgid("Order {number} was cancelled: {reason}"), _SMS_MONEY_BACK),
    Purpose.REFUND_STARTED: ("{about}", _SMS_MONEY_BACK),
    Purpose.REFUNDED: (msgid("{refunded} for order {number} has been refunded"),),
    Purpose.REFUND_FAILED: (
        msgid("{refunded} for order {number} could not be refunded the way you paid"),
        msgid("We are looking for another way"),
    ),
}

OWN_FOR_CHANNEL: Final[Mapping[str, Mapping[str, Sequence[_Line]]]] = {
    TEXT: TEXTS,
    ChannelName.SMS: SMS_TEXTS,
    SUBJECT: {kind: (msgid("Order {number}"),) for kind in KINDS if kind not in {TOGETHER, EACH}}
    | {TOGETHER: (msgid("Your orders are ready"),)},
}
"""The sentences of each kind, by what they are for: `TEXT`, a channel, or `SUBJECT`."""
