"""Cells that a spreadsheet would run are texts in a file of rejected rows, and come back whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.exchange.imports.files.own_columns import (
    OWN_COLUMNS,
    is_own,
    neutralized,
    own_cells,
    restored,
)

STARTS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("start", STARTS)
def test_a_cell_that_begins_a_formula_begins_with_an_apostrophe(start: str) -> None:
    assert neutralized(f"{start}1") == f"'{start}1"


@given(st.text(max_size=20) | st.text(f"'{STARTS}a", max_size=6))
def test_every_cell_comes_back_as_it_was(cell: str) -> None:
    written = neutralized(cell)
    assert not written or written[0] not in STARTS
    assert restored(written) == cell


def test_columns_of_ours_meet_no_column_of_a_file() -> None:
    assert all(map(is_own, OWN_COLUMNS))
    assert not any(map(is_own, ("line", "value", "expected", "Gotovo", "row")))


def test_a_row_knows_how_its_amounts_were_read() -> None:
    cells = own_cells({"gotovo:decimal": "value=comma paid=point", "gotovo:row": "x"})
    assert cells.decimals == {"value": "comma", "paid": "point"}
    assert cells.row == "x"
    assert own_cells({"value": "1"}).decimals == {}
