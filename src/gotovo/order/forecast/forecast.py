"""Forecast: what the duration model says of an order, in round times within opening hours."""

from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import structs

from gotovo.order.forecast.duration_key import DurationKey, Goal, goal_of, route_of, slot_of
from gotovo.order.forecast.model import DurationModel, Expected
from gotovo.order.values.order import Attention, Order, Stage
from gotovo.order.values.status import STATUS_OF
from gotovo.points.timetable import Timetable, next_period
from gotovo.value import Value

_EVEN: Final = (
    (timedelta(hours=2), timedelta(minutes=5)),
    (timedelta(days=1), timedelta(minutes=30)),
)
"""How exactly an instant is shown, by how near it is; what is further away in whole hours."""

_FARTHEST = timedelta(hours=1)


class Outlook(Value, frozen=True):
    """What a buyer is shown of an order in processing.

    `step` is of the stage that comes next, `ready` of the shelf or the hand-over. `slow`: this
    stage lasts longer than 9 of 10. `will_miss`: in more than half of such cases the promise was
    missed.
    """

    step: Expected | None
    ready: Expected | None
    slow: bool
    will_miss: bool

    @property
    def is_bad(self) -> bool:
        """Return whether the buyer has to be warned."""
        return self.slow or self.will_miss


def outlook(
    order: Order, model: DurationModel, time_zone: str, opening: Timetable | None, now: datetime
) -> Outlook | None:
    """Return what to show; None when the order is not in processing or nothing is known.

    `opening` is of the point; a courier comes by agreement, so there is none.
    """
    if STATUS_OF[order.stage] != "processing":
        return None
    step = _expected(order, "next", model, time_zone, now)
    ready = _expected(order, goal_of(order), model, time_zone, now)
    if step is None and ready is None:
        return None
    slow = step is not None and step.overdue
    at_the_desk = opening if order.stage is Stage.ARRIVED_AT_POINT else None
    shown_ready = _without_moved_half(rounded(ready, opening, now), rounded(ready, None, now))
    return Outlook(rounded(step, at_the_desk, now), shown_ready, slow, _will_miss(order, ready))


def rounded(expected: Expected | None, opening: Timetable | None, now: datetime) -> Expected | None:
    """Return round instants, never earlier, and none at which the point is closed."""
    if expected is None or expected.half_at is None or expected.usual_at is None:
        return expected
    return Expected(
        rounded_up(expected.half_at, opening, now),
        rounded_up(expected.usual_at, opening, now),
        expected.cases,
        expected.overdue,
        expected.width,
    )


def rounded_up(at: datetime, opening: Timetable | None, now: datetime) -> datetime:
    """Return the instant rounded up, and moved to the next opening."""
    ahead = at - now
    even = next((even for until, even in _EVEN if ahead <= until), _FARTHEST)
    at = at.astimezone(UTC)
    over = timedelta(
        seconds=at.timestamp() % even.total_seconds(),
    )
    at = (at + (even - over if over else over)).replace(microsecond=0)
    if opening is None:
        return at
    period = next_period(opening, at)
    # Closing time itself stays: a buyer who is there by then is served.
    before = next_period(opening, at - timedelta(seconds=1))
    if period is None or (before is not None and before.start < at <= before.end):
        return at
    return max(period.start, at)


def _expected(
    order: Order, goal: Goal, model: DurationModel, time_zone: str, now: datetime
) -> Expected | None:
    key = DurationKey(order.stage, goal, route_of(order), slot_of(order.stage_at, time_zone))
    return model.expect(key, order.stage_at, now)


def _without_moved_half(moved: Expected | None, plain: Expected | None) -> Expected | None:
    """Return the 9 of 10 alone where the 5 of 10 falls while the point is closed.

    At the next opening it is more than 5 that are there: nine, in the simulated town.
    """
    if moved is None or plain is None or moved.half_at == plain.half_at:
        return moved
    return structs.replace(moved, half_at=moved.usual_at)


def _will_miss(order: Order, ready: Expected | None) -> bool:
    """Return whether a promise that still holds was missed in more than half of such cases."""
    promised = order.promise.promised_until if order.promise else None
    if promised is None or ready is None or ready.half_at is None:
        return False
    return Attention.LATE not in order.attention and ready.half_at > promised
