"""People count and move at once; what the report says is compared with where parcels really are.

The machine knows the truth: where each parcel lies and what was done without a word. It keeps of
each parcel the last thing that was noticed of it, as it happens; the report is made from stored
scans and movements, in whatever order they were told.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gotovo.points.cells.counting import Counted, CountResult, Lying, compare

BEGAN = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
CELLS = ("1-1", "1-2", "2-1")
PARCELS = tuple(f"1234567890{number:02}01" for number in range(5))
IN_SCOPE = "1"

cells = st.sampled_from(CELLS)
parcels = st.sampled_from(PARCELS)
people = st.sampled_from(("point:lena", "point:ira"))


class Shelves(RuleBasedStateMachine):
    """Three cells, of which those of rack 1 are counted; two people, one of them offline at times.

    `told` is where orders say that parcels lie, `real` where they lie; a parcel in neither is gone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGAN
        self.told = {each: CELLS[index % len(CELLS)] for index, each in enumerate(PARCELS)}
        self.real: dict[str, str] = dict(self.told)
        self.moved: dict[str, datetime] = {}
        self.stored: list[Counted] = []
        self.on_device: list[Counted] = []
        self.visited: set[str] = set()
        self.noticed: dict[str, tuple[str, str]] = {}
        self.scans = 0
        self.was_silent = False

    @rule(parcel=parcels, cell=cells)
    def move(self, parcel: str, cell: str) -> None:
        """A clerk moves a parcel by scan."""
        self._tick()
        if parcel in self.real and parcel in self.told:
            self.real[parcel] = cell
            if self.told[parcel] != cell:
                self.told[parcel] = cell
                self._has_moved(parcel)

    @rule(parcel=parcels)
    def issue(self, parcel: str) -> None:
        """A buyer takes a parcel."""
        self._tick()
        if self.told.pop(parcel, None) is not None:
            self.real.pop(parcel, None)
            self._has_moved(parcel)

    @rule(parcel=parcels, cell=cells)
    def misplace(self, parcel: str, cell: str) -> None:
        """Somebody puts a parcel elsewhere, and tells nobody."""
        self._tick()
        if self.real.get(parcel, cell) != cell:
            self.real[parcel] = cell
            self.was_silent = True

    @rule(parcel=parcels)
    def steal(self, parcel: str) -> None:
        """A parcel vanishes."""
        self._tick()
        if self.real.pop(parcel, None) is not None:
            self.was_silent = True

    @rule(cell=cells, by=people, offline=st.booleans())
    def count(self, cell: str, by: str, *, offline: bool) -> None:
        """Somebody scans all that lies in a cell of rack 1, or says that it is empty."""
        if not cell.startswith(f"{IN_SCOPE}-"):
            return
        self._tick()
        for parcel in [each for each in PARCELS if self.real.get(each) == cell] or [""]:
            scan = self._scan(parcel, cell, by)
            (self.on_device if offline else self.stored).append(scan)
            self.noticed[parcel] = ("seen", cell)
        self.visited.add(cell)

    @rule()
    def connect(self) -> None:
        """What was scanned offline is told, the last thing first."""
        self._tick()
        self.stored += reversed(self.on_device)
        self.on_device.clear()

    @invariant()
    def the_report_says_of_each_parcel_what_was_noticed_of_it_last(self) -> None:
        if self.on_device:
            return
        lying = [Lying(each, each[:12], cell) for each, cell in sorted(self.told.items())]
        lines = {each.barcode: each for each in compare(IN_SCOPE, lying, self.stored, self.moved)}
        for parcel in PARCELS:
            line = lines.get(parcel)
            said = None if line is None else line.result
            assert said is self._expected(parcel), (parcel, line, self.noticed.get(parcel))
            if line is not None and line.result is CountResult.WRONG_CELL:
                assert line.counted_in == self.noticed[parcel][1]

    @invariant()
    def nothing_is_a_difference_where_nobody_did_anything_without_a_word(self) -> None:
        if self.on_device or self.was_silent:
            return
        lying = [Lying(each, each[:12], cell) for each, cell in sorted(self.told.items())]
        lines = compare(IN_SCOPE, lying, self.stored, self.moved)
        fine = {CountResult.FOUND, CountResult.MOVED, CountResult.NOT_COUNTED}
        assert {each.result for each in lines} <= fine

    def _expected(self, parcel: str) -> CountResult | None:
        """Return what a report must say: it follows from the last that was noticed."""
        how, cell = self.noticed.get(parcel, ("", ""))
        told = self.told.get(parcel)
        is_counted = told is not None and told.startswith(f"{IN_SCOPE}-")
        was_scanned = any(each.barcode == parcel for each in self.stored)
        if how == "seen" and told == cell:
            return CountResult.FOUND
        if how == "moved" and is_counted and self._is_seen_where_it_came_from(parcel):
            return CountResult.FOUND
        if how == "moved":
            return CountResult.MOVED if is_counted or was_scanned else None
        if how == "seen":
            return CountResult.UNKNOWN if told is None else CountResult.WRONG_CELL
        if not is_counted:
            return None
        return CountResult.MISSING if told in self.visited else CountResult.NOT_COUNTED

    def _is_seen_where_it_came_from(self, parcel: str) -> bool:
        """Return whether a parcel has moved back to the cell that it was seen in last."""
        seen = [each for each in self.stored if each.barcode == parcel]
        return bool(seen) and max(seen, key=lambda each: each.at).cell == self.told[parcel]

    def _has_moved(self, parcel: str) -> None:
        self.moved[parcel] = self.now
        self.noticed[parcel] = ("moved", "")

    def _scan(self, parcel: str, cell: str, by: str) -> Counted:
        self.scans += 1
        return Counted(
            id=UUID(int=self.scans),
            cell=cell,
            code=parcel,
            barcode=parcel,
            number=parcel[:12],
            typed=False,
            at=self.now,
            recorded_at=self.now + timedelta(minutes=self.scans),
            by=by,
        )

    def _tick(self) -> None:
        self.now += timedelta(seconds=1)


TestShelves = Shelves.TestCase
TestShelves.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
