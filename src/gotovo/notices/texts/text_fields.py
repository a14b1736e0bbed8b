"""What a text may say and has to say: the fields of each kind (`docs/reference/texts.md`)."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from gotovo.notices.rules import ChannelName, Purpose
from gotovo.words.translations import msgid

TOGETHER: Final = "ready_together"
"""The kind of text that tells of several orders; `{orders}` is a line of EACH for every one."""

EACH: Final = "ready_each"

CODE: Final = "code"

TEXT: Final = "text"
"""The text for every channel that has none of its own."""

SUBJECT: Final = "subject"
"""The subject of an e-mail."""

CHANNELS: Final[tuple[ChannelName, ...]] = tuple(
    each for each in ChannelName if each is not ChannelName.PUSH
)
"""The channels that these texts go through: notifications are worded by `notices/push`."""

USES: Final[tuple[str, ...]] = (TEXT, SUBJECT, *CHANNELS)
"""What a kind may have a text for: all channels, the subject of e-mails, and one channel."""

_NO_POINT: Final = msgid("when the point is not known")
_NO_STORAGE: Final = msgid("when no deadline is known")
_NO_LIMIT: Final = msgid("when there is no time limit")
_NO_PROMISE: Final = msgid("when no date is known")
_NO_REFUND: Final = msgid("when nothing is refunded")
_NO_PAGE: Final = msgid("when no public address is set")
_NO_LINK: Final = msgid("when it can't be paid on the site")
_PAID: Final = msgid("when the order is paid")
_NO_REFERENCE: Final = msgid("when the provider gave none")
_BY_PERSON: Final = msgid("when a person changed it")
_NO_COURIER: Final = msgid("when no courier brings it")
_NO_SLOT: Final = msgid("when no time is agreed")
_NOT_MISSED: Final = msgid("when it can still be kept")
_NOT_YET: Final = msgid("while the hand-over goes on")


class TextField(Struct, frozen=True):
    """One field: what it says, and when it says nothing; those with the same reason go together."""

    caption: str
    empty_when: str = ""


FIELDS: Final[Mapping[str, TextField]] = {
    "number": TextField("the order's number, in groups"),
    CODE: TextField("the pick-up code, in two groups"),
    "point": TextField("the title of the pick-up point", _NO_POINT),
    "address": TextField("its address as it was entered", _NO_POINT),
    "short_address": TextField("the same without the postcode", _NO_POINT),
    "hours": TextField("its opening hours today, or that it is closed", _NO_POINT),
    "short_hours": TextField("the same, as short as the language allows", _NO_POINT),
    "deadline": TextField("until when the order is kept, with the day of the week", _NO_STORAGE),
    "short_deadline": TextField("the same as time and date alone", _NO_STORAGE),
    "closed": TextField("a sentence: when the pick-up point is closed, or that it is open again"),
    "left": TextField("the hours that are left of it, with their unit"),
    "paid": TextField("the sum that was paid"),
    "due": TextField("the sum that is left to pay"),
    "pay_until": TextField("until when it has to be paid", _NO_LIMIT),
    "to_pay": TextField("a sentence: what is to be paid at the pick-up point", _PAID),
    "pay_link": TextField("the address where it is paid, without signing in", _NO_LINK),
    "unpaid": TextField("a sentence: the order is not paid yet", _PAID),
    "promised_day": TextField("the day that the order is promised for", _NO_PROMISE),
    "promised_until": TextField("the moment that it is promised for", _NO_PROMISE),
    "missed_until": TextField("the moment that it was promised for", _NOT_MISSED),
    "reason": TextField("the reason, without a full stop"),
    "cause": TextField("why the program changed it, without a full stop", _BY_PERSON),
    "next": TextField("a sentence: we are sorry, and what happens next"),
    "by_courier": TextField("sentences: a courier will bring which order, and call", _NO_COURIER),
    "slot_day": TextField("the day on which the courier comes, with its preposition", _NO_SLOT),
    "slot_begin": TextField("the time from which the courier comes", _NO_SLOT),
    "slot_end": TextField("the time until which the courier comes", _NO_SLOT),
    "attempt": TextField("a sentence: why it was not delivered"),
    "handed_over": TextField("sentences: which order was handed over, and a warning", _NOT_YET),
    "sum": TextField("the sum that is refunded", _NO_REFUND),
    "refunded": TextField("the sum that was refunded"),
    "refund_day": TextField("the day by which it is refunded", _NO_REFUND),
    "bank_reference": TextField("the provider's id of the refund, for the bank", _NO_REFERENCE),
    "about": TextField("a sentence: which order is refunded, and why"),
    "page": TextField("the address of the answer's page", _NO_PAGE),
    "orders": TextField("a line of `ready_each` for every order"),
}


class KindFields(Struct, frozen=True):
    """The fields of a kind: of each group of `required` the text needs one."""

    required: tuple[tuple[str, ...], ...]
    further: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return all of them, the required ones first."""
        return (*(name for group in self.required for name in group), *self.further)


_NUMBER: Final = ("number",)
_CODE: Final = (CODE,)
_ADDRESS: Final = ("address", "short_address")
_HOURS: Final = ("hours", "short_hours")
_DEADLINE: Final = ("deadline", "short_deadline")
_PLACE: Final = ("point", *_ADDRESS, *_HOURS)

KINDS: Final[Mapping[str, KindFields]] = {
    Purpose.PART_PAID: KindFields((_NUMBER, ("paid",), ("due",)), ("pay_until", "pay_link")),
    Purpose.PAYMENT_CHECKED: KindFields((_NUMBER, ("paid",)), ("unpaid", "pay_link")),
    Purpose.PAID: KindFields((_NUMBER,), ("paid", "promised_until", "promised_day")),
    Purpose.REVIVED: KindFields((_NUMBER,), ("promised_day",)),
    Purpose.READY: KindFields((_NUMBER, _CODE, _ADDRESS, _HOURS, _DEADLINE), ("point", "to_pay")),
    TOGETHER: KindFields((("orders",), _ADDRESS, _HOURS), ("point",)),
    EACH: KindFields((_NUMBER, _CODE, _DEADLINE), ("to_pay",)),
    Purpose.NEW_CODE: KindFields((_NUMBER, _CODE)),
    Purpose.BEING_ISSUED: KindFields((("number", "handed_over"),)),
    Purpose.EXPIRING: KindFields((_NUMBER, ("left", *_DEADLINE)), (CODE, *_PLACE)),
    Purpose.STORAGE_MOVED: KindFields((_NUMBER, _DEADLINE), ("cause",)),
    Purpose.POINT_CLOSED: KindFields((_NUMBER, ("closed",)), ("point", *_ADDRESS, *_DEADLINE)),
    Purpose.PROMISE_MOVED: KindFields((_NUMBER, ("promised_until",)), ("cause", "promised_day")),
    Purpose.PLACE_CHANGED: KindFields(
        (("number", "by_courier"),), (*_PLACE, "promised_until", "promised_day")
    ),
    Purpose.LATE: KindFields((_NUMBER,), ("missed_until", "next")),
    Purpose.NOT_ON_SHELF: KindFields((_NUMBER,)),
    Purpose.FOUND_AGAIN: KindFields((_NUMBER,), _PLACE),
    Purpose.COURIER_LEFT: KindFields((_NUMBER, _CODE), ("slot_day", "slot_begin", "slot_end")),
    Purpose.NOT_DELIVERED: KindFields((_NUMBER,), ("attempt",)),
    Purpose.CANCELLED: KindFields((_NUMBER, ("reason",), ("sum",), ("refund_day",))),
    Purpose.REFUND_STARTED: KindFields((("about", "number"), ("sum",), ("refund_day",))),
    Purpose.REFUNDED: KindFields((_NUMBER, ("refunded",)), ("bank_reference",)),
    Purpose.REFUND_FAILED: KindFields((_NUMBER, ("refunded",)), ("page",)),
    Purpose.ANSWERED: KindFields((_NUMBER,), ("page",)),
}
"""Every kind of text by its name; messages about an account have no texts of this kind."""


def names_of(kind: str, use: str) -> tuple[str, ...]:
    """Return the fields of a text: locked screens show no code."""
    return tuple(name for name in KINDS[kind].names if shows_code(use) or name != CODE)


def required_of(kind: str, use: str) -> tuple[tuple[str, ...], ...]:
    """Return the groups of which a text needs one each; a subject needs nothing."""
    if use == SUBJECT:
        return ()
    return KINDS[kind].required


def shows_code(use: str) -> bool:
    """Return whether a text for this use may have the code: locked screens show a subject."""
    return use != SUBJECT


def uses_of(kind: str) -> tuple[str, ...]:
    """Return what a kind may have a text for; the line of an order has no subject."""
    return tuple(use for use in USES if not (kind == EACH and use == SUBJECT))
