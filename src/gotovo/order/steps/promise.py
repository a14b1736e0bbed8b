"""Promise: another day is promised to the buyer, with its reason (rule 4.1)."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, structs

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, Promised, no_longer_late
from gotovo.order.values.promise import PromiseRule
from gotovo.value import Value


class ChangePromise(Value, frozen=True, tag="promise", tag_field="step"):
    """Tell the buyer another day, and why."""

    promised_for: date
    promised_until: Annotated[datetime, Meta(tz=True)] | None
    reason: str


class PromiseChanged(
    Value, frozen=True, tag="order.promise_changed", tag_field="type", omit_defaults=True
):
    """Another day is promised from now on, for this reason.

    `counted_from` is what the calculation begins with, absent for the moment of payment.
    """

    promised_for: date
    promised_until: datetime | None
    reason: str
    promise_rule: PromiseRule | None = None
    counted_from: datetime | None = None


def change_promise(order: Order, command: ChangePromise, facts: Facts) -> Decision:
    """Accept a new day that is still ahead; the old one stays in the history.

    An imported order was promised a day that may be long past: that is history too.
    """
    if promised_before(order, command, facts):
        return ALREADY_DONE
    until = command.promised_until
    if until is not None and until <= facts.now and not order.imported:
        expected = f"> {facts.now.isoformat()}"
        return refuse(Code.WRONG_TIME, "promised_until", until.isoformat(), expected)
    return accept(PromiseChanged(command.promised_for, command.promised_until, command.reason))


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
