"""The plan of a point's cells: names are read in any form, and every mistake is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.points.cells.plan import (
    CELLS_MAX,
    FITS_MAX,
    CellSize,
    Rack,
    ShelfRange,
    cell_name,
    cells_named,
    cells_of,
    plan_errors,
    planned_cell,
)

SHELVES = (ShelfRange(first=1, last=3, size=CellSize.SMALL, fits=2), ShelfRange(first=10))
PLAN = (Rack(number=54, shelves=SHELVES), Rack(number=60, shelves=SHELVES[1:], floor=True))


@pytest.mark.parametrize(
    "text",
    ["54-35", " 54 - 35 ", "CELL:54-35", "cell: 54-35", "054-035", "54–35", "54‑35", "54—35"],
)
def test_a_cell_is_read_as_it_is_typed_printed_and_scanned(text: str) -> None:
    assert cell_name(text) == "54-35"


@pytest.mark.parametrize(
    "text", ["", "54", "54-", "-35", "54-35-1", "A-1", "0-1", "1000-1", "BOX-1"]
)
def test_what_is_no_cell_is_none(text: str) -> None:
    assert cell_name(text) is None


@given(st.text(max_size=40))
def test_any_text_is_a_cell_or_none(text: str) -> None:
    name = cell_name(text)
    assert name is None or cell_name(name) == name


def test_a_plan_names_its_cells_in_the_order_of_a_walk() -> None:
    assert list(cells_of(PLAN)) == ["54-1", "54-2", "54-3", "54-10", "60-10"]
    assert cells_named(PLAN) == "54-1..3, 54-10, 60-10"
    found = planned_cell(PLAN, "CELL:54-02")
    assert found is not None
    assert (found.label, found.size, found.fits, found.floor) == ("CELL:54-2", "S", 2, False)
    assert planned_cell(PLAN, "54-4") is None


@pytest.mark.parametrize(
    ("rack", "field", "expected"),
    [
        (Rack(number=0, shelves=SHELVES), "cells[0].number", "1..999"),
        (Rack(number=1, shelves=()), "cells[0].shelves", "at least one shelf"),
        (
            Rack(number=1, shelves=(ShelfRange(first=5, last=4),)),
            "cells[0].shelves[0].last",
            "5..999",
        ),
        (
            Rack(number=1, shelves=(ShelfRange(first=1, fits=0),)),
            "cells[0].shelves[0].fits",
            f"1..{FITS_MAX}",
        ),
        (
            Rack(number=1, shelves=(ShelfRange(first=2, last=4), ShelfRange(first=4))),
            "cells[0].shelves[1].first",
            "5 or more, as shelves stand once",
        ),
    ],
)
def test_a_mistake_of_a_plan_is_named(rack: Rack, field: str, expected: str) -> None:
    (error,) = plan_errors((rack,))
    assert (error.field, error.expected) == (field, expected)


def test_a_rack_stands_once_and_a_point_has_a_bounded_number_of_cells() -> None:
    (error,) = plan_errors((PLAN[0], PLAN[0]))
    assert (error.field, error.value) == ("cells[1].number", "54")
    wide = (ShelfRange(first=1, last=999),)
    (error,) = plan_errors(tuple(Rack(number=n, shelves=wide) for n in (1, 2, 3)))
    assert (error.value, error.expected) == ("2997", f"0..{CELLS_MAX}")
    assert plan_errors(PLAN) == []
