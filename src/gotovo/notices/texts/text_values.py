"""What the fields of a text say about an order, in words."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Final

from msgspec import Struct

from gotovo.keyring.keyring import Keys
from gotovo.notices.policy import Notice
from gotovo.notices.rules import Purpose
from gotovo.notices.texts.text_template import clean_value
from gotovo.order.refusals import Code
from gotovo.order.steps.attempt import AttemptReason
from gotovo.order.steps.attention_clearance import HELD_MONEY
from gotovo.order.steps.payment import SURPLUS
from gotovo.order.values.handover.proofs import Proof
from gotovo.order.values.order import Courier, Outcome, Reason, Stage, Storage, place_of
from gotovo.order.values.payments.captured import amount_due, is_due_at_point
from gotovo.order.values.pickup_codes import pickup_code
from gotovo.points.local_time import local_date
from gotovo.points.point import Point
from gotovo.words.formats.codes import format_order_number, format_pickup_code
from gotovo.words.formats.dates import (
    format_date,
    format_deadline,
    format_on_day,
    format_short_deadline,
    format_time,
)
from gotovo.words.formats.money import format_money
from gotovo.words.formats.opening_hours import format_short_hours, format_todays_hours
from gotovo.words.language import Language
from gotovo.words.places.closed_sentences import closed_sentence
from gotovo.words.recalculation import recalculation_reason
from gotovo.words.statuses import reason_label
from gotovo.words.translations import Translator, msgid

_PAID_TOO_MUCH = msgid("More was paid for order {number} than it costs.")
_REFUND_LEADS: Mapping[str, str] = {
    SURPLUS: _PAID_TOO_MUCH,
    Code.ALREADY_PAID: _PAID_TOO_MUCH,
    Code.CANCELLED: msgid("Your payment for order {number} reached us after it had closed."),
    HELD_MONEY: msgid("We have looked into your payment for order {number}: it goes back to you."),
    Reason.REFUSED_AT_DESK: msgid("You did not take everything from order {number}."),
    Outcome.RETURNED: msgid("We have checked what you returned from order {number}."),
}
"""How the message about a refund begins, by the reason of the refund."""

_ATTEMPTS: Final[Mapping[str, str]] = {
    AttemptReason.NO_ANSWER: msgid("The courier called, but nobody answered."),
    AttemptReason.ABSENT: msgid("The courier came, but nobody was there."),
    AttemptReason.POSTPONED: msgid("You asked for another time."),
    AttemptReason.WRONG_ADDRESS: msgid(
        "The courier could not find the address. Ask us for help to correct it."
    ),
    AttemptReason.NO_ATTEMPT: msgid("The courier did not reach you."),
}
"""Why an order was not delivered, by the reason of the attempt."""

_OTHER_REFUND = msgid("About order {number}.")

_POSTCODE: Final = re.compile(r"\d{6}, +")


class MessageContext(Struct, frozen=True):
    """What a text needs besides the notice: the place, the language, and when it is written.

    `site` is the address of the buyer's pages, empty where it is not known, and `pay_link` where
    the order is paid, empty where it can't be. `hides_code` puts stars in place of the code, which
    take as much room.
    """

    point: Point | None
    language: Language
    codes: Keys
    now: datetime
    time_zone: str
    site: str = ""
    pay_link: str = ""
    hides_code: bool = False


def values_of(fields: Iterable[str], notice: Notice, context: MessageContext) -> Mapping[str, str]:
    """Return what some fields say, empty where there is nothing to say."""
    return {name: clean_value(_VALUES[name](notice, context)) for name in fields if name in _VALUES}


def _number(notice: Notice, _context: MessageContext) -> str:
    return format_order_number(notice.order.number)


def _code(notice: Notice, context: MessageContext) -> str:
    order = notice.order
    secret = context.codes.of(order.codes.key)
    code = pickup_code(secret, order.number, place_of(order), order.codes.counter)
    return format_pickup_code("*" * len(code) if context.hides_code else code)


def _point(_notice: Notice, context: MessageContext) -> str:
    return context.point.title if context.point else ""


def _address(_notice: Notice, context: MessageContext) -> str:
    return context.point.address if context.point else ""


def _short_address(notice: Notice, context: MessageContext) -> str:
    return _POSTCODE.sub("", _address(notice, context), count=1)


def _hours(_notice: Notice, context: MessageContext) -> str:
    return _hours_or_closed(format_todays_hours, context)


def _short_hours(_notice: Notice, context: MessageContext) -> str:
    return _hours_or_closed(format_short_hours, context)


def _hours_or_closed(write: Callable[..., str], context: MessageContext) -> str:
    if context.point is None:
        return ""
    hours = write(context.point.timetable, context.now, context.language)
    return hours or Translator(context.language).pgettext("today", "closed")


def _closed(notice: Notice, context: MessageContext) -> str:
    storage = notice.order.storage
    closed = storage.closed if storage else None
    return closed_sentence(closed, context.time_zone, context.language, context.now)


def _deadline(notice: Notice, context: MessageContext) -> str:
    storage = notice.order.storage
    is_known = storage is not None and _has_deadline(notice, storage)
    return _until(storage.deadline_at if storage and is_known else None, context)


def _has_deadline(notice: Notice, storage: Storage) -> bool:
    """Return whether the deadline says when it ends: nothing does before the point opens again."""
    return storage.rule.opens_again or notice.purpose is not Purpose.POINT_CLOSED


def _short_deadline(notice: Notice, context: MessageContext) -> str:
    storage = notice.order.storage
    if storage is None or not _has_deadline(notice, storage):
        return ""
    return format_short_deadline(
        storage.deadline_at, context.time_zone, context.language, context.now
    )


def _left(notice: Notice, context: MessageContext) -> str:
    return Translator(context.language).ngettext("{number} hour", "{number} hours", notice.hours)


def _paid(notice: Notice, context: MessageContext) -> str:
    assert notice.payment is not None, notice.purpose
    return format_money(notice.payment.amount, notice.payment.currency, context.language)


def _due(notice: Notice, context: MessageContext) -> str:
    order = notice.order
    return format_money(amount_due(order), order.currency, context.language)


def _pay_until(notice: Notice, context: MessageContext) -> str:
    return _until(notice.order.payment_due_at, context)


def _to_pay(notice: Notice, context: MessageContext) -> str:
    order = notice.order
    if not is_due_at_point(order):
        return ""
    due = format_money(amount_due(order), order.currency, context.language)
    return Translator(context.language).gettext("To pay at hand-over: {sum}.", sum=due)


def _pay_link(_notice: Notice, context: MessageContext) -> str:
    return context.pay_link


def _unpaid(notice: Notice, context: MessageContext) -> str:
    if notice.order.stage is not Stage.PLACED:
        return ""
    return Translator(context.language).gettext(
        "The order is not paid yet, so nothing is reserved."
    )


def _promised_day(notice: Notice, context: MessageContext) -> str:
    """Return the day; a promise that follows something has no day while its moment is not known."""
    promise = notice.order.promise
    is_moved = notice.purpose is Purpose.PROMISE_MOVED and bool(notice.why)
    if promise is None or (is_moved and promise.promised_until is None):
        return ""
    return format_date(promise.promised_for, context.language, _today(context))


def _promised_until(notice: Notice, context: MessageContext) -> str:
    promise = notice.order.promise
    return _until(promise.promised_until if promise else None, context)


def _missed_until(notice: Notice, context: MessageContext) -> str:
    promise = notice.order.promise
    until = promise.promised_until if promise else None
    return _until(until if until and until <= context.now else None, context)


def _cause(notice: Notice, context: MessageContext) -> str:
    return recalculation_reason(notice.why, context.language) if notice.why else ""


def _next(notice: Notice, context: MessageContext) -> str:
    _ = Translator(context.language).gettext
    if isinstance(notice.order.delivery, Courier):
        return _("We are sorry. You do not need to do anything: the courier will call you.")
    return _("We are sorry. You do not need to do anything: we will tell you when it is ready.")


def _by_courier(notice: Notice, context: MessageContext) -> str:
    if not isinstance(notice.order.delivery, Courier):
        return ""
    return Translator(context.language).gettext(
        "A courier will bring you order {number}. The courier will call first and agree a time "
        "with you.",
        number=_number(notice, context),
    )


def _slot_day(notice: Notice, context: MessageContext) -> str:
    slot = notice.order.slot
    if not slot:
        return ""
    day = local_date(slot[0], context.time_zone)
    return format_on_day(day, context.language, _today(context))


def _slot_begin(notice: Notice, context: MessageContext) -> str:
    return format_time(notice.order.slot[0], context.time_zone) if notice.order.slot else ""


def _slot_end(notice: Notice, context: MessageContext) -> str:
    return format_time(notice.order.slot[1], context.time_zone) if notice.order.slot else ""


def _attempt(notice: Notice, context: MessageContext) -> str:
    return Translator(context.language).gettext(_ATTEMPTS[notice.why])


def _handed_over(notice: Notice, context: MessageContext) -> str:
    if notice.order.handover_proof is Proof.WITHOUT_CODE:
        return Translator(context.language).gettext(
            "Order {number} is being handed over now, and nobody showed the code. If this is not "
            "you, stop it on the order page.",
            number=_number(notice, context),
        )
    if notice.order.outcome is not Outcome.ISSUED:
        return ""
    return Translator(context.language).gettext(
        "Order {number} has been handed over. If it was not to you, tell us at once on the order "
        "page.",
        number=_number(notice, context),
    )


def _reason(notice: Notice, context: MessageContext) -> str:
    reason = notice.order.reason
    return reason_label(reason, context.language) if reason else ""


def _sum(notice: Notice, context: MessageContext) -> str:
    refund = notice.refund
    if refund is None:
        return ""
    currency = refund.currency or notice.order.currency
    return format_money(refund.to_come, currency, context.language)


def _bank_reference(notice: Notice, _context: MessageContext) -> str:
    return notice.refund.provider_id if notice.refund is not None else ""


def _refund_day(notice: Notice, context: MessageContext) -> str:
    if notice.refund is None:
        return ""
    return format_date(notice.refund.promised_for, context.language, _today(context))


def _about(notice: Notice, context: MessageContext) -> str:
    lead = _REFUND_LEADS.get(notice.refund.reason if notice.refund else "", _OTHER_REFUND)
    return Translator(context.language).gettext(lead, number=_number(notice, context))


def _page(notice: Notice, context: MessageContext) -> str:
    return f"{context.site}/orders/{notice.order.number}/help" if context.site else ""


def _until(moment: datetime | None, context: MessageContext) -> str:
    if moment is None:
        return ""
    return format_deadline(moment, context.time_zone, context.language, context.now)


def _today(context: MessageContext) -> date:
    return local_date(context.now, context.time_zone)


_VALUES: Final[Mapping[str, Callable[[Notice, MessageContext], str]]] = {
    "number": _number,
    "code": _code,
    "point": _point,
    "address": _address,
    "short_address": _short_address,
    "hours": _hours,
    "closed": _closed,
    "short_hours": _short_hours,
    "deadline": _deadline,
    "short_deadline": _short_deadline,
    "left": _left,
    "paid": _paid,
    "due": _due,
    "pay_until": _pay_until,
    "to_pay": _to_pay,
    "pay_link": _pay_link,
    "unpaid": _unpaid,
    "promised_day": _promised_day,
    "promised_until": _promised_until,
    "missed_until": _missed_until,
    "reason": _reason,
    "cause": _cause,
    "next": _next,
    "by_courier": _by_courier,
    "slot_day": _slot_day,
    "slot_begin": _slot_begin,
    "slot_end": _slot_end,
    "attempt": _attempt,
    "handed_over": _handed_over,
    "sum": _sum,
    "refunded": _sum,
    "bank_reference": _bank_reference,
    "refund_day": _refund_day,
    "about": _about,
    "page": _page,
}
"""What each field of `text_fields.FIELDS` says; `orders` is made of texts (`wording.py`)."""
