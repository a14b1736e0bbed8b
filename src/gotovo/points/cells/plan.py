"""Cells of a point's shelves: the plan in its settings, and how a cell is named and read.

A cell is named `rack-shelf`, as in 54-35. A point without a plan takes any text for a cell.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Final

from msgspec import Meta

from gotovo.points.validation import InvalidSetting, range_error
from gotovo.value import Value

RACKS_MAX: Final = 200
"""Racks of one point: the largest points have some forty."""

CELLS_MAX: Final = 2_000
"""Cells of one point: about twice as many as the parcels that were ever seen at one."""

NUMBER_MAX: Final = 999
"""The largest number of a rack or a shelf: three digits are spoken and read at a glance."""

FITS_MAX: Final = 100
"""Parcels of one cell: whoever looks for one among more looks for minutes."""

LABEL_PREFIX: Final = "CELL:"
"""What the code on a cell's label begins with, so that no scan takes it for anything else."""

_SPANS_MAX: Final = 10

_LABEL: Final = re.compile(r"(?:CELL\s*:)?\s*0*([1-9][0-9]{0,2})\s*[-‐-―−]\s*0*([1-9][0-9]{0,2})")


class CellSize(StrEnum):
    """How large a cell is, and how large a parcel: one fits into its own size and larger ones."""

    SMALL = "S"
    MEDIUM = "M"
    LARGE = "L"


SIZES: Final = tuple(CellSize)
"""The sizes, the smallest first."""


class ShelfRange(Value, frozen=True, kw_only=True):
    """Shelves of a rack that are alike: `first` to `last`, and how many parcels each of them fits.

    Without `last` it is one shelf.
    """

    first: int
    last: int | None = None
    size: CellSize = CellSize.MEDIUM
    fits: int = 1


class Rack(Value, frozen=True, kw_only=True):
    """A rack and its shelves, numbered as on its labels. `floor`: large goods stand there."""

    number: int
    shelves: Annotated[tuple[ShelfRange, ...], Meta(max_length=NUMBER_MAX)]
    floor: bool = False


class Cell(Value, frozen=True):
    """One cell of a plan."""

    rack: int
    shelf: int
    size: CellSize
    fits: int
    floor: bool

    @property
    def name(self) -> str:
        """Return the name that is printed, spoken and stored."""
        return f"{self.rack}-{self.shelf}"

    @property
    def label(self) -> str:
        """Return what the code on the cell's label says."""
        return LABEL_PREFIX + self.name


@lru_cache(maxsize=4_096)
def cells_of(racks: tuple[Rack, ...]) -> dict[str, Cell]:
    """Return the cells of a plan by name, in the order in which one walks along the racks.

    Nobody may change what is returned: it is the same for every caller.
    """
    return {cell.name: cell for rack in racks for cell in _cells(rack)}


def cell_name(text: str) -> str | None:
    """Return the name of the cell that somebody typed or scanned, None where it is no cell's.

    `54-35`, `054 – 035` and the label `CELL:54-35` are the same.
    """
    found = _LABEL.fullmatch(text.strip().upper())
    return None if found is None else f"{found[1]}-{found[2]}"


def planned_cell(racks: tuple[Rack, ...], text: str) -> Cell | None:
    """Return the cell of a plan that somebody typed or scanned, None where it has none like it."""
    name = cell_name(text)
    return None if name is None else cells_of(racks).get(name)


def cells_named(racks: tuple[Rack, ...]) -> str:
    """Return the names of a plan in short: `54-1..35, 55-1`, and no more than fit on a line."""
    spans = [
        f"{rack.number}-{each.first}" + ("" if _last(each) == each.first else f"..{_last(each)}")
        for rack in racks
        for each in sorted(rack.shelves, key=lambda x: x.first)
    ]
    more = ", …" if len(spans) > _SPANS_MAX else ""
    return ", ".join(spans[:_SPANS_MAX]) + more


def plan_errors(racks: tuple[Rack, ...]) -> list[InvalidSetting]:
    """Return every error of a plan."""
    errors = list(range_error("cells", len(racks), 0, RACKS_MAX))
    seen: set[int] = set()
    for index, rack in enumerate(racks):
        field = f"cells[{index}]"
        errors += range_error(f"{field}.number", rack.number, 1, NUMBER_MAX)
        if rack.number in seen:
            expected = "a rack that stands once"
            errors.append(InvalidSetting(f"{field}.number", str(rack.number), expected))
        seen.add(rack.number)
        errors += _shelf_errors(field, rack)
    if not errors:
        errors += range_error("cells", sum(map(_count, racks)), 0, CELLS_MAX)
    return errors


def _cells(rack: Rack) -> list[Cell]:
    return [
        Cell(rack.number, shelf, each.size, each.fits, rack.floor)
        for each in sorted(rack.shelves, key=lambda x: x.first)
        for shelf in range(each.first, _last(each) + 1)
    ]


def _shelf_errors(field: str, rack: Rack) -> list[InvalidSetting]:
    errors: list[InvalidSetting] = []
    if not rack.shelves:
        errors.append(InvalidSetting(f"{field}.shelves", "", "at least one shelf"))
    free_from = 1
    for index, each in sorted(enumerate(rack.shelves), key=lambda x: x[1].first):
        name = f"{field}.shelves[{index}]"
        found = [
            *range_error(f"{name}.first", each.first, 1, NUMBER_MAX),
            *range_error(f"{name}.last", _last(each), each.first, NUMBER_MAX),
            *range_error(f"{name}.fits", each.fits, 1, FITS_MAX),
        ]
        if not found and each.first < free_from:
            expected = f"{free_from} or more, as shelves stand once"
            found.append(InvalidSetting(f"{name}.first", str(each.first), expected))
        errors += found
        free_from = max(free_from, _last(each) + 1)
    return errors


def _count(rack: Rack) -> int:
    return sum(_last(each) - each.first + 1 for each in rack.shelves)


def _last(each: ShelfRange) -> int:
    return each.first if each.last is None else each.last
