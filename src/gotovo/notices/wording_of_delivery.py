"""What is told of an order's way: it is late, comes another day or elsewhere, or is at the door.

Each text is its lines, from what the notice says and where and when it is read.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from gotovo.notices.policy import Notice
from gotovo.notices.rules import Purpose
from gotovo.order.steps.attempt import AttemptReason
from gotovo.order.values.order import Courier
from gotovo.points.local_time import local_date
from gotovo.words.formats.codes import format_order_number
from gotovo.words.formats.dates import (
    format_date,
    format_deadline,
    format_on_day,
    format_time,
)
from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid

_ATTEMPTS: Final[Mapping[str, str]] = {
    AttemptReason.NO_ANSWER: msgid("The courier called, but nobody answered."),
    AttemptReason.ABSENT: msgid("The courier came, but nobody was there."),
    AttemptReason.POSTPONED: msgid("You asked for another time."),
    AttemptReason.WRONG_ADDRESS: msgid(
        "The courier could not find the address. Ask us for help to correct it."
    ),
    AttemptReason.NO_ATTEMPT: msgid("The courier did not reach you."),
}


class DeliveryFacts(Struct, frozen=True, kw_only=True):
    """What these texts say besides the notice: the point, the code, the language and the time.

    `place` is the point's title and address, empty with a courier.
    """

    language: Language
    now: datetime
    time_zone: str
    place: str
    code: str


def delivery_lines(notice: Notice, facts: DeliveryFacts) -> list[str]:
    """Return the text of one of these notices."""
    lines_of: Mapping[Purpose, Callable[[Notice, DeliveryFacts], list[str]]] = {
        Purpose.LATE: _late,
        Purpose.PROMISE_MOVED: _new_date,
        Purpose.PLACE_CHANGED: _place_changed,
        Purpose.COURIER_LEFT: _courier_left,
        Purpose.NOT_DELIVERED: _not_delivered,
    }
    return lines_of[notice.purpose](notice, facts)


def _late(notice: Notice, facts: DeliveryFacts) -> list[str]:
    """Say that a promise was missed; staff may also know before that it will be."""
    _ = Translator(facts.language).gettext
    number, promise = format_order_number(notice.order.number), notice.order.promise
    until = promise.promised_until if promise else None
    if until is not None and until <= facts.now:
        moment = format_deadline(until, facts.time_zone, facts.language, facts.now)
        lead = _(
            "Order {number} is late: we promised it by {moment}.", number=number, moment=moment
        )
    else:
        lead = _("Order {number} will be late.", number=number)
    if isinstance(notice.order.delivery, Courier):
        return [lead, _("We are sorry. There is nothing to do: the courier will call you.")]
    return [lead, _("We are sorry. There is nothing to do: we will tell you when it is ready.")]


def _new_date(notice: Notice, facts: DeliveryFacts) -> list[str]:
    text = Translator(facts.language).gettext(
        "Order {number} has a new delivery date.", number=format_order_number(notice.order.number)
    )
    return [text, _promised(notice, facts)]


def _place_changed(notice: Notice, facts: DeliveryFacts) -> list[str]:
    _ = Translator(facts.language).gettext
    number = format_order_number(notice.order.number)
    if isinstance(notice.order.delivery, Courier):
        return [
            _("A courier will bring you order {number}.", number=number),
            _("The courier will call first and agree a time with you."),
            _promised(notice, facts),
        ]
    return [
        _(
            "Order {number} will come to another pick-up point: {place}.",
            number=number,
            place=facts.place,
        ),
        _promised(notice, facts),
    ]


def _courier_left(notice: Notice, facts: DeliveryFacts) -> list[str]:
    _ = Translator(facts.language).gettext
    slot, today = notice.order.slot, local_date(facts.now, facts.time_zone)
    lead = _(
        "The courier is on the way to you with order {number}.",
        number=format_order_number(notice.order.number),
    )
    return [
        lead,
        _(
            "The courier will come {day}, from {begin} to {end}.",
            day=format_on_day(local_date(slot[0], facts.time_zone), facts.language, today),
            begin=format_time(slot[0], facts.time_zone),
            end=format_time(slot[1], facts.time_zone),
        )
        if slot
        else "",
        _("Pick-up code: {code}.", code=facts.code),
        _("Give the code to the courier only, in person."),
    ]


def _not_delivered(notice: Notice, facts: DeliveryFacts) -> list[str]:
    _ = Translator(facts.language).gettext
    return [
        _(
            "Order {number} was not delivered.",
            number=format_order_number(notice.order.number),
        ),
        _(_ATTEMPTS[notice.why]),
        _("The courier will call you to agree another time."),
    ]


def _promised(notice: Notice, facts: DeliveryFacts) -> str:
    """Return what is promised now: an instant, or a day where the hours are not known."""
    _, promise = Translator(facts.language).gettext, notice.order.promise
    if promise is None:
        return ""
    if promise.promised_until is None:
        today = local_date(facts.now, facts.time_zone)
        day = format_date(promise.promised_for, facts.language, today)
        return _("Promised for {day}.", day=day)
    moment = format_deadline(promise.promised_until, facts.time_zone, facts.language, facts.now)
    return _("It will be there by {moment}.", moment=moment)
