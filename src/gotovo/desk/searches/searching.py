"""Searches: begun where a parcel is not on its shelf, ended by any scan of it or given up.

A search has a timer. When it runs out, the order gets the flag `lost`: its buyer is told, with an
apology, and its page says so until the parcel turns up.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.access.permissions import is_of_another_shop
from gotovo.desk.acceptance.scan_decision import barcode_of, read_parcel_code
from gotovo.desk.searches.hints import Clues, Hint, hints_of
from gotovo.desk.searches.sightings import Sightings, submission_of
from gotovo.desk.shelf.movements import lies_at, movements
from gotovo.engine.submission import ResultKind, Submitter
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.values.actor import Actor
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Attention, Order, find_parcel, place_of
from gotovo.points.point import Point
from gotovo.store.reads.desk.shelf import ShelfReads
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.shelf.searches import (
    FIRST_DUE,
    ParcelSearch,
    SearchResult,
    SearchStore,
)
from gotovo.value import Value

ROUND_SECONDS: Final = 10.0
"""How often the timers of searches are looked at: nobody notices ten seconds of twenty minutes."""

ROUND_MAX: Final = 500
"""Open searches of a page of a round; a large network has some dozens."""

TODAY: Final = timedelta(hours=16)
"""What left the shelves since is of this day: no point is open for longer."""

_SEARCH_DOMAIN: Final = b"gotovo parcel search\0"


class SearchRequest(Value, frozen=True, kw_only=True):
    """A parcel, scanned or typed, that is not where it should be."""

    id: UUID
    actor: Actor
    point: str
    parcel: str


class StartedSearch(Value, frozen=True):
    """A search; `is_new`: this request began it."""

    search: ParcelSearch
    is_new: bool


class SearchTools(Struct, frozen=True, kw_only=True):
    """What searches work with; `minutes` is the network's setting."""

    engine: Submitter
    orders: ProgramReads
    shelf: ShelfReads
    store: SearchStore
    sightings: Sightings
    points: Callable[[], Mapping[str, Point]]
    clock: Callable[[], datetime]
    minutes: int = 20


class Searches:
    """Begins searches, says where to look, and ends them."""

    def __init__(self, tools: SearchTools) -> None:
        """Use these."""
        self._tools = tools

    @property
    def store(self) -> SearchStore:
        """Return where searches are stored."""
        return self._tools.store

    async def start(self, request: SearchRequest) -> StartedSearch | Refusal:
        """Begin a search, or return the one that is open for the parcel."""
        found = await parcel_here(self._tools.orders, request)
        if isinstance(found, Refusal):
            return found
        order, barcode = found
        parcel = find_parcel(order, barcode)
        assert parcel is not None, barcode
        new = self._new(request, order, barcode, parcel.cell)
        started = await self._tools.store.start(new)
        return StartedSearch(started, is_new=started.id == new.id)

    async def hints(self, search: ParcelSearch) -> Sequence[Hint]:
        """Return where to look; none where the search is over."""
        tools, now = self._tools, self._tools.clock()
        if not search.is_open:
            return ()
        read = await tools.orders.order(search.number)
        if read is None:
            return ()
        history = await tools.orders.history(search.number)
        lying = await tools.shelf.lying(search.point, now)
        point = tools.points().get(search.point)
        clues = Clues(
            cell=search.cell,
            barcode=search.barcode,
            racks=() if point is None else point.cells,
            moves=movements(history, search.barcode),
            scans=await tools.shelf.scans_of_cell(search.point, search.barcode, search.cell, now),
            lying={each.barcode: each.cell for each in lying},
            of_buyer=await tools.shelf.of_buyer(read.order, search.point),
            at_desk=await tools.shelf.being_handed_over(search.point),
            left=await tools.shelf.left_lately(search.point, now - TODAY, now),
        )
        return hints_of(clues)

    async def give_up(self, search: ParcelSearch, by: Actor) -> ParcelSearch | Refusal:
        """Close a search as lost: its order has the flag, and somebody in charge a case."""
        read = await self._tools.orders.order(search.number)
        if read is not None and read.order.outcome is None:
            command = RaiseAttention(Attention.LOST)
            result = await self._tools.engine.submit(submission_of(search, command, by))
            if result.kind is ResultKind.REFUSED and result.refusal is not None:
                return result.refusal
        who = f"{by.role}:{by.id}"
        await self._tools.store.close(search, SearchResult.LOST, who, self._tools.clock())
        return await self._tools.store.find(search.id) or search

    async def round(self) -> None:
        """Look at every open search: what moved on is found, and whose time is over is told."""
        after = FIRST_DUE
        while page := await self._tools.store.open(after, ROUND_MAX):
            for search in page:
                await self._look_at(search)
            after = (page[-1].due_at, page[-1].id)

    async def _look_at(self, search: ParcelSearch) -> None:
        tools = self._tools
        read = await tools.orders.order(search.number)
        order = None if read is None else read.order
        parcel = None if order is None else find_parcel(order, search.barcode)
        if order is None or not lies_at(parcel, search.point):
            await tools.sightings.moved_on(search)
            return
        if parcel is not None and parcel.cell != search.cell:
            await tools.sightings.moved_on(search, parcel.cell)
            return
        now = tools.clock()
        if search.told_at is not None or now < search.due_at:
            return
        if order.outcome is None:
            await tools.engine.submit(submission_of(search, RaiseAttention(Attention.LOST)))
        await tools.store.tell(search, now)

    def _new(self, request: SearchRequest, order: Order, barcode: str, cell: str) -> ParcelSearch:
        now = self._tools.clock()
        point = self._tools.points().get(request.point)
        own = None if point is None else point.search_minutes
        digest = hashlib.sha256(_SEARCH_DOMAIN + request.id.bytes).digest()[:16]
        return ParcelSearch(
            id=UUID(bytes=bytes((home_of(order.number),)) + digest[1:]),
            barcode=barcode,
            number=order.number,
            point=request.point,
            cell=cell,
            started_at=now,
            started_by=f"{request.actor.role}:{request.actor.id}",
            due_at=now + timedelta(minutes=self._tools.minutes if own is None else own),
        )


async def parcel_here(orders: ProgramReads, request: SearchRequest) -> tuple[Order, str] | Refusal:
    """Return the order and the barcode of a parcel that lies at a point, or why it does not."""
    code = read_parcel_code(request.parcel)
    if code is None:
        return Refusal(Code.UNKNOWN_PARCEL, "parcel", request.parcel, "14 digits")
    read = await orders.order(code.number)
    if read is None or is_of_another_shop(read.shop, request.actor):
        return Refusal(Code.UNKNOWN_ORDER, "parcel", request.parcel)
    order = read.order
    if place_of(order) != request.point:
        expected = place_of(order) if order.outcome is None else ""
        return Refusal(Code.WRONG_POINT, "parcel", request.point, expected)
    barcode = barcode_of(code, order)
    parcel = find_parcel(order, barcode)
    if parcel is None:
        own = ", ".join(each.barcode for each in order.parcels if not each.back)
        return Refusal(Code.UNKNOWN_PARCEL, "parcel", request.parcel, own)
    if not lies_at(parcel, request.point):
        return Refusal(Code.STAGE_FORBIDS, "parcel", parcel.stage, "arrived_at_point, shelved")
    return order, barcode
