"""The delivery promise: the date by which an order paid at a given instant arrives (rule 4.1).

1. An order leaves on the first working day of the warehouse whose cut-off is still ahead. The
   cut-off is a time by the clock of the place of delivery; where the warehouse has one by its
   own clock, the earlier of the two holds. Paid at the very instant of the cut-off is after it.
2. It is on its way for a number of days and counts from the first open day at or after that.
3. It is promised for that day, until the end of that day's opening.

Nothing here knows whether a point or a courier delivers: `PromiseTerms` says what counts for both.
"""

from datetime import UTC, date, datetime, time

from gotovo.points.local_time import DAY, beginning, local_date
from gotovo.points.point import Point
from gotovo.points.timetable import (
    Timetable,
    closed_days,
    first_working_day,
    periods_on,
)
from gotovo.points.warehouse import Warehouse
from gotovo.value import Value


class PromiseTerms(Value, frozen=True, kw_only=True):
    """What a promise depends on.

    `timetable` is of the place of delivery, a point or a courier's area. `dispatch` is the
    warehouse's; without it an order leaves on every day.
    """

    timetable: Timetable
    cut_off: time
    transit_days: int
    dispatch: Timetable | None = None
    dispatch_cut_off: time | None = None


COURIER_CUT_OFF = time(20)
"""The cut-off of a warehouse that has none of its own (rule 4.1)."""

COURIER_TRANSIT_DAYS = 1


class PromiseRule(Value, frozen=True, kw_only=True, omit_defaults=True):
    """How a promise came about: enough to render it in words and to compute it again."""

    paid_at: datetime
    # The cut-off of the day of payment, whether kept or missed.
    cut_off_at: datetime
    # Days on which it could have left, had the warehouse worked.
    dispatch_closed: tuple[date, ...] = ()
    dispatched_on: date
    transit_days: int
    # Days on which it could have been there, had the place been open.
    delivery_closed: tuple[date, ...] = ()
    time_zone: str
    # `paid_at` is when the payment became known: counted from its own time, the day had passed.
    reported_late: bool = False


class Promise(Value, frozen=True):
    """The promised date at the place of delivery, and the instant (UTC) its opening ends.

    `promised_until` is None when the warehouse or the place does not open again within
    `SHUT_DAYS_MAX` days; the date is then the earliest possible one; do not rely on it.
    """

    promised_for: date
    promised_until: datetime | None
    rule: PromiseRule


def promise(paid_at: datetime, point: Point, warehouse: Warehouse | None = None) -> Promise:
    """Return the promise for an order paid at an instant and collected at a point."""
    return promise_under(paid_at, terms_of(point, warehouse))


def cut_off_after(instant: datetime, point: Point, warehouse: Warehouse | None = None) -> datetime:
    """Return the next cut-off (UTC) after an instant on a day that orders leave."""
    return next_cut_off(instant, terms_of(point, warehouse))


def terms_of(point: Point, warehouse: Warehouse | None) -> PromiseTerms:
    """Return the terms of delivery to a point from its warehouse."""
    return PromiseTerms(
        timetable=point.timetable,
        cut_off=point.cut_off,
        transit_days=point.transit_days,
        dispatch=None if warehouse is None else warehouse.timetable,
        dispatch_cut_off=None if warehouse is None else warehouse.cut_off,
    )


def courier_terms(warehouse: Warehouse) -> PromiseTerms:
    """Return the terms of delivery by courier: the warehouse's own days and cut-off."""
    return PromiseTerms(
        timetable=warehouse.timetable,
        cut_off=warehouse.cut_off or COURIER_CUT_OFF,
        transit_days=COURIER_TRANSIT_DAYS,
        dispatch=warehouse.timetable,
    )


def promise_under(paid_at: datetime, terms: PromiseTerms) -> Promise:
    """Return the promise for an order paid at an instant, on any terms."""
    paid_at = paid_at.astimezone(UTC)
    time_zone = terms.timetable.time_zone
    paid_on = local_date(paid_at, time_zone)
    cut_off_at = _cut_off(terms, paid_on)
    could_leave_on = paid_on if paid_at < cut_off_at else _first_day_ahead(paid_at, terms)
    leaves_on = _dispatch_day(terms, could_leave_on)
    dispatched_on = could_leave_on if leaves_on is None else leaves_on
    earliest_arrival = dispatched_on + terms.transit_days * DAY
    arrives_on = first_working_day(terms.timetable, earliest_arrival)
    promised_for = earliest_arrival if arrives_on is None else arrives_on
    rule = PromiseRule(
        paid_at=paid_at,
        cut_off_at=cut_off_at,
        dispatch_closed=_closed(terms.dispatch, could_leave_on, dispatched_on),
        dispatched_on=dispatched_on,
        transit_days=terms.transit_days,
        delivery_closed=_closed(terms.timetable, earliest_arrival, promised_for),
        time_zone=time_zone,
    )
    known = leaves_on is not None and arrives_on is not None
    return Promise(promised_for, _end_of(terms.timetable, promised_for) if known else None, rule)


def first_opening(timetable: Timetable, day: date) -> tuple[date, datetime | None]:
    """Return the first open day at or after this one and the instant its opening ends.

    It is the day itself, without an instant, where the place does not open again.
    """
    opens_on = first_working_day(timetable, day)
    return (day, None) if opens_on is None else (opens_on, _end_of(timetable, opens_on))


def next_cut_off(instant: datetime, terms: PromiseTerms) -> datetime:
    """Return the next cut-off (UTC) after an instant, for a countdown on any terms."""
    day = _first_day_ahead(instant, terms)
    return _cut_off(terms, _dispatch_day(terms, day) or day)


def _end_of(timetable: Timetable, day: date) -> datetime | None:
    periods = periods_on(timetable, day)
    return periods[-1].end if periods else None


def _first_day_ahead(instant: datetime, terms: PromiseTerms) -> date:
    day = local_date(instant, terms.timetable.time_zone)
    while _cut_off(terms, day) <= instant:
        day += DAY
    return day


def _cut_off(terms: PromiseTerms, day: date) -> datetime:
    cut_off = beginning(terms.timetable.time_zone, day, terms.cut_off)
    if terms.dispatch is None or terms.dispatch_cut_off is None:
        return cut_off
    return min(cut_off, beginning(terms.dispatch.time_zone, day, terms.dispatch_cut_off))


def _dispatch_day(terms: PromiseTerms, day: date) -> date | None:
    return day if terms.dispatch is None else first_working_day(terms.dispatch, day)


def _closed(timetable: Timetable | None, day: date, until: date) -> tuple[date, ...]:
    return () if timetable is None or day == until else closed_days(timetable, day, until)
