"""What a change of a point's timetable would do, by the very steps that would do it (pure)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.order.decide import decide
from gotovo.order.facts import Facts, OrderTerms, World
from gotovo.order.steps.promise import PromiseChanged
from gotovo.order.steps.promise_recalculation import RecalculatePromise
from gotovo.order.steps.storage_recalculation import RecalculateStorage, StorageRecalculated
from gotovo.order.values import stages
from gotovo.order.values.actor import TIMER
from gotovo.order.values.order import Order
from gotovo.points.local_time import local_date
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse

ORDERS_MAX: Final = 5_000
"""Orders that are looked at: five times as many as a point's shelves hold, what is on its way
included. Above it the preview says that it is not complete; the closure itself reaches all."""

MOVES_MAX: Final = 40
"""Pairs of days that are listed: a term of five weeks, each day of it moved."""


class DayMove(Struct, frozen=True):
    """How many orders move from one day to another; `to_day` is None where none is known yet."""

    from_day: date
    to_day: date | None
    orders: int


class ClosurePreview(Struct, frozen=True, kw_only=True):
    """What would follow: orders, days and messages.

    `held` deadlines wait until the point opens again, whenever that is. `messages` are one for each
    order that is told anything, before any channel is chosen or switched off by its buyer; `buyers`
    are the people behind these orders.
    """

    ready_orders: int
    orders_on_way: int
    deadlines: Sequence[DayMove]
    held: int
    promises: Sequence[DayMove]
    messages: int
    buyers: int
    is_complete: bool


class _NoGoods:
    """No recalculation asks for goods."""

    def known(self, warehouse: str, sku: str) -> bool:
        """Return False."""
        del warehouse, sku
        return False

    def available(self, warehouse: str, sku: str) -> int:
        """Return 0."""
        del warehouse, sku
        return 0


def preview_of(
    orders: Sequence[Order],
    point: Point,
    warehouses: dict[str, Warehouse],
    terms: OrderTerms,
    now: datetime,
) -> ClosurePreview:
    """Return what follows for these orders once `point` has the timetable that it has here."""
    world = World({point.code: point}, warehouses, _NoGoods(), b"", terms)
    facts = Facts(world, TIMER, str(UUID(int=0)), now, now)
    zone = point.timetable.time_zone
    deadlines: Counter[tuple[date, date | None]] = Counter()
    promises: Counter[tuple[date, date | None]] = Counter()
    told: set[str] = set()
    held = messages = ready = 0
    for order in orders[:ORDERS_MAX]:
        on_shelf = order.stage in stages.READY
        ready += on_shelf
        command = RecalculateStorage() if on_shelf else RecalculatePromise()
        events = decide(order, command, facts).events
        if events:
            messages += 1
            told.add(order.customer)
        for event in events:
            match event:
                case StorageRecalculated() if order.storage is not None:
                    held += not event.storage_rule.opens_again
                    old, new = order.storage.deadline_at, event.storage_deadline_at
                    if new != old:
                        deadlines[local_date(old, zone), local_date(new, zone)] += 1
                case PromiseChanged() if order.promise is not None:
                    to_day = event.promised_for if event.promised_until else None
                    promises[order.promise.promised_for, to_day] += 1
                case _:
                    pass
    seen = min(len(orders), ORDERS_MAX)
    return ClosurePreview(
        ready_orders=ready,
        orders_on_way=seen - ready,
        deadlines=_moves(deadlines.items()),
        held=held,
        promises=_moves(promises.items()),
        messages=messages,
        buyers=len(told),
        is_complete=len(orders) <= ORDERS_MAX,
    )


def _moves(counted: Iterable[tuple[tuple[date, date | None], int]]) -> Sequence[DayMove]:
    """Return the pairs of days in order."""
    moves = [DayMove(old, new, orders) for (old, new), orders in counted]
    return sorted(moves, key=lambda each: (each.from_day, each.to_day or date.max))[:MOVES_MAX]
