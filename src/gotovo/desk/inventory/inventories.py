"""Inventories: several people count at once, by scan, cell by cell.

What a count says is told at its end from what lies where then, and the histories of the parcels
that differ: what moved since the count began is no difference.
"""

from asyncio import gather
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct

from gotovo.access.permissions import is_of_another_shop
from gotovo.desk.acceptance.scan_decision import barcode_of, read_parcel_code
from gotovo.desk.manifest_steps import ListSubmitter, OrderOutcome
from gotovo.desk.searches.searching import Searches, SearchRequest, StartedSearch
from gotovo.desk.searches.sightings import SeenParcels
from gotovo.desk.shelf.cell_moves import cell_of, submit_each
from gotovo.desk.shelf.movements import last_move_since, lies_at
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import find_parcel
from gotovo.points.cells.counting import (
    DIFFERENCES,
    Counted,
    CountItem,
    CountResult,
    InventoryReport,
    compare,
    is_in_scope,
    report_of,
)
from gotovo.points.cells.plan import Rack, cells_named, cells_of
from gotovo.points.point import Point
from gotovo.store.reads.desk.shelf import ShelfReads
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.shelf.inventories import CountRefused, Inventory, InventoryStore
from gotovo.store.tables.shelf.searches import SeenBy
from gotovo.value import Value

FOLLOWED_MAX: Final = 200
"""Differences that one request follows up; the next request takes the next ones."""

CLOSING_TRIES: Final = 20
"""Reports that are made anew because somebody has counted on; a report takes a tenth of a second,
and people scan once in a second or two."""

FORGOTTEN_AFTER: Final = timedelta(days=7)
"""Nobody counts on after a week: what has moved meanwhile is no difference, which is everything."""

FORGOTTEN_SECONDS: Final = 3_600.0
FORGOTTEN_MAX: Final = 20
"""Forgotten inventories that are closed at a time."""

COUNTER: Final = Actor(Role.SYSTEM, "inventory")
"""Who closes a forgotten inventory."""

HISTORIES_AT_ONCE: Final = 16
"""Histories that are read at a time: a report leaves connections to those who scan."""


class CountRequest(Value, frozen=True, kw_only=True):
    """One scan of an inventory; without a code its cell is empty."""

    id: UUID
    actor: Actor
    cell: str
    code: str = ""
    typed: bool = False
    at: datetime | None = None


class CountAnswer(Value, frozen=True):
    """What is said to a scan at once; `lies` is the cell that its order says.

    An empty cell has no result where nothing should lie in it.
    """

    result: CountResult
    cell: str
    barcode: str = ""
    number: str = ""
    lies: str = ""


class FollowUp(Value, frozen=True):
    """What became of differences; `has_more`: those of another request."""

    outcomes: tuple[OrderOutcome, ...] = ()
    searches: tuple[StartedSearch, ...] = ()
    refused: tuple[tuple[str, Refusal], ...] = ()
    has_more: bool = False


class InventoryTools(Struct, frozen=True, kw_only=True):
    """What inventories work with."""

    engine: ListSubmitter
    orders: ProgramReads
    shelf: ShelfReads
    store: InventoryStore
    searches: Searches
    sightings: SeenParcels
    points: Callable[[], Mapping[str, Point]]
    clock: Callable[[], datetime]


class Inventories:
    """Begins inventories, takes scans, tells what differs and follows it up."""

    def __init__(self, tools: InventoryTools) -> None:
        """Use these."""
        self.tools = tools

    @property
    def store(self) -> InventoryStore:
        """Return where inventories are stored."""
        return self.tools.store

    async def start(self, id_: UUID, point: str, scope: str, by: Actor) -> Inventory | Refusal:
        """Begin an inventory of a cell, a rack or everything; return the open one if there is."""
        racks = self._racks(point)
        named = scope_of(racks, scope)
        if named is None:
            return Refusal(Code.UNKNOWN_CELL, "scope", scope, cells_named(racks))
        new = Inventory(
            id=id_,
            point=point,
            scope=named,
            started_at=self.tools.clock(),
            started_by=f"{by.role}:{by.id}",
        )
        return await self.tools.store.start(new)

    async def count(
        self, inventory: Inventory, request: CountRequest
    ) -> CountAnswer | Refusal | CountRefused:
        """Take one scan, and say at once whether it lies there as its order says.

        A time that is told is believed between the beginning of the count and now.
        """
        racks = self._racks(inventory.point)
        cell = cell_of(racks, request.cell)
        if not is_in_scope(inventory.scope, cell):
            expected = inventory.scope or cells_named(racks)
            return Refusal(Code.UNKNOWN_CELL, "cell", request.cell, expected)
        answer = await self._answer(inventory, request, cell)
        now = self.tools.clock()
        counted = Counted(
            id=request.id,
            cell=cell,
            code=request.code,
            barcode=answer.barcode,
            number=answer.number,
            typed=request.typed,
            at=min(max(request.at or now, inventory.started_at), now),
            recorded_at=now,
            by=f"{request.actor.role}:{request.actor.id}",
        )
        refused = await self.tools.store.put(inventory.id, counted)
        if refused is not None:
            return refused
        if answer.barcode and not request.typed:
            seen = self.tools.sightings.seen
            await seen((answer.barcode,), request.actor, inventory.point, SeenBy.INVENTORY, cell)
        return answer

    async def report(self, inventory: Inventory) -> InventoryReport:
        """Return what a count says: as it was closed, or as it would be closed now.

        Scans are read before what lies there, and that before the histories: what moves meanwhile
        is seen to have moved.
        """
        return inventory.report or (await self._report_now(inventory))[0]

    async def close(self, inventory: Inventory, by: Actor) -> Inventory | None:
        """Close an inventory, once; return it with its report, None where people count too fast."""
        who = f"{by.role}:{by.id}"
        for _ in range(CLOSING_TRIES):
            if inventory.report is not None:
                return inventory
            report, scans = await self._report_now(inventory)
            now = self.tools.clock()
            inventory = await self.tools.store.close(inventory.id, report, scans, now, who)
        return inventory if inventory.report is not None else None

    async def close_forgotten(self) -> None:
        """Close the inventories that nobody has closed for a week."""
        before = self.tools.clock() - FORGOTTEN_AFTER
        for each in await self.tools.store.forgotten(before, FORGOTTEN_MAX):
            await self.close(each, COUNTER)

    async def _report_now(self, inventory: Inventory) -> tuple[InventoryReport, int]:
        """Return the report of what was counted so far, and of how many scans it is."""
        counted = await self.tools.store.counts(inventory.id)
        lying = await self.tools.shelf.lying(inventory.point, self.tools.clock())
        items = compare(inventory.scope, lying, counted)
        moved = await self._moved(inventory, items)
        items = compare(inventory.scope, lying, counted, moved)
        return report_of(inventory.scope, items, counted), len(counted)

    async def accept_cells(
        self, inventory: Inventory, id_: UUID, by: Actor, parcels: Sequence[str] = ()
    ) -> FollowUp:
        """Have orders say what was counted: parcels in another cell are where they were found.

        `parcels` are the ones it is about; none for all that are left.
        """
        wrong, has_more = await self._left(inventory, CountResult.WRONG_CELL, parcels)
        cells: dict[tuple[str, str], list[str]] = {}
        for each in wrong:
            cells.setdefault((each.number, each.counted_in), []).append(each.barcode)
        commands = [
            (number, Shelve(parcels=tuple(barcodes), cell=cell))
            for (number, cell), barcodes in cells.items()
        ]
        outcomes = await submit_each(self.tools.engine, id_, by, commands)
        return FollowUp(outcomes, has_more=has_more)

    async def search_missing(
        self, inventory: Inventory, id_: UUID, by: Actor, parcels: Sequence[str] = ()
    ) -> FollowUp:
        """Begin a search for each parcel that is missing, or for those of `parcels`."""
        missing, has_more = await self._left(inventory, CountResult.MISSING, parcels)
        started: list[StartedSearch] = []
        refused: list[tuple[str, Refusal]] = []
        for each in missing:
            request = SearchRequest(
                id=uuid5(id_, each.barcode), actor=by, point=inventory.point, parcel=each.barcode
            )
            search = await self.tools.searches.start(request)
            if isinstance(search, Refusal):
                refused.append((each.barcode, search))
            else:
                started.append(search)
        return FollowUp((), tuple(started), tuple(refused), has_more)

    async def _answer(self, inventory: Inventory, request: CountRequest, cell: str) -> CountAnswer:
        """Return what a scan is; a code that is no parcel of this point says so."""
        unknown = CountAnswer(CountResult.UNKNOWN, cell)
        if not request.code:
            return CountAnswer(CountResult.FOUND, cell)
        code = read_parcel_code(request.code)
        read = None if code is None else await self.tools.orders.order(code.number)
        if code is None or read is None or is_of_another_shop(read.shop, request.actor):
            return unknown
        barcode = barcode_of(code, read.order)
        parcel = find_parcel(read.order, barcode)
        if parcel is None:
            return unknown
        lies = parcel.cell if lies_at(parcel, inventory.point) else ""
        is_here = lies_at(parcel, inventory.point)
        result = CountResult.WRONG_CELL if is_here else CountResult.UNKNOWN
        if is_here and lies == cell:
            result = CountResult.FOUND
        return CountAnswer(result, cell, barcode, read.order.number, lies)

    async def _moved(
        self, inventory: Inventory, items: Sequence[CountItem]
    ) -> Mapping[str, datetime]:
        """Return when parcels of differences moved last, if they did since the count began."""
        differing = [each for each in items if each.barcode and each.result in DIFFERENCES]
        moved: dict[str, datetime] = {}
        for some in batched(differing, HISTORIES_AT_ONCE):
            histories = await gather(*(self.tools.orders.history(x.number) for x in some))
            for each, history in zip(some, histories, strict=True):
                at = last_move_since(history, each.barcode, inventory.started_at)
                if at is not None:
                    moved[each.barcode] = at
        return moved

    async def _left(
        self, inventory: Inventory, result: CountResult, parcels: Sequence[str]
    ) -> tuple[Sequence[CountItem], bool]:
        """Return the differences of a kind that nobody has followed up, and whether more are left.

        A parcel that has moved since it was counted is where its order says.
        """
        assert inventory.report is not None, inventory.id
        left: list[CountItem] = []
        for each in inventory.report.items:
            if each.result is not result or (parcels and each.barcode not in parcels):
                continue
            history = await self.tools.orders.history(each.number)
            since = each.at or inventory.started_at
            if last_move_since(history, each.barcode, since) is not None:
                continue
            if result is CountResult.MISSING and await self._is_searched(each, inventory):
                continue
            left.append(each)
            if len(left) > FOLLOWED_MAX:
                return left[:FOLLOWED_MAX], True
        return left, False

    async def _is_searched(self, item: CountItem, inventory: Inventory) -> bool:
        search = await self.tools.searches.store.of_parcel(item.barcode)
        return search is not None and (search.is_open or search.started_at >= inventory.started_at)

    def _racks(self, code: str) -> tuple[Rack, ...]:
        point = self.tools.points().get(code)
        return () if point is None else point.cells


def batched(items: Sequence[CountItem], size: int) -> Iterator[Sequence[CountItem]]:
    """Return items in groups of a size, the last one smaller."""
    return (items[start : start + size] for start in range(0, len(items), size))


def scope_of(racks: tuple[Rack, ...], text: str) -> str | None:
    """Return what is counted: a cell, a rack by its number, or everything for an empty text.

    None where the plan has none like it.
    """
    wanted = text.strip()
    if not wanted:
        return ""
    if wanted.isdigit():
        rack = str(int(wanted))
        known = not racks or any(str(each.number) == rack for each in racks)
        return rack if known else None
    return cell_of(racks, wanted) or None


def cells_to_count(racks: tuple[Rack, ...], scope: str) -> int:
    """Return how many cells a count is of, 0 without a plan."""
    return sum(is_in_scope(scope, each) for each in cells_of(racks))
