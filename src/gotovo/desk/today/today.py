"""Today at a point: the bounds of its day, and cells that hold more than they were planned for."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from gotovo.points.cells.plan import Rack, cells_of
from gotovo.points.local_time import DAY, MIDNIGHT, beginning, local_date
from gotovo.store.reads.desk.today import CellLoad, DayBounds

LATELY_DAYS: Final = 60
"""How long ago a closed order was placed whose parcels may still lie at the point: a term, the
extension and the weeks in which nobody drove. Older ones are for the office, by cases."""

OVERFULL_MAX: Final = 50
"""Cells that are listed: with more of them the plan is wrong, not the shelf."""


class TodayList(StrEnum):
    """Which orders stand behind a figure."""

    LATE = "late"  # on their way, and the promise has passed
    PROMISED = "promised"  # on their way, and promised for today
    EXPIRING_TODAY = "expiring_today"
    EXPIRING_TOMORROW = "expiring_tomorrow"
    LEAVING = "leaving"  # closed, and something of them still lies here
    RETURNS = "returns"  # issued, and a return is announced


class OverfullCell(Struct, frozen=True):
    """A cell that holds more parcels than it fits."""

    cell: str
    parcels: int
    fits: int


def day_bounds(now: datetime, time_zone: str) -> DayBounds:
    """Return the bounds of the day that it is at a place."""
    today = local_date(now, time_zone)
    last_microsecond = timedelta(microseconds=1)
    return DayBounds(
        now=now.astimezone(UTC),
        today_ends=beginning(time_zone, today + DAY, MIDNIGHT) - last_microsecond,
        tomorrow_ends=beginning(time_zone, today + 2 * DAY, MIDNIGHT) - last_microsecond,
        lately=now - timedelta(days=LATELY_DAYS),
    )


def overfull_cells(racks: tuple[Rack, ...], loads: Iterable[CellLoad]) -> Sequence[OverfullCell]:
    """Return the cells of a plan that hold too much, the fullest first; none without a plan."""
    if not racks:
        return []
    plan = cells_of(racks)
    found = [
        OverfullCell(load.cell, load.parcels, plan[load.cell].fits)
        for load in loads
        if load.cell in plan and load.parcels > plan[load.cell].fits
    ]
    return sorted(found, key=lambda each: (each.fits - each.parcels, each.cell))[:OVERFULL_MAX]
