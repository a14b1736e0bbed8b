"""Entering a closure and taking it back: what may be entered, and what is left of it."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from gotovo.points.closures.closure import Closure, ClosureKind
from gotovo.points.closures.entry import (
    CLOSURES_MAX,
    LiftRefusal,
    approval_subject,
    closure_errors,
    with_closure,
    without_closure,
)
from gotovo.points.timetable import Timetable, every_day

NOON = datetime(2026, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY = date(2026, 12, 1)
WEEK = every_day("Europe/Moscow", time(10), time(21))
ENDLESS = date(9999, 12, 31)


def closure(first: int, last: int | None, number: int = 1, **changes: object) -> Closure:
    ends = None if last is None else TODAY + last * DAY
    made = Closure(id=UUID(int=number), starts_on=TODAY + first * DAY, ends_on=ends)
    return replace(made, **changes)


def outage(first: int, last: int | None, **changes: object) -> Closure:
    return replace(closure(first, last), kind=ClosureKind.OUTAGE, **changes)


@pytest.mark.parametrize(
    "each",
    [
        closure(0, 0),
        closure(0, None),
        closure(0, 3, starts_at=time(13)),
        closure(0, 3, starts_at=time(11, 50)),
        closure(365, 400),
        outage(-31, 0),
    ],
)
def test_what_may_be_entered(each: Closure) -> None:
    assert closure_errors(each, WEEK, NOON) == ()


@pytest.mark.parametrize(
    ("each", "field"),
    [
        (closure(-1, 2), "starts_on"),
        (closure(366, 367), "starts_on"),
        (closure(2, 1), "ends_on"),
        (closure(0, 365), "ends_on"),
        (closure(0, 3, starts_at=time(11)), "starts_at"),
        (closure(0, 3, starts_at=time(13, 0, 30)), "starts_at"),
        (closure(0, 3, starts_at=time(13, tzinfo=UTC)), "starts_at"),
        (closure(0, None, starts_on=ENDLESS), "starts_on"),
        (closure(0, None, ends_on=ENDLESS), "ends_on"),
        (outage(-32, 0), "starts_on"),
        (outage(1, 1), "starts_on"),
        (outage(0, 1), "ends_on"),
        (outage(0, None), "ends_on"),
        (outage(0, 0, starts_at=time(9)), "starts_at"),
        (outage(0, 0, starts_on=date.min), "starts_on"),
    ],
)
def test_what_may_not_is_told_by_its_field(each: Closure, field: str) -> None:
    errors = closure_errors(each, WEEK, NOON)
    assert field in [error.field for error in errors]
    assert all(error.expected for error in errors)


def test_a_point_has_a_number_of_closures_and_forgets_the_oldest() -> None:
    timetable = WEEK
    for number in range(CLOSURES_MAX):
        timetable = with_closure(timetable, closure(number, number, number + 1), NOON)
    more = closure(80, 80, 999)
    assert [each.field for each in closure_errors(more, timetable, NOON)] == ["closures"]
    later = NOON + 2 * 365 * DAY
    days = replace(more, starts_on=TODAY + 800 * DAY, ends_on=TODAY + 800 * DAY)
    assert closure_errors(days, timetable, later) == ()
    assert with_closure(timetable, days, later).closures == (days,)


def test_what_has_not_begun_disappears_without_a_trace() -> None:
    entered = with_closure(WEEK, closure(2, 4), NOON)
    assert entered != WEEK
    assert without_closure(entered, UUID(int=1), NOON) == WEEK
    assert without_closure(with_closure(WEEK, closure(0, 4), NOON), UUID(int=1), NOON) == WEEK


def test_the_days_that_have_passed_stay() -> None:
    entered = with_closure(WEEK, closure(0, None), NOON)
    left = without_closure(entered, UUID(int=1), NOON + 3 * DAY)
    assert isinstance(left, Timetable)
    assert left.all_closures == (replace(closure(0, None), ends_on=TODAY + 2 * DAY),)


def test_an_outage_that_was_entered_by_mistake_disappears_whenever() -> None:
    entered = with_closure(WEEK, outage(-3, -2), NOON)
    assert without_closure(entered, UUID(int=1), NOON + 9 * DAY) == WEEK


def test_what_is_over_or_unknown_is_not_taken_back() -> None:
    entered = with_closure(WEEK, closure(0, 1), NOON)
    assert without_closure(entered, UUID(int=1), NOON + 2 * DAY) is LiftRefusal.OVER
    assert without_closure(entered, UUID(int=2), NOON) is LiftRefusal.UNKNOWN
    # Taken back while it goes on, it is over at once: a repeat changes nothing more.
    left = without_closure(with_closure(WEEK, closure(0, 9), NOON), UUID(int=1), NOON + DAY)
    assert isinstance(left, Timetable)
    assert without_closure(left, UUID(int=1), NOON + DAY) is LiftRefusal.OVER


def test_an_approval_is_for_these_days_of_this_point() -> None:
    subjects = {
        approval_subject(point, each)
        for point in ("KZN-1", "KZN-2")
        for each in (
            closure(0, 3),
            closure(0, 4),
            closure(0, None),
            closure(0, 3, starts_at=time(16)),
            outage(0, 3),
        )
    }
    assert len(subjects) == 10
    assert "KZN-1 closure 2026-12-01T16:00/2026-12-04" in subjects
