"""Counting shelves: what should lie in the cells is compared with what people found there (pure).

The latest that is known of a parcel holds: a scan says more than what moved before it, and a
movement more than a scan before it. So a parcel that moved while it was counted is no difference,
unless somebody has found it elsewhere since. A cell in which nobody counted says nothing about what
is missing in it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gotovo.value import Value


class CountResult(StrEnum):
    """What a count says of one parcel, or of one thing that is none."""

    FOUND = "found"  # it was seen last in its cell
    MISSING = "missing"  # its cell was counted, and nobody found it anywhere
    WRONG_CELL = "wrong_cell"  # it was seen last in another cell than its order says
    UNKNOWN = "unknown"  # no parcel of ours, or one that should not be here
    MOVED = "moved"  # it moved while cells were counted, and nobody has seen it since
    NOT_COUNTED = "not_counted"  # nobody has counted its cell so far


DIFFERENCES = frozenset({CountResult.MISSING, CountResult.WRONG_CELL, CountResult.UNKNOWN})


class Lying(Value, frozen=True):
    """A parcel as its order has it; without a cell it is at the point and on no shelf."""

    barcode: str
    number: str
    cell: str


class Counted(Value, frozen=True, kw_only=True):
    """One thing that somebody found in a cell; nothing was read where the cell was empty.

    `typed`: by hand and not scanned, so it may have been counted from afar. `at` is when, between
    the beginning of the count and `recorded_at`.
    """

    id: UUID
    cell: str
    code: str
    barcode: str
    number: str
    typed: bool
    at: datetime
    recorded_at: datetime
    by: str


class CountItem(Value, frozen=True, kw_only=True):
    """One line of a report: where it should lie (`cell`), where it was counted, and by whom."""

    result: CountResult
    barcode: str = ""
    number: str = ""
    code: str = ""
    cell: str = ""
    counted_in: str = ""
    typed: bool = False
    at: datetime | None = None
    by: str = ""


class CountFigures(Value, frozen=True, kw_only=True):
    """How far a count is: `expected` should lie in its cells, of which `cells` were counted.

    `typed` were typed and not scanned.
    """

    expected: int
    found: int
    missing: int
    wrong_cell: int
    unknown: int
    moved: int
    not_counted: int
    typed: int
    cells: int
    people: int


class InventoryReport(Value, frozen=True):
    """What a count says, difference by difference; what was found is counted alone."""

    figures: CountFigures
    items: tuple[CountItem, ...]


def is_in_scope(scope: str, cell: str) -> bool:
    """Return whether a cell is one of those that are counted: itself, those of a rack, or all."""
    return bool(cell) and (not scope or cell == scope or cell.startswith(f"{scope}-"))


def compare(
    scope: str,
    lying: Sequence[Lying],
    counted: Sequence[Counted],
    moved: Mapping[str, datetime] = {},
) -> tuple[CountItem, ...]:
    """Return what a count says of each parcel, in order of cells.

    `lying` is everything that lies at the point now. `moved` says of parcels that moved since the
    count began when it was recorded that they did so last.
    """
    here = {each.barcode: each for each in lying}
    latest = _latest_scans(counted)
    visited = {each.cell for each in counted}
    wanted = [each for each in lying if is_in_scope(scope, each.cell)]
    items = [_expected(each, latest.get(each.barcode), visited, moved) for each in wanted]
    known = {each.barcode for each in wanted}
    items += [
        _unexpected(here.get(barcode), scan, moved)
        for barcode, scan in latest.items()
        if barcode not in known
    ]
    items += _no_parcels(counted)
    return tuple(sorted(items, key=lambda each: _walk(name_of_line(each))))


def name_of_line(item: CountItem) -> tuple[str, str, str]:
    """Return what names a line in its report: where one looks, the parcel, and what was read."""
    return item.cell or item.counted_in, item.barcode, item.code


def lines_after(
    items: Iterable[CountItem], name: tuple[str, str, str], result: CountResult | None
) -> list[CountItem]:
    """Return the lines behind a name, in the order of a report: of one result, or of all."""
    return [
        each
        for each in items
        if (result is None or each.result is result) and _walk(name_of_line(each)) > _walk(name)
    ]


def report_of(
    scope: str, items: Sequence[CountItem], counted: Sequence[Counted]
) -> InventoryReport:
    """Return the report of a count: its figures, and each line that is not simply found."""
    results = [each.result for each in items]
    figures = CountFigures(
        expected=sum(is_in_scope(scope, each.cell) for each in items),
        found=results.count(CountResult.FOUND),
        missing=results.count(CountResult.MISSING),
        wrong_cell=results.count(CountResult.WRONG_CELL),
        unknown=results.count(CountResult.UNKNOWN),
        moved=results.count(CountResult.MOVED),
        not_counted=results.count(CountResult.NOT_COUNTED),
        typed=len({(each.barcode or each.code) for each in counted if each.typed and each.code}),
        cells=len({each.cell for each in counted}),
        people=len({each.by for each in counted}),
    )
    shown = tuple(each for each in items if each.result is not CountResult.FOUND)
    return InventoryReport(figures, shown)


def _walk(name: tuple[str, str, str]) -> tuple[tuple[int, ...], tuple[str, str, str]]:
    """Return where one comes to on a walk: racks and shelves in the order of their numbers."""
    return tuple(int(each) for each in name[0].split("-") if each.isdecimal()), name


def _latest_scans(counted: Iterable[Counted]) -> Mapping[str, Counted]:
    """Return of each parcel the scan that was made last."""
    latest: dict[str, Counted] = {}
    for each in sorted(counted, key=lambda scan: (scan.at, scan.recorded_at, scan.id)):
        if each.barcode:
            latest[each.barcode] = each
    return latest


def _expected(
    lying: Lying, scan: Counted | None, visited: Collection[str], moved: Mapping[str, datetime]
) -> CountItem:
    """Return what is said of a parcel of a counted cell."""
    if scan is not None and scan.cell == lying.cell:
        return _item(CountResult.FOUND, lying, scan)
    if _moved_after(lying.barcode, scan, moved):
        return _item(CountResult.MOVED, lying, scan)
    if scan is not None:
        return _item(CountResult.WRONG_CELL, lying, scan)
    is_counted = lying.cell in visited
    return _item(CountResult.MISSING if is_counted else CountResult.NOT_COUNTED, lying, None)


def _unexpected(lying: Lying | None, scan: Counted, moved: Mapping[str, datetime]) -> CountItem:
    """Return what is said of a parcel that should lie elsewhere, or not here at all."""
    where = lying or Lying(scan.barcode, scan.number, "")
    if _moved_after(scan.barcode, scan, moved):
        return _item(CountResult.MOVED, where, scan)
    return _item(CountResult.UNKNOWN if lying is None else CountResult.WRONG_CELL, where, scan)


def _moved_after(barcode: str, scan: Counted | None, moved: Mapping[str, datetime]) -> bool:
    """Return whether the movement of a parcel is the latest that is known of it."""
    at = moved.get(barcode)
    return at is not None and (scan is None or at >= scan.at)


def _item(result: CountResult, lying: Lying, scan: Counted | None) -> CountItem:
    item = CountItem(result=result, barcode=lying.barcode, number=lying.number, cell=lying.cell)
    if scan is None:
        return item
    return CountItem(
        result=result,
        barcode=lying.barcode,
        number=lying.number,
        cell=lying.cell,
        code=scan.code if result is CountResult.UNKNOWN else "",
        counted_in=scan.cell,
        typed=scan.typed,
        at=scan.at,
        by=scan.by,
    )


def _no_parcels(counted: Sequence[Counted]) -> list[CountItem]:
    """Return each code that is no parcel's, once for each cell."""
    found = {(each.cell, each.code): each for each in counted if each.code and not each.barcode}
    return [
        CountItem(
            result=CountResult.UNKNOWN,
            code=each.code,
            counted_in=each.cell,
            typed=each.typed,
            at=each.at,
            by=each.by,
        )
        for each in found.values()
    ]
