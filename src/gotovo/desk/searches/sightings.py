"""Sightings: where scans of parcels meet. Whatever a parcel is scanned for, it is found by that.

A search that was told to the buyer takes back what it told. What was given up as lost and is seen
by somebody else loses its flag as well; seen by who gave it up, it stays with the case of the flag:
somebody in charge looks at that.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from msgspec import Struct

from gotovo.engine.fingerprints import fingerprint
from gotovo.engine.submission import Submission, Submitter
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Attention
from gotovo.store.tables.shelf.searches import (
    ParcelSearch,
    SearchResult,
    SearchStore,
    SeenBy,
)

SEARCHER: Final = Actor(Role.SYSTEM, "search")
"""Who raises the flag of a parcel that is not found in time, and takes it down again."""

_COMMAND_DOMAIN: Final = b"gotovo search\0"


class SeenParcels(Protocol):
    """Whoever scans parcels tells of them here."""

    async def seen(
        self, barcodes: Iterable[str], by: Actor, point: str, how: SeenBy, cell: str = ""
    ) -> None:
        """Note that somebody at a point has these parcels in hand, in a cell where one is known."""
        ...


class Sightings(Struct, frozen=True):
    """Ends the searches for parcels that are scanned.

    `flag` is told who has a parcel of an order in hand that they gave up as lost themselves.
    """

    store: SearchStore
    engine: Submitter
    clock: Callable[[], datetime]
    flag: Callable[[Actor, str], None]

    async def seen(
        self, barcodes: Iterable[str], by: Actor, point: str, how: SeenBy, cell: str = ""
    ) -> None:
        """End the searches of this point for these parcels; mostly there is none.

        Who stands at another point ends no search by a scan: there it is a parcel in the wrong
        place, and when it is taken in there, its order says so.
        """
        for barcode in barcodes:
            search = await self.store.of_parcel(barcode)
            if search is None or search.point != point:
                continue
            if search.is_open or search.is_lost:
                await self._seen(search, by, how, cell)

    async def moved_on(self, search: ParcelSearch, cell: str = "") -> None:
        """End a search whose parcel went on, or lies elsewhere, without being scanned."""
        await self._seen(search, SEARCHER, SeenBy.HISTORY, cell)

    async def _seen(self, search: ParcelSearch, by: Actor, how: SeenBy, cell: str) -> None:
        """End a search. What was told is taken back first: if that fails, the next scan does it."""
        now, who = self.clock(), f"{by.role}:{by.id}"
        if search.is_open:
            if search.told_at is not None:
                await self._take_back(search)
            await self.store.close(search, SearchResult.FOUND, who, now, how, cell)
            return
        if search.closed_by != who:
            await self._take_back(search)
        if await self.store.turn_up(search, who, now, how, cell) and search.closed_by == who:
            self.flag(by, search.number)

    async def _take_back(self, search: ParcelSearch) -> None:
        """Take the flag down, unless another parcel of the order is not there."""
        others = await self.store.of_order(search.number)
        if any(each.id != search.id and _is_told(each) for each in others):
            return
        command = ClearAttention(Attention.LOST)
        await self.engine.submit(submission_of(search, command))


def submission_of(search: ParcelSearch, command: Struct, by: Actor = SEARCHER) -> Submission:
    """Return a step of the searched parcel's order; its id is the same whenever it is taken."""
    name = f"{search.id}\0{type(command).__name__}".encode()
    id_ = UUID(bytes=hashlib.sha256(_COMMAND_DOMAIN + name).digest()[:16])
    return Submission(id_, search.number, command, by, fingerprint(name))


def _is_told(search: ParcelSearch) -> bool:
    """Return whether its buyer was told that the parcel is not there, and it still is not."""
    return search.is_lost or (search.is_open and search.told_at is not None)
