"""The text of a message about an order: what happened, what to do, and what the code in it is for.

A pick-up code is two groups of three digits, so that it never looks like a sign-in code
(`account_texts.py`), and says where it is used.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from gotovo.keyring.keyring import Keys
from gotovo.notices.policy import Notice
from gotovo.notices.rules import Purpose
from gotovo.notices.wording_of_delivery import DeliveryFacts, delivery_lines
from gotovo.order.refusals import Code
from gotovo.order.steps.attention_clearance import HELD_MONEY
from gotovo.order.steps.payment import SURPLUS
from gotovo.order.values.order import Outcome, Pickup, Reason, Stage, place_of
from gotovo.order.values.payments.captured import amount_due
from gotovo.order.values.pickup_codes import pickup_code
from gotovo.points.local_time import local_date
from gotovo.points.point import Point
from gotovo.words.formats.codes import format_order_number, format_pickup_code
from gotovo.words.formats.dates import format_date, format_deadline
from gotovo.words.formats.money import format_money
from gotovo.words.formats.opening_hours import format_todays_hours
from gotovo.words.language import Language
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

_OTHER_REFUND = msgid("About order {number}.")


class MessageContext(Struct, frozen=True):
    """What a text needs besides the notice: the place, the language, and when it is written.

    `site` is the address of the buyer's pages, empty where it is not known.
    """

    point: Point | None
    language: Language
    codes: Keys
    now: datetime
    time_zone: str
    site: str = ""


def notice_text(notice: Notice, context: MessageContext) -> str:
    """Return the message of a notice, one or two sentences per line."""
    lines_of = {
        Purpose.PART_PAID: _part_paid,
        Purpose.PAYMENT_CHECKED: _payment_checked,
        Purpose.REVIVED: _revived,
        Purpose.READY: _ready,
        Purpose.NEW_CODE: _new_code,
        Purpose.BEING_ISSUED: _being_issued,
        Purpose.EXPIRING: _expiring,
        Purpose.STORAGE_MOVED: _storage_moved,
        Purpose.PROMISE_MOVED: _promise_moved if notice.why else _delivery,
        Purpose.PLACE_CHANGED: _delivery,
        Purpose.LATE: _delivery,
        Purpose.COURIER_LEFT: _delivery,
        Purpose.NOT_DELIVERED: _delivery,
        Purpose.CANCELLED: _cancelled,
        Purpose.REFUND_STARTED: _refund_started,
        Purpose.REFUNDED: _refunded,
        Purpose.ANSWERED: _answered,
    }
    return "\n".join(line for line in lines_of[notice.purpose](notice, context) if line)


def text_together(notices: Sequence[Notice], context: MessageContext) -> str:
    """Return one message for several orders of one person that are ready at one point."""
    translator = Translator(context.language)
    lines = [
        translator.ngettext(
            "{number} order is ready for pick-up.",
            "{number} orders are ready for pick-up.",
            len(notices),
        ),
        *(
            translator.gettext(
                "Order {number}: pick-up code {code}. {kept}",
                number=_number(notice),
                code=_code(notice, context),
                kept=_deadline(notice, context),
            ).rstrip()
            for notice in notices
        ),
        _point(context),
        translator.gettext("Show this message at the pick-up point. No ID needed."),
    ]
    return "\n".join(line for line in lines if line)


def point_of(notice: Notice) -> str:
    """Return the code of the point that the message is about, empty with a courier."""
    delivery = notice.order.delivery
    return delivery.point if isinstance(delivery, Pickup) else ""


def _part_paid(notice: Notice, context: MessageContext) -> list[str]:
    _ = Translator(context.language).gettext
    order, due_at = notice.order, notice.order.payment_due_at
    due = format_money(amount_due(order), order.currency, context.language)
    return [
        _(
            "We received {sum} for order {number}. Left to pay: {due}.",
            sum=_paid(notice, context),
            number=_number(notice),
            due=due,
        ),
        _(
            "Pay by {moment}.",
            moment=format_deadline(due_at, context.time_zone, context.language, context.now),
        )
        if due_at
        else "",
        _("Otherwise the order closes and we refund what you paid.") if due_at else "",
    ]


def _payment_checked(notice: Notice, context: MessageContext) -> list[str]:
    _ = Translator(context.language).gettext
    return [
        _(
            "We are looking into a payment of {sum} for order {number}.",
            sum=_paid(notice, context),
            number=_number(notice),
        ),
        _("Your money is not lost: we will either use it for the order or refund it."),
        _("The order is not paid yet, so nothing is reserved.")
        if notice.order.stage is Stage.PLACED
        else "",
    ]


def _revived(notice: Notice, context: MessageContext) -> list[str]:
    _ = Translator(context.language).gettext
    promise = notice.order.promise
    today = local_date(context.now, context.time_zone)
    return [
        _(
            "Order {number} is in processing after all: your payment was made in time and has "
            "reached us.",
            number=_number(notice),
        ),
        _("Promised for {day}.", day=format_date(promise.promised_for, context.language, today))
        if promise
        else "",
    ]


def _ready(notice: Notice, context: MessageContext) -> list[str]:
    _ = Translator(context.language).gettext
    return [
        _("Order {number} is ready for pick-up.", number=_number(notice)),
        _("Pick-up code: {code}.", code=_code(notice, context)),
        _point(context),
        _deadline(notice, context),
        _("Show this message at the pick-up point. No ID needed."),
    ]


def _new_code(notice: Notice, context: MessageContext) -> list[str]:
    _ = Translator(context.language).gettext
    return [
        _(
            "Order {number} has a new pick-up code: {code}. The old one no longer works.",
            number=_number(notice),
            code=_code(notice, context),
        ),
        _("If you did not ask for it, somebody entered wrong codes. The order was not given out."),
    ]


def _being_issued(notice: Notice, context: MessageContext) -> list[str]:
    _ = Translator(context.language).gettext
    if notice.order.outcome is Outcome.ISSUED:  # in the meantime
        return [
            _("Order {number} has been handed over.", number=_number(notice)),
            _("If it was not to you, tell us at once on the order page."),
        ]
    return [
        _("Order {number} is being handed over now.", number=_number(notice)),
        _("If this is not you, stop it on the order page."),
    ]


def _expiring(notice: Notice, context: MessageContext) -> list[str]:
    translator = Translator(context.language)
    left = translator.ngettext("{number} hour", "{number} hours", notice.hours)
    return [
        translator.gettext(
            "Order {number} will be kept for another {left}.", number=_number(notice), left=left
        ),
        _deadline(notice, context),
        translator.gettext("Pick-up code: {code}.", code=_code(notice, context)),
        _point(context),
    ]


def _storage_moved(notice: Notice, context: MessageContext) -> list[str]:
    _ = Translator(context.language).gettext
    if not notice.why:
        text = _("Order {number} will be kept longer.", number=_number(notice))
        return [text, _deadline(notice, context)]
    text = _(
        "Order {number} will be kept longer: {reason}.",
        number=_number(notice),
        reason=recalculation_reason(notice.why, context.language),
    )
    return [text, _deadline(notice, context)]


def _promise_moved(notice: Notice, context: MessageContext) -> list[str]:
    _ = Translator(context.language).gettext
    text = _(
        "Order {number} will come later than promised: {reason}.",
        number=_number(notice),
        reason=recalculation_reason(notice.why, context.language),
    )
    until = notice.order.promise.promised_until if notice.order.promise else None
    if until is None:
        return [text, _("We will tell you the new date as soon as it is known.")]
    moment = format_deadline(until, context.time_zone, context.language, context.now)
    return [text, _("It will be there by {moment}.", moment=moment)]


def _delivery(notice: Notice, context: MessageContext) -> list[str]:
    point = context.point
    facts = DeliveryFacts(
        language=context.language,
        now=context.now,
        time_zone=context.time_zone,
        place=f"{point.title}, {point.address}" if point else "",
        code=_code(notice, context),
    )
    return delivery_lines(notice, facts)


def _cancelled(notice: Notice, context: MessageContext) -> list[str]:
    reason = notice.order.reason
    label = reason_label(reason, context.language) if reason else ""
    text = Translator(context.language).gettext(
        "Order {number} was cancelled: {reason}.", number=_number(notice), reason=label
    )
    return [text, _money_back(notice, context)]


def _refund_started(notice: Notice, context: MessageContext) -> list[str]:
    reason = notice.refund.reason if notice.refund else ""
    lead = _REFUND_LEADS.get(reason, _OTHER_REFUND)
    text = Translator(context.language).gettext(lead, number=_number(notice))
    return [text, _money_back(notice, context)]


def _refunded(notice: Notice, context: MessageContext) -> list[str]:
    if notice.refund is None:
        return []
    return [
        Translator(context.language).gettext(
            "{sum} for order {number} has been refunded the way you paid.",
            sum=_sum(notice, context),
            number=_number(notice),
        )
    ]


def _answered(notice: Notice, context: MessageContext) -> list[str]:
    _ = Translator(context.language).gettext
    page = f"{context.site}/orders/{notice.order.number}/help" if context.site else ""
    return [
        _("Support answered your question about order {number}.", number=_number(notice)),
        page or _("Read the answer on the order page."),
    ]


def _money_back(notice: Notice, context: MessageContext) -> str:
    if notice.refund is None:
        return ""
    today = local_date(context.now, context.time_zone)
    return Translator(context.language).gettext(
        "{sum} will be refunded the way you paid, by {day} at the latest. "
        "You do not need to do anything.",
        sum=_sum(notice, context),
        day=format_date(notice.refund.promised_for, context.language, today),
    )


def _point(context: MessageContext) -> str:
    point = context.point
    if point is None:
        return ""
    _ = Translator(context.language).gettext
    hours = format_todays_hours(point.timetable, context.now, context.language)
    open_today = _("Today {hours}", hours=hours) if hours else _("Closed today")
    return f"{point.title}, {point.address}. {open_today}."


def _deadline(notice: Notice, context: MessageContext) -> str:
    storage = notice.order.storage
    if storage is None:
        return ""
    moment = format_deadline(storage.deadline_at, context.time_zone, context.language, context.now)
    return Translator(context.language).gettext("Kept until {moment}.", moment=moment)


def _number(notice: Notice) -> str:
    return format_order_number(notice.order.number)


def _code(notice: Notice, context: MessageContext) -> str:
    order = notice.order
    secret = context.codes.of(order.codes.key)
    code = pickup_code(secret, order.number, place_of(order), order.codes.counter)
    return format_pickup_code(code)


def _sum(notice: Notice, context: MessageContext) -> str:
    refund = notice.refund
    if refund is None:
        return format_money(0, notice.order.currency, context.language)
    currency = refund.currency or notice.order.currency
    return format_money(refund.amount, currency, context.language)


def _paid(notice: Notice, context: MessageContext) -> str:
    assert notice.payment is not None, notice.purpose
    return format_money(notice.payment.amount, notice.payment.currency, context.language)
