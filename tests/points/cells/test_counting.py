"""A count says of each parcel what is known of it last: where it was seen, or that it moved."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gotovo.points.cells.counting import (
    Counted,
    CountItem,
    CountResult,
    Lying,
    compare,
    is_in_scope,
    lines_after,
    name_of_line,
    report_of,
)

BEGAN = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
MUG = Lying("12345678901201", "123456789012", "54-35")


def at(minutes: float) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


def scan(
    barcode: str = MUG.barcode,
    cell: str = "54-35",
    minutes: float = 5,
    code: str = "",
    by: str = "point:lena",
    *,
    typed: bool = False,
    told: float | None = None,
) -> Counted:
    """Return a scan that was made some minutes after the beginning, and told of later."""
    return Counted(
        id=UUID(int=int(minutes * 1000)),
        cell=cell,
        code=code or barcode,
        barcode=barcode,
        number=barcode[:12],
        typed=typed,
        at=at(minutes),
        recorded_at=at(minutes if told is None else told),
        by=by,
    )


def seen_empty(cell: str, minutes: float = 5) -> Counted:
    return Counted(
        id=UUID(int=int(minutes * 1000)),
        cell=cell,
        code="",
        barcode="",
        number="",
        typed=False,
        at=at(minutes),
        recorded_at=at(minutes),
        by="point:ira",
    )


def results(*items: CountItem) -> dict[str, CountResult]:
    return {each.barcode or each.code: each.result for each in items}


def test_a_parcel_in_its_cell_is_found() -> None:
    (line,) = compare("", [MUG], [scan()])
    assert (line.result, line.counted_in, line.by) == (CountResult.FOUND, "54-35", "point:lena")


def test_a_parcel_is_missing_only_where_its_cell_was_counted() -> None:
    other = Lying("12345678901202", "123456789012", "54-36")
    lines = compare("54", [MUG, other], [seen_empty("54-35")])
    assert results(*lines) == {
        MUG.barcode: CountResult.MISSING,
        other.barcode: CountResult.NOT_COUNTED,
    }


def test_a_parcel_that_was_seen_elsewhere_is_in_the_wrong_cell() -> None:
    (line,) = compare("", [MUG], [seen_empty("54-35"), scan(cell="12-1")])
    assert (line.result, line.cell, line.counted_in) == (
        CountResult.WRONG_CELL,
        "54-35",
        "12-1",
    )


@pytest.mark.parametrize(
    ("scans", "expected"),
    [
        ([scan(minutes=2), scan(cell="12-1", minutes=9)], CountResult.WRONG_CELL),
        ([scan(cell="12-1", minutes=2), scan(minutes=9)], CountResult.FOUND),
        ([scan(cell="12-1", minutes=2, told=20), scan(minutes=9)], CountResult.FOUND),
    ],
    ids=["gone", "came", "told of later"],
)
def test_the_scan_that_was_made_last_holds(scans: list[Counted], expected: CountResult) -> None:
    (line,) = compare("", [MUG], scans)
    assert line.result is expected


def test_what_moved_while_it_was_counted_is_no_difference() -> None:
    moved = {MUG.barcode: at(10)}
    for scans in ([], [seen_empty("54-35", 20)], [scan(cell="12-1", minutes=5)]):
        (line,) = compare("", [MUG], scans, moved)
        assert line.result is CountResult.MOVED


def test_what_was_found_elsewhere_after_it_moved_is_in_the_wrong_cell() -> None:
    moved = {MUG.barcode: at(10)}
    (line,) = compare("", [MUG], [scan(cell="12-1", minutes=15)], moved)
    assert (line.result, line.counted_in) == (CountResult.WRONG_CELL, "12-1")


def test_a_parcel_that_should_not_be_here_is_unknown_unless_it_left_meanwhile() -> None:
    left = {MUG.barcode: at(10)}
    assert results(*compare("", [], [scan()])) == {MUG.barcode: CountResult.UNKNOWN}
    assert results(*compare("", [], [scan()], left)) == {MUG.barcode: CountResult.MOVED}
    assert results(*compare("", [], [scan(minutes=15)], left)) == {MUG.barcode: CountResult.UNKNOWN}


def test_a_parcel_of_another_rack_lies_in_the_wrong_cell() -> None:
    elsewhere = Lying("12345678901205", "123456789012", "7-1")
    (line,) = compare("54", [elsewhere], [scan(elsewhere.barcode)])
    assert (line.result, line.cell) == (CountResult.WRONG_CELL, "7-1")


def test_a_code_that_is_no_parcel_is_told_once_for_each_cell() -> None:
    mug = [
        scan("", code="4601234567893", minutes=1),
        scan("", code="4601234567893", minutes=2),
        scan("", cell="12-1", code="4601234567893", minutes=3),
    ]
    lines = compare("", [], mug)
    assert [(each.result, each.counted_in, each.code) for each in lines] == [
        (CountResult.UNKNOWN, "12-1", "4601234567893"),
        (CountResult.UNKNOWN, "54-35", "4601234567893"),
    ]


def test_the_report_counts_what_it_does_not_list() -> None:
    lying = [MUG, Lying("12345678901202", "123456789012", "54-36")]
    scans = [scan(typed=True), scan("", cell="54-36", code="ZZ", by="point:ira", minutes=6)]
    report = report_of("54", compare("54", lying, scans), scans)
    figures = report.figures
    assert (figures.expected, figures.found, figures.missing, figures.unknown) == (2, 1, 1, 1)
    assert (figures.cells, figures.people, figures.typed) == (2, 2, 1)
    assert results(*report.items) == {
        lying[1].barcode: CountResult.MISSING,
        "ZZ": CountResult.UNKNOWN,
    }


def test_lines_are_in_the_order_of_a_walk_and_are_paged_by_name() -> None:
    lying = [
        Lying(f"1234567890{number:02}01", f"1234567890{number:02}", cell)
        for number, cell in enumerate(["10-1", "2-10", "2-9", "A", ""])
    ]
    scans = [seen_empty(each.cell, index + 1) for index, each in enumerate(lying) if each.cell]
    lines = compare("", lying, scans)
    assert [each.cell for each in lines] == ["A", "2-9", "2-10", "10-1"]
    paged: list[str] = []
    name = ("", "", "")
    while rest := lines_after(lines, name, None):
        name = name_of_line(rest[0])
        paged.append(rest[0].cell)
    assert paged == ["A", "2-9", "2-10", "10-1"]
    assert lines_after(lines, ("", "", ""), CountResult.FOUND) == []


@pytest.mark.parametrize(
    ("scope", "cell", "expected"),
    [
        ("", "54-35", True),
        ("", "", False),
        ("54", "54-35", True),
        ("5", "54-35", False),
        ("54-3", "54-35", False),
        ("54-35", "54-35", True),
    ],
)
def test_a_cell_belongs_to_its_rack_and_to_the_whole(
    *, scope: str, cell: str, expected: bool
) -> None:
    assert is_in_scope(scope, cell) is expected
