"""Promise recalculation: a running promise follows the calendar it was computed by (rule 4.1)."""

from datetime import datetime

from gotovo.order.checks.promise_terms import delivery_terms_of
from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.steps.promise import PromiseChanged
from gotovo.order.steps.storage_recalculation import RecalculationReason
from gotovo.order.values import stages
from gotovo.order.values.order import Order, Promised
from gotovo.order.values.promise import Promise, first_opening, promise_under
from gotovo.points.local_time import DAY, local_date
from gotovo.points.timetable import Timetable
from gotovo.value import Value


class RecalculatePromise(Value, frozen=True, tag="promise-recalculation", tag_field="step"):
    """Compute the promise again by the present settings of the point and the warehouse."""


def recalculate_promise(order: Order, _command: RecalculatePromise, facts: Facts) -> Decision:
    """Promise a later day where the present calendar leads to one, and say why.

    What was promised holds where the new calculation is earlier or the same day, and a promise
    that is missed stays missed. Once the parcels have left, only the place of delivery counts.
    """
    promised = order.promise
    if promised is None or order.imported or _is_missed(promised, facts.now):
        return ALREADY_DONE
    terms = delivery_terms_of(order.warehouse, order.delivery, facts.world)
    changed = None
    if order.stage in stages.IN_WAREHOUSE:
        counted_from = promised.counted_from or order.paid_at or facts.now
        changed = _later(promised, promise_under(counted_from, terms), facts.now)
    if changed is None:
        changed = _next_open_day(promised, terms.timetable, facts.now)
    return ALREADY_DONE if changed is None else accept(changed)


def _is_missed(promised: Promised, now: datetime) -> bool:
    until = promised.promised_until
    return promised.was_flagged_late or (until is not None and until <= now)


def _later(promised: Promised, new: Promise, now: datetime) -> PromiseChanged | None:
    """Return the change to a later day, or to an unknown one where nothing opens again."""
    until = new.promised_until
    is_lost = until is None and promised.promised_until is not None
    is_over = until is not None and until <= now
    if is_over or (new.promised_for <= promised.promised_for and not is_lost):
        return None
    closed = new.rule.dispatch_closed or new.rule.delivery_closed or is_lost
    return PromiseChanged(
        max(new.promised_for, promised.promised_for),
        until,
        RecalculationReason.CLOSURE if closed else RecalculationReason.TERM,
        new.rule,
        promised.counted_from,
    )


def _next_open_day(
    promised: Promised, timetable: Timetable, now: datetime
) -> PromiseChanged | None:
    """Return the change where the promised day is closed by now, or becomes known.

    So a day that a person promised follows the calendar too, which no calculation leads to.
    """
    day = promised.promised_for
    if promised.promised_until is None:
        day = max(day, local_date(now, timetable.time_zone) + DAY)
        opens_on, until = first_opening(timetable, day)
        if until is None:
            return None
        return PromiseChanged(opens_on, until, RecalculationReason.HOURS)
    opens_on, until = first_opening(timetable, day)
    if opens_on == day and until is not None:
        return None
    return PromiseChanged(
        opens_on, until, RecalculationReason.CLOSURE, counted_from=promised.counted_from
    )
