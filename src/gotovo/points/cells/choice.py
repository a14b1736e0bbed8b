"""Which cell is proposed for a parcel: deterministic, and only a proposal.

A parcel joins the others of its order; else those of its buyer; else it gets the smallest cell that
it fits into, and of these the nearest to the desk, which is the first of the plan. Large goods
stand on the floor, and nothing else does while there is room elsewhere. A full cell is proposed
only when every cell of a fitting size is full.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from gotovo.points.cells.plan import SIZES, Cell, CellSize, Rack, cell_name, cells_of
from gotovo.value import Value


class CellUse(Value, frozen=True):
    """A parcel that lies in a cell, or will: one that was proposed and is being carried there."""

    parcel: str
    number: str
    customer: str
    cell: str


class NewParcel(Value, frozen=True):
    """A parcel that needs a cell; `size` is what the clerk sees, medium where nobody told."""

    parcel: str
    number: str
    customer: str
    size: CellSize = CellSize.MEDIUM


def propose_cell(
    racks: tuple[Rack, ...], uses: Collection[CellUse], parcel: NewParcel
) -> Cell | None:
    """Return the cell for a parcel; None where the point has no plan."""
    others = [each for each in uses if each.parcel != parcel.parcel]
    filled = Counter(_name(each) for each in others)
    own = {_name(each) for each in others if each.number == parcel.number}
    buyers = {_name(each) for each in others if each.customer == parcel.customer}
    best: tuple[Sequence[int], Cell] | None = None
    for order, cell in enumerate(cells_of(racks).values()):
        name = cell.name
        over = max(0, filled[name] + 1 - cell.fits)
        too_small = max(0, _rank(parcel.size) - _rank(cell.size))
        # Floor and shelves are different walks, so size alone doesn't decide between them.
        misplaced = cell.floor is not (parcel.size is CellSize.LARGE)
        spare = max(0, _rank(cell.size) - _rank(parcel.size))
        weight = (
            too_small,
            over,
            name not in own,
            name not in buyers,
            misplaced,
            spare,
            order,
        )
        if best is None or weight < best[0]:
            best = (weight, cell)
    return None if best is None else best[1]


def _rank(size: CellSize) -> int:
    return SIZES.index(size)


def _name(use: CellUse) -> str:
    """Return the name of a cell as the plan has it; free text of old is its own name."""
    return cell_name(use.cell) or use.cell
