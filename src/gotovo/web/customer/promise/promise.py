"""The promise as the buyer reads it: kept, missed, late, expected, or what it would be."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from gotovo.order.replay import Recorded, decode
from gotovo.order.steps.payment import OrderPaid
from gotovo.order.steps.promise import PromiseChanged
from gotovo.order.values.order import Attention, Order, Stage
from gotovo.order.values.promise import (
    Promise,
    PromiseRule,
    courier_terms,
    next_cut_off,
    promise_under,
    terms_of,
)
from gotovo.web.customer.steps.own_order import HandoverPlace

State = Literal["would_be", "expected", "late", "kept", "missed"]


class PromiseChange(Struct, frozen=True):
    """A day that was replaced by another, and why."""

    at: datetime
    was_for: date
    reason: str


class PromiseShown(Struct, frozen=True):
    """`met_at` is when the order was there, once it was; `cut_off_at` until when paying counts."""

    state: State
    promised_for: date
    promised_until: datetime | None
    met_at: datetime | None = None
    cut_off_at: datetime | None = None
    rule: PromiseRule | None = None
    changes: tuple[PromiseChange, ...] = ()

    @property
    def whole(self) -> Promise | None:
        """Return the promise with its rule, where the rule is known."""
        if self.rule is None:
            return None
        return Promise(self.promised_for, self.promised_until, self.rule)


def promise_shown(
    order: Order, history: Iterable[Recorded], place: HandoverPlace, now: datetime
) -> PromiseShown | None:
    """Return what to say about the promise, None when there is none to speak of."""
    if order.stage is Stage.PLACED:
        return would_be(place, now)
    if order.promise is None:
        return None
    rule, changes = _told(history)
    promised = order.promise
    met_at = order.ready_at or order.closed_at
    if promised.kept is not None:
        state: State = "kept" if promised.kept else "missed"
    elif order.outcome is not None:
        return None
    else:
        state = "late" if _is_late(order, now) else "expected"
        met_at = None
    return PromiseShown(
        state, promised.promised_for, promised.promised_until, met_at, None, rule, changes
    )


def would_be(place: HandoverPlace, now: datetime) -> PromiseShown | None:
    """Return what would be promised if the order were paid at this moment."""
    if place.point is not None:
        terms = terms_of(place.point, place.warehouse)
    elif place.warehouse is not None:
        terms = courier_terms(place.warehouse)
    else:
        return None
    promised = promise_under(now, terms)
    return PromiseShown(
        "would_be",
        promised.promised_for,
        promised.promised_until,
        cut_off_at=next_cut_off(now, terms),
        rule=promised.rule,
    )


def _is_late(order: Order, now: datetime) -> bool:
    until = order.promise.promised_until if order.promise else None
    return Attention.LATE in order.attention or (until is not None and until < now)


def _told(history: Iterable[Recorded]) -> tuple[PromiseRule | None, tuple[PromiseChange, ...]]:
    """Return the rule of the promise that holds, and the promises it replaced."""
    rule: PromiseRule | None = None
    day: date | None = None
    changes: list[PromiseChange] = []
    for recorded in history:
        if recorded.type not in {"order.paid", "order.promise_changed"}:
            continue
        event = decode(recorded.type, recorded.body)
        if isinstance(event, PromiseChanged) and day is not None:
            changes.append(PromiseChange(recorded.at, day, event.reason))
        if isinstance(event, OrderPaid | PromiseChanged):
            rule, day = event.promise_rule, event.promised_for
    return rule, tuple(changes)
