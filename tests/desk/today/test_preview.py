"""What a closure would do, told before it is entered by the very steps that would do it."""

from datetime import date, timedelta
from uuid import UUID

from msgspec.structs import replace

from gotovo.desk.today.preview import MOVES_MAX, ORDERS_MAX, ClosurePreview, DayMove, preview_of
from gotovo.order.facts import OrderTerms
from gotovo.order.steps.storage_recalculation import RecalculateStorage
from gotovo.order.values.order import Order
from gotovo.points.closures.closure import Closure
from gotovo.points.closures.entry import with_closure
from gotovo.points.local_time import local_date
from gotovo.points.point import Point
from tests.support.order import stories
from tests.support.order.cast import KREMLIN, TIMER, WAREHOUSES, Play
from tests.support.order.changed_points import under

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
ZONE = KREMLIN.timetable.time_zone


def closing(play: Play, first: int, last: int | None) -> Point:
    ends = None if last is None else MONDAY + last * DAY
    closure = Closure(id=UUID(int=1), starts_on=MONDAY + first * DAY, ends_on=ends)
    return replace(KREMLIN, timetable=with_closure(KREMLIN.timetable, closure, play.now))


def preview(play: Play, point: Point, *orders: Order) -> ClosurePreview:
    return preview_of(orders, point, dict(WAREHOUSES), OrderTerms(), play.now)


def test_it_says_what_then_happens() -> None:
    play = stories.shelved()
    point = closing(play, 2, 3)
    seen = preview(play, point, play.order)
    before = play.order.storage
    under(play, point).do(RecalculateStorage(), TIMER)
    after = play.order.storage
    assert before is not None
    assert after is not None
    days = (local_date(before.deadline_at, ZONE), local_date(after.deadline_at, ZONE))
    assert seen.deadlines == [DayMove(*days, 1)]
    assert (seen.ready_orders, seen.orders_on_way, seen.messages, seen.buyers) == (1, 0, 1, 1)
    # And once it was done, there is nothing left to do.
    again = preview(play, point, play.order)
    assert (again.deadlines, again.messages, again.buyers) == ([], 0, 0)


def test_orders_of_one_buyer_are_one_buyer() -> None:
    play = stories.shelved()
    other = replace(play.order, number="999999999999", customer="somebody-else")
    seen = preview(play, closing(play, 2, 3), play.order, play.order, other)
    assert (seen.messages, seen.buyers, seen.ready_orders) == (3, 2, 3)
    assert [each.orders for each in seen.deadlines] == [3]


def test_until_further_notice_deadlines_wait_and_move_to_no_day() -> None:
    play = stories.shelved()
    seen = preview(play, closing(play, 1, None), play.order)
    assert (seen.held, seen.deadlines, seen.messages) == (1, [], 1)


def test_a_promise_moves_to_the_next_open_day_or_to_none() -> None:
    play = stories.paid()
    promise = play.order.promise
    assert promise is not None
    seen = preview(play, closing(play, 0, 9), play.order)
    assert seen.promises == [DayMove(promise.promised_for, MONDAY + 10 * DAY, 1)]
    assert (seen.orders_on_way, seen.ready_orders) == (1, 0)
    endless = preview(play, closing(play, 0, None), play.order)
    assert [each.to_day for each in endless.promises] == [None]


def test_more_orders_than_are_looked_at_are_told() -> None:
    play = stories.shelved()
    seen = preview(play, closing(play, 2, 3), *[play.order] * (ORDERS_MAX + 1))
    assert (seen.is_complete, seen.ready_orders) == (False, ORDERS_MAX)
    assert len(seen.deadlines) <= MOVES_MAX
