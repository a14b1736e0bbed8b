"""Where to look for a parcel: each place once, for its best reason, most likely first."""

from datetime import UTC, datetime, timedelta

from gotovo.desk.searches.hints import HINTS_MAX, Clues, HintKind, hints_of, neighbours
from gotovo.desk.shelf.movements import Movement
from gotovo.order.values.order import Stage
from gotovo.points.cells.plan import Rack, ShelfRange
from gotovo.store.reads.desk.shelf import AcceptedInto

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
PARCEL = "12345678901201"
OTHER = "98765432109801"
RACKS = (
    Rack(number=1, shelves=(ShelfRange(first=1, last=4),)),
    Rack(number=2, shelves=(ShelfRange(first=1, last=2),)),
)


def moved(cell: str, minutes: float, stage: Stage = Stage.SHELVED) -> Movement:
    at = NOW + timedelta(minutes=minutes)
    return Movement(stage, cell, at, at, "point:lena")


def scan(barcode: str, cell: str, box: str = "") -> AcceptedInto:
    return AcceptedInto(barcode, barcode[:12], cell, box, NOW, "point:ira")


def test_the_cell_it_came_from_is_looked_at_first_and_its_own_again() -> None:
    moves = [moved("", 0, Stage.ARRIVED_AT_POINT), moved("2-1", 1), moved("1-2", 2)]
    found = hints_of(Clues(cell="1-2", barcode=PARCEL, racks=RACKS, moves=moves))
    assert [(each.kind, each.cell) for each in found] == [
        (HintKind.EARLIER_CELL, "2-1"),
        (HintKind.OWN_CELL, "1-2"),
        (HintKind.NEIGHBOUR, "1-1"),
        (HintKind.NEIGHBOUR, "1-3"),
    ]
    assert found[0].by == "point:lena"


def test_a_cell_is_named_once() -> None:
    moves = [moved("1-1", 1), moved("1-2", 2), moved("1-1", 3), moved("1-2", 4)]
    found = hints_of(Clues(cell="1-2", barcode=PARCEL, racks=RACKS, moves=moves))
    cells = [each.cell for each in found]
    assert cells == ["1-1", "1-2", "1-3"]


def test_what_went_into_the_same_cell_shows_where_it_may_lie() -> None:
    scans = [scan(PARCEL, "1-2", "BOX-7"), scan(OTHER, "1-2")]
    clues = Clues(cell="1-2", barcode=PARCEL, scans=scans, lying={OTHER: "2-2", PARCEL: "1-2"})
    found = {each.kind: each for each in hints_of(clues)}
    assert (found[HintKind.WENT_WITH].cell, found[HintKind.WENT_WITH].parcel) == ("2-2", OTHER)
    assert (found[HintKind.ACCEPTANCE].box, found[HintKind.ACCEPTANCE].by) == ("BOX-7", "point:ira")


def test_neighbours_are_those_of_the_plan_and_end_with_the_rack() -> None:
    assert neighbours("1-1", RACKS) == ("1-2",)
    assert neighbours("2-2", RACKS) == ("2-1",)
    assert neighbours("1-3", RACKS) == ("1-2", "1-4")
    assert neighbours("7-7", RACKS) == ()


def test_without_a_plan_neighbours_are_known_by_their_numbers() -> None:
    assert neighbours("54-35", ()) == ("54-34", "54-36")
    assert neighbours("54-1", ()) == ("54-2",)
    assert neighbours("by the window", ()) == ()
    assert neighbours("", ()) == ()


def test_no_more_places_are_told_than_a_person_goes_through() -> None:
    moves = [moved(f"{number}-1", number) for number in range(40)]
    lying = {f"{number:014}": f"9-{number}" for number in range(40)}
    scans = [scan(barcode, "1-2") for barcode in lying]
    clues = Clues(cell="1-2", barcode=PARCEL, racks=RACKS, moves=moves, scans=scans, lying=lying)
    assert len(hints_of(clues)) <= HINTS_MAX
