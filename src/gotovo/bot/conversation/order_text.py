"""The text of an order's card: where it stands, since when, what to do, and what the code is for.

Telegram's HTML: bold, code, and nothing else; whatever came from outside is escaped.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Final

from msgspec import Struct

from gotovo.keyring.keyring import Keys
from gotovo.order.account.handover_place import HandoverPlace
from gotovo.order.account.offered_actions import OfferedActions
from gotovo.order.account.progress import ProgressLine, progress
from gotovo.order.account.promise_status import PromiseStatus
from gotovo.order.account.shown_codes import shown_pickup_code
from gotovo.order.story import Story
from gotovo.order.values.order import Attention, Order, Stage
from gotovo.order.values.payments.captured import amount_due, is_due_at_point
from gotovo.order.values.payments.refund import Refund, RefundState
from gotovo.order.values.status import status_of
from gotovo.points.local_time import local_date
from gotovo.points.point import Point
from gotovo.words.formats import codes, dates
from gotovo.words.formats.money import format_money
from gotovo.words.formats.opening_hours import format_todays_hours
from gotovo.words.language import Language
from gotovo.words.statuses import reason_label, stage_label, status_label
from gotovo.words.storage_rule import storage_rule_sentence
from gotovo.words.translations import Translator

TITLES_MAX: Final = 3
"""Goods that are named; a message is read on a small screen."""

_PAST, _PRESENT, _AHEAD = "✓", "●", "○"


class ChatOrder(Struct, frozen=True):
    """Everything a card shows; `promise` is None when there is nothing to say of it."""

    order: Order
    story: Story
    place: HandoverPlace
    promise: PromiseStatus | None
    actions: OfferedActions
    keys: Keys
    language: Language
    now: datetime

    @property
    def zone(self) -> str:
        """Return the time zone of all times."""
        return self.place.time_zone

    @property
    def code(self) -> str:
        """Return the pick-up code in groups, empty while there is nothing to collect."""
        code = shown_pickup_code(self.order, self.keys)
        return codes.format_pickup_code(code) if code else ""


def order_text(shown: ChatOrder) -> str:
    """Return the card of an order."""
    parts = (
        _head(shown),
        [_line(shown, line) for line in progress(shown.story)],
        list(_present(shown)),
        list(_refunds(shown)),
        point_lines(shown.place.point, shown.language, shown.now)
        if shown.order.outcome is None
        else [],
        [_zone_line(shown)],
    )
    return "\n\n".join("\n".join(part) for part in parts if part)


def point_lines(point: Point | None, language: Language, now: datetime) -> Sequence[str]:
    """Return where a point is and when it is open today."""
    if point is None:
        return ()
    _ = Translator(language).gettext
    hours = format_todays_hours(point.timetable, now, language)
    return (
        f"<b>{escape(point.title)}</b>",
        escape(point.address),
        _("Today {hours}", hours=hours) if hours else _("Closed today"),
    )


def code_lines(shown: ChatOrder) -> Sequence[str]:
    """Return the code with what it is for; it is never shown without."""
    if not shown.code:
        return ()
    _ = Translator(shown.language).gettext
    code = f"<code>{shown.code}</code>"
    number = codes.format_order_number(shown.order.number)
    if shown.order.stage is Stage.OUT_FOR_DELIVERY:
        return (
            _("Pick-up code of order {number}: {code}", number=number, code=code),
            _("Give it to the courier only, in person."),
        )
    return (
        _("Pick-up code of order {number}: {code}", number=number, code=code),
        _("Show it at the pick-up point; no ID needed. It is for this order at this point only."),
    )


def _head(shown: ChatOrder) -> Sequence[str]:
    translator, order = Translator(shown.language), shown.order
    number = codes.format_order_number(order.number)
    status = status_label(status_of(order), order.outcome, shown.language)
    titles = [escape(line.title) for line in order.lines[:TITLES_MAX]]
    more = len(order.lines) - TITLES_MAX
    if more > 0:
        titles.append(translator.ngettext("and {number} more", "and {number} more", more))
    return (
        f"<b>{translator.gettext('Order {number}', number=number)}: {status}</b>",
        ", ".join(titles),
    )


def _line(shown: ChatOrder, line: ProgressLine) -> str:
    """Return one status with when it began and was left."""
    label = status_label(line.status, line.outcome, shown.language)
    if line.reason is not None:
        label += f": {reason_label(line.reason, shown.language)}"
    if line.began_at is None:
        return f"{_AHEAD} {label}"
    mark = _PRESENT if line.is_current else _PAST
    return f"{mark} {label} — {_period(shown, line.began_at, line.ended_at)}"


def _period(shown: ChatOrder, began_at: datetime, ended_at: datetime | None) -> str:
    began = dates.format_date_time(began_at, shown.zone, shown.language, shown.now)
    if ended_at is None:
        return began
    if local_date(began_at, shown.zone) == local_date(ended_at, shown.zone):
        return f"{began} – {dates.format_time(ended_at, shown.zone)}"
    return f"{began} – {dates.format_date_time(ended_at, shown.zone, shown.language, shown.now)}"


def _present(shown: ChatOrder) -> Iterator[str]:
    """Yield what holds now, and what the buyer has to do."""
    _ = Translator(shown.language).gettext
    yield from _warnings(shown)
    match status_of(shown.order):
        case "awaiting_payment":
            yield from _payment(shown)
        case "processing":
            yield _stage(shown)
            yield from _slot(shown)
            yield from _promise(shown)
            yield from _due_at_point(shown)
            yield from code_lines(shown)
        case "ready_for_pickup":
            if shown.order.stage is Stage.HANDING_OVER:
                yield _stage(shown)
            yield from code_lines(shown)
            yield from _due_at_point(shown)
            yield from _storage(shown)
        case _:
            return


def _warnings(shown: ChatOrder) -> Iterator[str]:
    _ = Translator(shown.language).gettext
    order = shown.order
    if Attention.DISPUTE in order.attention and order.outcome is None:
        yield _("Hand-over is on hold until support has checked this order.")
    if Attention.LATE in order.attention and status_of(order) == "processing":
        yield _("We are running late.")
    if Attention.MONEY in order.attention:
        yield _("We are looking into a payment for this order.")


def _payment(shown: ChatOrder) -> Iterator[str]:
    _ = Translator(shown.language).gettext
    order = shown.order
    due = format_money(amount_due(order), order.currency, shown.language)
    yield _("Amount due: {sum}", sum=due)
    if order.payment_due_at is not None:
        yield _("Pay by {moment}.", moment=_deadline(shown, order.payment_due_at))
    yield _("Nothing is reserved until you pay: another buyer may take these items. Pay soon.")


def _due_at_point(shown: ChatOrder) -> Iterator[str]:
    order = shown.order
    if is_due_at_point(order):
        _ = Translator(shown.language).gettext
        due = format_money(amount_due(order), order.currency, shown.language)
        yield _("To pay at hand-over: {sum}.", sum=due)


def _stage(shown: ChatOrder) -> str:
    order = shown.order
    label = stage_label(order.stage, shown.language, pays_at_point=order.pays_at_point)
    return _capital(label)


def _slot(shown: ChatOrder) -> Iterator[str]:
    _ = Translator(shown.language).gettext
    slot = shown.order.slot
    if slot is None:
        if shown.order.stage in {Stage.WITH_COURIER, Stage.ATTEMPT_FAILED}:
            yield _("The courier will call first and agree a time with you.")
        return
    sentence = (
        _("The courier was due {day}, from {begin} to {end}, and is late.", **slot_words(shown))
        if slot[1] < shown.now
        else _("The courier will come {day}, from {begin} to {end}.", **slot_words(shown))
    )
    yield sentence


def slot_words(shown: ChatOrder) -> dict[str, str]:
    """Return the day and the hours of the agreed slot."""
    slot = shown.order.slot
    assert slot is not None, shown.order.number
    today = local_date(shown.now, shown.zone)
    return {
        "day": dates.format_on_day(local_date(slot[0], shown.zone), shown.language, today),
        "begin": dates.format_time(slot[0], shown.zone),
        "end": dates.format_time(slot[1], shown.zone),
    }


def _promise(shown: ChatOrder) -> Iterator[str]:
    _ = Translator(shown.language).gettext
    promise = shown.promise
    if promise is None or promise.state not in {"expected", "late"}:
        return
    if promise.promised_until is not None and promise.state == "expected":
        yield _("It will be there by {moment}.", moment=_deadline(shown, promise.promised_until))
        return
    today = local_date(shown.now, shown.zone)
    yield _(
        "Promised for {day}.",
        day=dates.format_date(promise.promised_for, shown.language, today),
    )


def _storage(shown: ChatOrder) -> Iterator[str]:
    _ = Translator(shown.language).gettext
    storage = shown.order.storage
    if storage is None:
        return
    yield _("Kept until {moment}.", moment=_deadline(shown, storage.deadline_at))
    yield _("Why: {rule}.", rule=storage_rule_sentence(storage.rule, shown.language))


def _refunds(shown: ChatOrder) -> Iterator[str]:
    for refund in shown.order.refunds:
        yield _refund(shown, refund)


def _refund(shown: ChatOrder, refund: Refund) -> str:
    """Return what became of a refund, and by when it is promised."""
    _ = Translator(shown.language).gettext
    today = local_date(shown.now, shown.zone)
    currency = refund.currency or shown.order.currency
    sum_ = format_money(refund.to_come, currency, shown.language)
    day = dates.format_date(refund.promised_for, shown.language, today)
    if refund.completed_at is not None:
        moment = dates.format_moment(refund.completed_at, shown.zone, shown.language, shown.now)
        return _("{sum} was refunded {moment}.", sum=sum_, moment=moment)
    if refund.state is RefundState.CANCELLED:
        return _("The refund of {sum} was called off: the order was reinstated.", sum=sum_)
    if refund.state is RefundState.FAILED:
        return _(
            "{sum} could not be refunded the way you paid. The money is yours: we are looking for "
            "another way.",
            sum=sum_,
        )
    if refund.promised_for < today:
        return _(
            "{sum} should have reached you by {day}. The refund is late, and we are looking into "
            "it.",
            sum=sum_,
            day=day,
        )
    return _("{sum} is on its way back to you and will arrive by {day}.", sum=sum_, day=day)


def _zone_line(shown: ChatOrder) -> str:
    zone = dates.format_time_zone(shown.zone, shown.language, shown.now)
    return Translator(shown.language).gettext("All times are local: {zone}.", zone=zone)


def _deadline(shown: ChatOrder, instant: datetime) -> str:
    return dates.format_deadline(instant, shown.zone, shown.language, shown.now)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
