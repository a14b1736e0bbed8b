"""From when until when a point is closed, as its buyers are told."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from msgspec.structs import replace

from gotovo.points.closures.closed_time import ClosedTime, closed_time
from gotovo.points.closures.closure import Closure, ClosureKind
from gotovo.points.timetable import every_day

NOON = datetime(2026, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
TUESDAY = date(2026, 12, 1)
WEEK = every_day("Europe/Moscow", time(10), time(21))


def closure(first: int, last: int | None, number: int = 1) -> Closure:
    ends = None if last is None else TUESDAY + last * DAY
    return Closure(id=UUID(int=number), starts_on=TUESDAY + first * DAY, ends_on=ends)


def found(*closures: Closure, now: datetime = NOON) -> ClosedTime | None:
    return closed_time(replace(WEEK, closures=closures), now)


def test_it_ends_with_the_next_opening_and_not_at_midnight() -> None:
    closed = found(closure(0, 1))
    assert closed is not None
    assert closed.since == datetime(2026, 11, 30, 21, tzinfo=UTC)
    opens = datetime(2026, 12, 3, 7, tzinfo=UTC)
    assert closed.until == opens
    assert not closed.is_over(opens - timedelta(seconds=1))
    assert closed.is_over(opens)


def test_of_several_the_one_that_goes_on_or_comes_first_is_told() -> None:
    first = found(closure(5, 6, 2), closure(1, 1, 1))
    assert first is not None
    assert first.id == UUID(int=1)
    later = found(closure(5, 6, 2), closure(1, 1, 1), now=NOON + 3 * DAY)
    assert later is not None
    assert later.id == UUID(int=2)


def test_closures_that_touch_are_one_for_who_waits() -> None:
    closed = found(closure(0, 1, 1), closure(2, 3, 2))
    assert closed is not None
    assert closed.until == datetime(2026, 12, 5, 7, tzinfo=UTC)
    endless = found(closure(0, 1, 1), closure(2, None, 2))
    assert endless is not None
    assert endless.until is None


def test_an_outage_is_no_closure_and_what_is_over_is_not_told() -> None:
    assert found(replace(closure(0, 0), kind=ClosureKind.OUTAGE)) is None
    assert found(closure(-5, -3)) is None
    assert found() is None
