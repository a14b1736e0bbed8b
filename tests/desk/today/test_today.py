"""The bounds of a day at a point, and cells that hold more than they were planned for."""

from datetime import UTC, datetime, timedelta

from gotovo.desk.today.today import OVERFULL_MAX, day_bounds, overfull_cells
from gotovo.points.cells.plan import Rack, ShelfRange
from gotovo.store.reads.desk.today import CellLoad

RACKS = (Rack(number=54, shelves=(ShelfRange(first=1, last=3, fits=2),)),)


def test_a_day_is_that_of_the_point_and_not_of_the_server() -> None:
    late = datetime(2026, 12, 1, 21, 30, tzinfo=UTC)
    here = day_bounds(late, "Europe/Moscow")
    assert here.today_ends == datetime(2026, 12, 2, 20, 59, 59, 999_999, tzinfo=UTC)
    assert here.tomorrow_ends - here.today_ends == timedelta(days=1)
    assert day_bounds(late, "UTC").today_ends < here.today_ends


def test_a_day_of_twenty_five_hours_ends_at_its_midnight() -> None:
    autumn = datetime(2026, 10, 25, 9, tzinfo=UTC)  # Clocks go back in Berlin.
    bounds = day_bounds(autumn, "Europe/Berlin")
    assert bounds.today_ends + timedelta(microseconds=1) == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_cells_above_their_plan_are_named_the_fullest_first() -> None:
    loads = [CellLoad("54-1", 3), CellLoad("54-2", 2), CellLoad("54-3", 9), CellLoad("9-9", 50)]
    assert [each.cell for each in overfull_cells(RACKS, loads)] == ["54-3", "54-1"]
    assert overfull_cells((), loads) == []


def test_a_wrong_plan_fills_no_screen() -> None:
    racks = (Rack(number=1, shelves=(ShelfRange(first=1, last=90, fits=1),)),)
    loads = [CellLoad(f"1-{n}", 2) for n in range(1, 91)]
    assert len(overfull_cells(racks, loads)) == OVERFULL_MAX
