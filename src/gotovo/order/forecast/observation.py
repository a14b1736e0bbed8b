"""Observations: how long the stages of an order took, from its history.

Only the way to the buyer counts, and only if it was completed: a stage that a cancellation ended
does not show how long it takes. Durations whose times contradict each other are left out, and
those of a stage whose beginning or end was only inferred from a later scan.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from gotovo.order.forecast.duration_key import DurationKey, Goal, goal_of, route_of, slot_of
from gotovo.order.parcel_movements import is_inferred
from gotovo.order.replay import Recorded, apply, decode
from gotovo.order.values.order import Attention, Order, Outcome, Stage
from gotovo.order.values.status import STATUS_OF
from gotovo.value import Value

MOVING: Final = frozenset(
    {
        "order.paid",
        "order.accepted",
        "order.picking_started",
        "order.packed",
        "parcel.dispatched",
        "parcel.arrived",
        "parcel.shelved",
        "order.ready",
        "courier.slot_agreed",
        "courier.departed",
        "courier.attempt_failed",
        "courier.not_attempted",
        "order.delivery_changed",
        "order.issued",
    }
)
"""The events that may end a stage of processing; others can be skipped."""


class Observation(Value, frozen=True):
    """A duration that is over, by the event (its version) that ended it."""

    key: DurationKey
    seconds: float
    ended_at: datetime
    version: int


class _Entered(Struct, frozen=True):
    stage: Stage
    at: datetime


def observed(
    history: Sequence[Recorded], zone_of: Callable[[Order], str]
) -> tuple[Observation, ...]:
    """Return every duration in a history, oldest event first."""
    order: Order | None = None
    entered: list[_Entered] = []
    found: list[Observation] = []
    for recorded in history:
        event = decode(recorded.type, recorded.body)
        after = apply(order, event, recorded.at, recorded.version, recorded.hash)
        if order is None or after.stage is not order.stage:
            if is_inferred(event):
                order = after
                continue
            found += _ended(order, after, entered, recorded, zone_of)
            if STATUS_OF[after.stage] == "processing":
                entered.append(_Entered(after.stage, recorded.at))
            else:
                entered.clear()
        order = after
    return tuple(found)


def _ended(
    order: Order | None,
    after: Order,
    entered: Sequence[_Entered],
    recorded: Recorded,
    zone_of: Callable[[Order], str],
) -> Iterable[Observation]:
    """Yield what a change of stage ends: the stage before, and the whole way if completed."""
    if order is None or not entered or Attention.CONTRADICTION in after.attention:
        return
    if after.outcome not in {None, Outcome.ISSUED}:
        return
    route, time_zone = route_of(order), zone_of(order)
    last = entered[-1:] if entered[-1].stage is order.stage else ()
    goals: list[tuple[Goal, Sequence[_Entered]]] = [("next", last)]
    if STATUS_OF[after.stage] != "processing":
        goals.append((goal_of(order), entered))
    for goal, begun in goals:
        for each in begun:
            seconds = (recorded.at - each.at).total_seconds()
            if seconds > 0:
                key = DurationKey(each.stage, goal, route, slot_of(each.at, time_zone))
                yield Observation(key, seconds, recorded.at, recorded.version)
