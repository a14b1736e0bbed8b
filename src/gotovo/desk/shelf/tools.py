"""What the shelves of points work with, put together from the parts of a process."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.desk.inventory.inventories import Inventories, InventoryTools
from gotovo.desk.searches.searching import Searches, SearchTools
from gotovo.desk.searches.sightings import Sightings
from gotovo.desk.shelf.cell_moves import CellMoves
from gotovo.engine.engine import Engine
from gotovo.engine.ports import PlacesSource
from gotovo.order.values.actor import Actor
from gotovo.store.reads.desk.scans import DeskReads
from gotovo.store.reads.desk.shelf import ShelfReads
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.shelf.inventories import InventoryStore
from gotovo.store.tables.shelf.searches import SearchStore


class Shelves(Struct, frozen=True, kw_only=True):
    """What the API uses of the shelves of points."""

    reads: ShelfReads
    searches: Searches
    sightings: Sightings
    inventories: Inventories
    moves: CellMoves


def shelves_of(  # noqa: PLR0917  (the parts of a process)
    pool: "asyncpg.Pool[Any]",
    engine: Engine,
    places: PlacesSource,
    clock: Callable[[], datetime],
    minutes: int,
    flag: Callable[[Actor, str], None],
) -> Shelves:
    """Return them; `flag` is told who has a parcel in hand that they gave up as lost."""
    reads, orders, store = ShelfReads(pool), ProgramReads(pool), SearchStore(pool)
    sightings = Sightings(store, engine, clock, flag)

    def points() -> Any:
        return places()[0]

    searches = Searches(
        SearchTools(
            engine=engine,
            orders=orders,
            shelf=reads,
            store=store,
            sightings=sightings,
            points=points,
            clock=clock,
            minutes=minutes,
        )
    )
    inventories = Inventories(
        InventoryTools(
            engine=engine,
            orders=orders,
            shelf=reads,
            store=InventoryStore(pool),
            searches=searches,
            sightings=sightings,
            points=points,
            clock=clock,
        )
    )
    moves = CellMoves(engine=engine, desk=DeskReads(pool), points=points, clock=clock)
    return Shelves(
        reads=reads, searches=searches, sightings=sightings, inventories=inventories, moves=moves
    )
