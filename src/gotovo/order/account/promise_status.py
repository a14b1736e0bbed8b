"""The promise as the buyer reads it: offered, expected, late, kept or missed (rule 4.1)."""

from datetime import date, datetime
from typing import Literal

from gotovo.order.story import PromiseChange, PromiseHistory
from gotovo.order.values.order import Attention, Order, Stage
from gotovo.order.values.promise import (
    Promise,
    PromiseRule,
    PromiseTerms,
    courier_terms,
    next_cut_off,
    promise_under,
    terms_of,
)
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.value import Value

PromiseState = Literal["would_be", "expected", "late", "kept", "missed"]

_UNKNOWN = PromiseHistory()


class PromiseStatus(Value, frozen=True):
    """`met_at` is when the order was there, once it was; `cut_off_at` until when paying counts."""

    state: PromiseState
    promised_for: date
    promised_until: datetime | None
    met_at: datetime | None = None
    cut_off_at: datetime | None = None
    rule: PromiseRule | None = None
    changes: tuple[PromiseChange, ...] = ()

    @property
    def promise(self) -> Promise | None:
        """Return the promise with its rule, where the rule is known."""
        if self.rule is None:
            return None
        return Promise(self.promised_for, self.promised_until, self.rule)


def delivery_terms(point: Point | None, warehouse: Warehouse | None) -> PromiseTerms | None:
    """Return the terms of delivery to a point, or by courier without one; None if unknown."""
    if point is not None:
        return terms_of(point, warehouse)
    return None if warehouse is None else courier_terms(warehouse)


def promise_status(
    order: Order, terms: PromiseTerms | None, now: datetime, history: PromiseHistory = _UNKNOWN
) -> PromiseStatus | None:
    """Return the status of the order's promise, None when there is nothing to say."""
    if order.stage is Stage.PLACED:
        return None if terms is None else offered_promise(terms, now)
    promised = order.promise
    if promised is None or (promised.kept is None and order.outcome is not None):
        return None
    if promised.kept is None:
        state: PromiseState = "late" if _is_late(order, now) else "expected"
        met_at = None
    else:
        state = "kept" if promised.kept else "missed"
        met_at = order.ready_at or order.closed_at
    return PromiseStatus(
        state,
        promised.promised_for,
        promised.promised_until,
        met_at=met_at,
        rule=history.rule,
        changes=history.changes,
    )


def offered_promise(terms: PromiseTerms, now: datetime) -> PromiseStatus:
    """Return what would be promised if the order were paid at this moment."""
    promised = promise_under(now, terms)
    return PromiseStatus(
        "would_be",
        promised.promised_for,
        promised.promised_until,
        cut_off_at=next_cut_off(now, terms),
        rule=promised.rule,
    )


def _is_late(order: Order, now: datetime) -> bool:
    until = order.promise.promised_until if order.promise else None
    return Attention.LATE in order.attention or (until is not None and until < now)
