"""Where to look for a parcel: what is known of it, most likely first (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from gotovo.desk.shelf.movements import Movement
from gotovo.order.values.order import Order, Outcome, Stage
from gotovo.points.cells.plan import Rack, cells_of
from gotovo.store.reads.desk.shelf import AcceptedInto
from gotovo.value import Value

HINTS_MAX: Final = 12
"""As many places as a person goes through in twenty minutes."""

_OF_EACH_KIND: Final = 3
_MOVES_MAX: Final = 3


class HintKind(StrEnum):
    """Why a parcel may be there."""

    EARLIER_CELL = "earlier_cell"  # it lay there before its last move
    OWN_CELL = "own_cell"  # look again: behind and beneath
    NEIGHBOUR = "neighbour"  # the cell beside its own
    WENT_WITH = "went_with"  # a parcel that came to the same cell lies there now
    SAME_BUYER = "same_buyer"  # another parcel of its buyer lies there
    AT_DESK = "at_desk"  # a buyer is looking at parcels at the desk
    ISSUED = "issued"  # a parcel of the same cell was issued today
    IN_BOX = "in_box"  # a parcel of the same cell was sent back today
    ACCEPTANCE = "acceptance"  # where it was accepted, and out of which box


class Hint(Value, frozen=True, kw_only=True):
    """One place to look; `parcel` is the other one that it is about. `by` is `role:id`."""

    kind: HintKind
    cell: str = ""
    parcel: str = ""
    order: str = ""
    box: str = ""
    at: datetime | None = None
    by: str = ""


class Clues(Value, frozen=True, kw_only=True):
    """What hints are made of. `left` are orders that ended today, the latest first."""

    cell: str
    barcode: str
    racks: tuple[Rack, ...] = ()
    moves: Sequence[Movement] = ()
    scans: Sequence[AcceptedInto] = ()
    lying: Mapping[str, str] = {}
    of_buyer: Sequence[Order] = ()
    at_desk: Sequence[Order] = ()
    left: Sequence[Order] = ()


def hints_of(clues: Clues) -> tuple[Hint, ...]:
    """Return where to look; a cell is named once, for its best reason."""
    found = [
        *_earlier_cells(clues),
        *_own_cell(clues),
        *_neighbours(clues),
        *_went_with(clues),
        *_same_buyer(clues),
        *_mixed_up(clues),
        *_at_desk(clues),
        *_acceptance(clues),
    ]
    cells: set[str] = set()
    hints: list[Hint] = []
    for each in found:
        if each.cell and each.kind not in {HintKind.ISSUED, HintKind.IN_BOX, HintKind.ACCEPTANCE}:
            if each.cell in cells:
                continue
            cells.add(each.cell)
        hints.append(each)
    return tuple(hints[:HINTS_MAX])


def neighbours(cell: str, racks: tuple[Rack, ...]) -> tuple[str, ...]:
    """Return the cells before and after one; without a plan by their numbers."""
    rack, _, shelf = cell.partition("-")
    if racks:
        names = [each for each in cells_of(racks) if each.partition("-")[0] == rack]
        if cell not in names:
            return ()
        at = names.index(cell)
        return tuple(names[max(0, at - 1) : at] + names[at + 1 : at + 2])
    if not (rack.isdigit() and shelf.isdigit()):
        return ()
    return tuple(f"{rack}-{each}" for each in (int(shelf) - 1, int(shelf) + 1) if each > 0)


def _earlier_cells(clues: Clues) -> Iterable[Hint]:
    moves = [each for each in clues.moves if each.stage is Stage.SHELVED and each.cell]
    for left_for, each in list(zip(moves[1:], moves[:-1], strict=True))[::-1][:_MOVES_MAX]:
        if each.cell != clues.cell:
            yield Hint(kind=HintKind.EARLIER_CELL, cell=each.cell, at=left_for.at, by=left_for.by)


def _own_cell(clues: Clues) -> Iterable[Hint]:
    if clues.cell:
        yield Hint(kind=HintKind.OWN_CELL, cell=clues.cell)


def _neighbours(clues: Clues) -> Iterable[Hint]:
    return (
        Hint(kind=HintKind.NEIGHBOUR, cell=each) for each in neighbours(clues.cell, clues.racks)
    )


def _went_with(clues: Clues) -> list[Hint]:
    """Return where parcels lie that were put into the same cell: they may have gone together."""
    found = [
        Hint(kind=HintKind.WENT_WITH, cell=lies, parcel=each.barcode)
        for each in clues.scans
        if each.barcode != clues.barcode and each.cell == clues.cell
        if (lies := clues.lying.get(each.barcode, "")) and lies != clues.cell
    ]
    return found[:_OF_EACH_KIND]


def _same_buyer(clues: Clues) -> list[Hint]:
    found = [
        Hint(kind=HintKind.SAME_BUYER, cell=parcel.cell, parcel=parcel.barcode)
        for order in clues.of_buyer
        for parcel in order.parcels
        if parcel.stage is Stage.SHELVED and parcel.cell and parcel.cell != clues.cell
    ]
    return found[:_OF_EACH_KIND]


def _mixed_up(clues: Clues) -> list[Hint]:
    """Return what left the same cell today: this parcel may have left in its place."""
    found = [
        Hint(
            kind=HintKind.ISSUED if order.outcome is Outcome.ISSUED else HintKind.IN_BOX,
            cell=parcel.cell,
            parcel=parcel.barcode,
            order=order.number,
            at=order.closed_at,
        )
        for order in clues.left
        for parcel in order.parcels
        if parcel.cell == clues.cell and parcel.stage is not Stage.SHELVED and not parcel.back
    ]
    return found[:_OF_EACH_KIND]


def _at_desk(clues: Clues) -> list[Hint]:
    found = [
        Hint(kind=HintKind.AT_DESK, order=order.number, at=order.handover_until)
        for order in clues.at_desk
        if not any(each.barcode == clues.barcode for each in order.parcels)
    ]
    return found[:_OF_EACH_KIND]


def _acceptance(clues: Clues) -> list[Hint]:
    found = [
        Hint(
            kind=HintKind.ACCEPTANCE,
            cell=each.cell,
            box=each.box,
            at=each.at,
            by=each.actor,
        )
        for each in clues.scans
        if each.barcode == clues.barcode
    ]
    return found[:1]
