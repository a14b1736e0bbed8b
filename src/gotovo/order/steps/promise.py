"""Promise: another day is promised to the buyer, with its reason (rule 4.1)."""

from datetime import date, datetime, timedelta
from typing import Annotated

from msgspec import Meta, structs

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, Pickup, Promised, no_longer_late
from gotovo.order.values.promise import PromiseRule
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.points.local_time import MIDNIGHT, beginning, ending, local_date
from gotovo.points.timetable import Timetable, periods_on
from gotovo.value import Value

PROMISE_AHEAD_MAX = timedelta(days=365)
"""A day further ahead is a typing mistake: nobody waits for a parcel longer than a year."""


class ChangePromise(Value, frozen=True, tag="promise", tag_field="step"):
    """Tell the buyer another day, and why."""

    promised_for: date
    promised_until: Annotated[datetime, Meta(tz=True)] | None
    reason: FreeText


class PromiseChanged(
    Value, frozen=True, tag="order.promise_changed", tag_field="type", omit_defaults=True
):
    """Another day is promised from now on; `reason` is empty where a person gave one.

    `counted_from` is what the calculation begins with, absent for the moment of payment.
    """

    promised_for: date
    promised_until: datetime | None
    reason: str
    promise_rule: PromiseRule | None = None
    counted_from: datetime | None = None
    text_digest: TextDigest = NO_TEXT


def change_promise(order: Order, command: ChangePromise, facts: Facts) -> Decision:
    """Accept a new day that is still ahead; the old one stays in the history.

    An imported order was promised a day that may be long past, by the clock of its source: that
    is history too.
    """
    if promised_before(order, command, facts):
        return ALREADY_DONE
    day, until = command.promised_for, command.promised_until
    changed = PromiseChanged(day, until, "", text_digest=facts.text_digest)
    refused = None if order.imported else _wrong_day(order, command, facts)
    return refused or accept(changed)


def _wrong_day(order: Order, command: ChangePromise, facts: Facts) -> Decision | None:
    """Refuse a day that has passed or is a year away, and an instant that is not of that day.

    A day ends at midnight, or with the opening of the place that begins on it (rule 4.2).
    """
    timetable = _timetable_of(order, facts)
    today, day = local_date(facts.now, timetable.time_zone), command.promised_for
    if not today <= day <= today + PROMISE_AHEAD_MAX:
        return refuse(Code.WRONG_TIME, "promised_for", day, f"{today}..{today + PROMISE_AHEAD_MAX}")
    until = command.promised_until
    if until is None:
        return None
    begins = max(facts.now, beginning(timetable.time_zone, day, MIDNIGHT))
    midnight = ending(timetable.time_zone, day, MIDNIGHT)
    ends = max([midnight, *(period.end for period in periods_on(timetable, day))])
    if begins < until <= ends:
        return None
    expected = f"{begins.isoformat()}..{ends.isoformat()}"
    return refuse(Code.WRONG_TIME, "promised_until", until.isoformat(), expected)


def _timetable_of(order: Order, facts: Facts) -> Timetable:
    """Return the hours of the place of delivery, as the promise itself counts them."""
    if isinstance(order.delivery, Pickup):
        return facts.world.points[order.delivery.point].timetable
    return facts.world.warehouses[order.warehouse].timetable


def promised_before(order: Order, command: ChangePromise, _facts: Facts) -> bool:
    """Return whether this is the day that is promised, or was when it was ready."""
    promise = order.promise
    if promise is None:
        return False
    day, until = promise.promised_for, promise.promised_until
    return (command.promised_for, command.promised_until) == (day, until)


def promise_changed(order: Order, event: PromiseChanged, _at: datetime) -> Order:
    """Promise the new day, by which nobody is late yet."""
    new = Promised(event.promised_for, event.promised_until, counted_from=event.counted_from)
    return structs.replace(order, promise=new, attention=no_longer_late(order))
