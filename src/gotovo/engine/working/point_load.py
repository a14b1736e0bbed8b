"""Point load: how many orders each point holds, counted now and then and kept up in between.

A decision must not count thousands of rows. A point's orders are counted when a command first asks
for them, and again after `COUNTED_SECONDS`; until then the changes this process commits are added.
What other processes commit in that time, and batches decided side by side, may fill a point beyond
its capacity by as many orders: each is still shelved, and flagged (rule 4.17).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from gotovo.order.checks.point_room import point_holding
from gotovo.order.values.order import Order
from gotovo.points.nearness import nearest_points
from gotovo.points.point import Point

COUNTED_SECONDS = 30
"""How long a count serves: at 400 orders a point, the points of a network of 1,500 that are all
busy cost the database about a hundredth of a core."""

NEAREST_MAX = 20
"""Points looked at when one is full: a buyer goes to no further one."""

NAMED_MAX = 3
"""Points that a refusal names."""

CountHeld = Callable[[Sequence[str]], Awaitable[Mapping[str, int]]]
"""Counts the open orders of points; one without any may be absent."""


class PointLoad:
    """The counts of one process."""

    def __init__(self) -> None:
        self.held: dict[str, int] = {}
        self._counted_at: dict[str, datetime] = {}

    async def refresh(
        self, codes: set[str], points: Mapping[str, Point], count: CountHeld, now: datetime
    ) -> None:
        """Count the points that were not counted lately, and the nearest ones of those full."""
        await self._count(codes, points, count, now)
        near: set[str] = set()
        for code in codes:
            if code in points and self.held.get(code, 0) >= points[code].capacity:
                near |= {p.code for p in nearest_points(points, points[code])[:NEAREST_MAX]}
        await self._count(near, points, count, now)

    def add(self, moved: Mapping[str, int]) -> None:
        """Add what a committed batch has changed at the points that are known."""
        for code, orders in moved.items():
            if code in self.held:
                self.held[code] += orders

    async def _count(
        self, codes: set[str], points: Mapping[str, Point], count: CountHeld, now: datetime
    ) -> None:
        oldest = now - timedelta(seconds=COUNTED_SECONDS)
        due = [c for c in codes if c in points and self._counted_at.get(c, oldest) <= oldest]
        if not due:
            return
        counted = await count(sorted(due))
        for code in due:
            self.held[code] = counted.get(code, 0)
            self._counted_at[code] = now


class WorkingLoad:
    """One batch's view of the load; it implements `order.facts.PointLoads`."""

    def __init__(self, held: Mapping[str, int], points: Mapping[str, Point]) -> None:
        self._held = held
        self._points = points
        self.moved: dict[str, int] = {}

    def held(self, point: str) -> int:
        """Return the orders on the shelves of a point or on their way, this batch included."""
        return self._held.get(point, 0) + self.moved.get(point, 0)

    def nearest_with_room(self, point: Point, left: str = "") -> tuple[str, ...]:
        """Return the codes of the nearest points with room, without the one to be left."""
        near = nearest_points(self._points, point)[:NEAREST_MAX]
        roomy = (p.code for p in near if p.code != left and self.held(p.code) < p.capacity)
        return tuple(islice(roomy, NAMED_MAX))

    def move(self, before: Order | None, after: Order | None) -> None:
        """Apply the change of one order."""
        left, reached = point_holding(before), point_holding(after)
        if left == reached:
            return
        if left:
            self.moved[left] = self.moved.get(left, 0) - 1
        if reached:
            self.moved[reached] = self.moved.get(reached, 0) + 1
