"""The proposed cell: one order together, by size, nearest, and never a full one but as the last."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from gotovo.points.cells.choice import CellUse, NewParcel, propose_cell
from gotovo.points.cells.plan import SIZES, CellSize, Rack, ShelfRange, cells_of
from gotovo.value import Value

PLAN = (
    Rack(number=1, shelves=(ShelfRange(first=1, last=3, size=CellSize.SMALL, fits=2),)),
    Rack(number=2, shelves=(ShelfRange(first=1, last=3, fits=3),)),
    Rack(number=3, shelves=(ShelfRange(first=1, last=2, size=CellSize.LARGE, fits=2),)),
    Rack(number=9, shelves=(ShelfRange(first=1, size=CellSize.LARGE, fits=2),), floor=True),
)
SMALL = NewParcel("P", "N", "C", CellSize.SMALL)


def use(cell: str, number: str = "other", customer: str = "other", parcel: str = "") -> CellUse:
    """Return a parcel in a cell."""
    return CellUse(parcel or f"{number}/{cell}/{customer}", number, customer, cell)


def proposed(parcel: NewParcel, *uses: CellUse) -> str | None:
    """Return the name of the cell that is proposed."""
    cell = propose_cell(PLAN, uses, parcel)
    return None if cell is None else cell.name


def sized(size: CellSize) -> NewParcel:
    """Return a parcel of a size."""
    return NewParcel("P", "N", "C", size)


def test_the_nearest_cell_of_its_size_is_proposed() -> None:
    assert proposed(SMALL) == "1-1"
    assert proposed(sized(CellSize.MEDIUM)) == "2-1"


def test_large_goods_stand_on_the_floor_and_nothing_else_does_while_there_is_room() -> None:
    assert proposed(sized(CellSize.LARGE)) == "9-1"
    shelves = [use(name, str(i)) for name in cells_of(PLAN) if name != "9-1" for i in range(3)]
    assert proposed(SMALL, *shelves) == "9-1"
    floor = [use("9-1", "a"), use("9-1", "b")]
    assert proposed(sized(CellSize.LARGE), *floor) == "3-1"


def test_a_parcel_joins_its_order_then_its_buyer() -> None:
    assert proposed(SMALL, use("2-3", "N", "C")) == "2-3"
    assert proposed(SMALL, use("2-3", "M", "C")) == "2-3"
    assert proposed(SMALL, use("2-3", "M", "C"), use("2-2", "N", "C")) == "2-2"


def test_the_cell_of_its_order_is_not_proposed_where_it_does_not_fit() -> None:
    full = [use("1-2", "N", "C", "a"), use("1-2", "N", "C", "b")]
    assert proposed(SMALL, *full) == "1-1"
    assert proposed(sized(CellSize.LARGE), use("1-1", "N", "C")) == "9-1"


def test_a_parcel_that_moves_does_not_count_itself() -> None:
    assert proposed(SMALL, use("1-1", "N", "C", "P"), use("1-1", "x")) == "1-1"


def test_a_point_without_a_plan_gets_no_proposal() -> None:
    assert propose_cell((), (), SMALL) is None


def test_what_lies_in_cells_of_old_counts_nowhere() -> None:
    assert proposed(SMALL, use("A-1"), use("CELL:1-1"), use("01-01", "y")) == "1-2"


class Shelf(Value, frozen=True):
    """Cells with what lies in them, and the parcel that comes."""

    uses: tuple[CellUse, ...]
    parcel: NewParcel


CELLS = tuple(cells_of(PLAN))
SHELVES = st.builds(
    Shelf,
    st.lists(
        st.builds(
            CellUse,
            st.uuids().map(str),
            st.sampled_from("NMLK"),
            st.sampled_from("CDE"),
            st.sampled_from(CELLS),
        ),
        max_size=30,
    ).map(tuple),
    st.builds(NewParcel, st.just("P"), st.just("N"), st.just("C"), st.sampled_from(SIZES)),
)


@given(SHELVES)
def test_a_full_cell_is_proposed_only_when_every_fitting_one_is_full(shelf: Shelf) -> None:
    cell = propose_cell(PLAN, shelf.uses, shelf.parcel)
    assert cell is not None
    assert SIZES.index(cell.size) >= SIZES.index(shelf.parcel.size)
    filled = Counter(each.cell for each in shelf.uses)
    fitting = [
        each
        for each in cells_of(PLAN).values()
        if SIZES.index(each.size) >= SIZES.index(shelf.parcel.size)
    ]
    free = [each.name for each in fitting if filled[each.name] < each.fits]
    assert not free or cell.name in free
    own = [name for name in free if any(x.cell == name and x.number == "N" for x in shelf.uses)]
    assert not own or cell.name in own


@given(SHELVES, st.randoms())
def test_the_proposal_depends_on_what_lies_there_and_not_on_its_order(
    shelf: Shelf, chance: Random
) -> None:
    mixed = list(shelf.uses)
    chance.shuffle(mixed)
    assert propose_cell(PLAN, mixed, shelf.parcel) == propose_cell(PLAN, shelf.uses, shelf.parcel)
