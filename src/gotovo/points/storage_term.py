"""Until when an order lies on the shelf, with the rule that says why (rule 4.2).

1. The term is whole days of 24 hours, counted from the moment the order was ready and its buyer
   told: what becomes ready in the quiet hours counts from their end, when the message is sent.
2. Each date strictly between the first day and the last that the week opens but an exception
   or a national day off closes adds 24 hours, dates so reached included.
3. An instant outside opening hours moves to the end of the next opening period, never to an
   earlier one. The closing time itself is still within them. Hours that touch are one period,
   over midnight too; of one that lasts 24 hours or more each day counts, so that a longer term
   never ends earlier.
4. An extension lengthens the term, so all of it is counted again from the same moment; it never
   ends earlier than without the extension.
5. The term may follow the message that the order is ready: it begins anew when that arrived, or is
   longer by itself where no message could be delivered (`order/steps/storage_recalculation.py`).

A point that does not open again within `SHUT_DAYS_MAX` days leaves the deadline unmoved, with
`opens_again` false: a person has to decide.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from gotovo.points.local_time import DAY, local_date
from gotovo.points.point import Point
from gotovo.points.timetable import (
    SHUT_DAYS_MAX,
    Timetable,
    closed_days,
    hours_on,
    is_closed_exceptionally,
    is_open,
    keeps_to_week,
    next_period,
)
from gotovo.value import Value

_INSTANT_BEFORE = timedelta(microseconds=1)

MoveReason = Literal["closed", "outside_hours", "unextended"]
BeginReason = Literal["message_delivered", "message_unconfirmed"]


class StorageRule(Value, frozen=True, kw_only=True, omit_defaults=True):
    """How a deadline came about: enough to render it in words and to compute it again."""

    # The moment the order was ready and its buyer told, and the term in days of 24 hours.
    started_at: datetime
    days: int
    extended_days: int = 0
    # Where the term begins later than the order was ready: when that was, and why.
    ready_at: datetime | None = None
    begins_because: BeginReason | None = None
    # The days of 24 hours added because no message could be delivered.
    undelivered_days: int = 0
    # The dates that each added 24 hours.
    closed_dates: tuple[date, ...] = ()
    # Where days and additions alone lead.
    term_ends_at: datetime
    # Why it moved on from there: closed that day, outside that day's hours, or because the
    # deadline without the extension is later.
    moved_because: MoveReason | None = None
    # The dates without hours that the move passed.
    closed_dates_passed: tuple[date, ...] = ()
    opens_again: bool = True
    deadline: datetime
    time_zone: str


class StorageDeadline(Value, frozen=True):
    """The instant (UTC) storage ends, and its rule."""

    at: datetime
    rule: StorageRule


def storage_deadline(
    point: Point,
    ready_at: datetime,
    days: int,
    extended_days: int = 0,
    undelivered_days: int = 0,
) -> StorageDeadline:
    """Return the deadline of an order ready at an instant, for a term of one day or more."""
    more = (extended_days, undelivered_days)
    deadline = _deadline(point.timetable, ready_at.astimezone(UTC), days, *more)
    if not extended_days:
        return deadline
    unextended = storage_deadline(point, ready_at, days, undelivered_days=undelivered_days)
    if unextended.at <= deadline.at:
        return deadline
    rule = replace(
        deadline.rule,
        moved_because="unextended",
        closed_dates_passed=(),
        deadline=unextended.at,
    )
    return StorageDeadline(unextended.at, rule)


def recompute(rule: StorageRule, point: Point) -> StorageDeadline:
    """Recompute a rule's deadline from its beginning, by the point's present timetable."""
    more = (rule.extended_days, rule.undelivered_days)
    deadline = storage_deadline(point, rule.started_at, rule.days, *more)
    begins = {"ready_at": rule.ready_at, "begins_because": rule.begins_because}
    return StorageDeadline(deadline.at, replace(deadline.rule, **begins))


def _deadline(
    timetable: Timetable,
    started_at: datetime,
    days: int,
    extended_days: int,
    undelivered_days: int,
) -> StorageDeadline:
    closed, ends_at = _term(timetable, started_at, days + extended_days + undelivered_days)
    moved_because: MoveReason | None = None
    passed: tuple[date, ...] = ()
    at = ends_at
    just_before = ends_at - _INSTANT_BEFORE
    is_within = is_open(timetable, just_before)
    period = None if is_within else next_period(timetable, just_before)
    if period is not None and period.start > ends_at:
        at = period.end
        day = local_date(ends_at, timetable.time_zone)
        moved_because = "outside_hours" if hours_on(timetable, day) else "closed"
        passed = closed_days(timetable, day, local_date(period.start, timetable.time_zone))
    rule = StorageRule(
        started_at=started_at,
        days=days,
        extended_days=extended_days,
        undelivered_days=undelivered_days,
        closed_dates=closed,
        term_ends_at=ends_at,
        moved_because=moved_because,
        closed_dates_passed=passed,
        opens_again=is_within or period is not None,
        deadline=at,
        time_zone=timetable.time_zone,
    )
    return StorageDeadline(at, rule)


def _term(
    timetable: Timetable, started_at: datetime, days: int
) -> tuple[tuple[date, ...], datetime]:
    ends_at = started_at + days * DAY
    if keeps_to_week(timetable):
        return (), ends_at
    last_day = local_date(ends_at, timetable.time_zone)
    day = local_date(started_at, timetable.time_zone) + DAY
    closed: list[date] = []
    while day < last_day and len(closed) < SHUT_DAYS_MAX:
        if is_closed_exceptionally(timetable, day):
            closed.append(day)
            ends_at += DAY
            last_day = local_date(ends_at, timetable.time_zone)
        day += DAY
    return tuple(closed), ends_at
