"""What the town needs of a house, and one in memory for simulations."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine
from gotovo.engine.memory import MemoryJournal
from gotovo.engine.ports import Deadlines, Feed, Journal
from gotovo.order.facts import Terms
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.store.tables.network.stock import NewEntry


class TownJournal(Journal, Deadlines, Feed, Protocol):
    """A journal as the town uses it: orders, what is due, and the feed."""


class Directory(Protocol):
    """The points and warehouses of the network."""

    def __call__(self) -> tuple[Mapping[str, Point], Mapping[str, Warehouse]]:
        """Return them as they are now."""
        ...

    async def put_point(self, point: Point, at: datetime) -> int:
        """Add or change a point."""
        ...

    async def put_warehouse(self, warehouse: Warehouse, at: datetime) -> int:
        """Add or change a warehouse."""
        ...


class Stock(Protocol):
    """Where goods come in."""

    async def enter(self, entries: Sequence[NewEntry], actor: str, at: datetime) -> int:
        """Apply receipts and return how many were new."""
        ...


class House(Protocol):
    """Everything the town touches; the engine lives by the same clock."""

    @property
    def engine(self) -> Engine:
        """Where every deed goes."""
        ...

    @property
    def journal(self) -> TownJournal:
        """Where orders are looked up."""
        ...

    @property
    def directory(self) -> Directory:
        """The places."""
        ...

    @property
    def stock(self) -> Stock:
        """The goods."""
        ...

    @property
    def clock(self) -> Callable[[], datetime]:
        """What tells the time."""
        ...

    @property
    def secret(self) -> bytes:
        """What codes are made of."""
        ...

    @property
    def terms(self) -> Terms:
        """The network's terms."""
        ...


class MemoryDirectory:
    """Places that are forgotten at the end."""

    def __init__(self) -> None:
        """Begin with none."""
        self._points: dict[str, Point] = {}
        self._warehouses: dict[str, Warehouse] = {}

    def __call__(self) -> tuple[Mapping[str, Point], Mapping[str, Warehouse]]:
        """Return the places as they are now."""
        return self._points, self._warehouses

    async def put_point(self, point: Point, at: datetime) -> int:
        """Add or change a point."""
        del at
        self._points = {**self._points, point.code: point}
        return 1

    async def put_warehouse(self, warehouse: Warehouse, at: datetime) -> int:
        """Add or change a warehouse."""
        del at
        self._warehouses = {**self._warehouses, warehouse.code: warehouse}
        return 1


class MemoryStock:
    """Receipts into a journal in memory."""

    def __init__(self, journal: MemoryJournal) -> None:
        """Put goods on hand in this journal."""
        self._journal = journal
        self._seen: set[UUID] = set()

    async def enter(self, entries: Sequence[NewEntry], actor: str, at: datetime) -> int:
        """Apply the entries that are new."""
        del actor, at
        new = [entry for entry in entries if entry.id not in self._seen]
        for entry in new:
            self._journal.receive(entry.warehouse, entry.sku, entry.delta)
        self._seen.update(entry.id for entry in new)
        return len(new)


class MemoryHouse:
    """A whole house in memory, by any clock."""

    def __init__(
        self,
        secret: bytes,
        clock: Callable[[], datetime],
        journal: MemoryJournal | None = None,
    ) -> None:
        """Open it empty, with a journal of its own unless one is given."""
        self.secret = secret
        self.clock = clock
        self.terms = Terms()
        self.journal = journal or MemoryJournal()
        self.directory = MemoryDirectory()
        self.stock = MemoryStock(self.journal)
        self.engine = Engine(self.journal, self.directory, Rules(secret, self.terms), clock)


class HouseByClock:
    """The same house with an engine that lives by another clock."""

    def __init__(self, house: House, clock: Callable[[], datetime]) -> None:
        """Write into the house's journal as if it were the time that the clock tells."""
        self.secret = house.secret
        self.clock = clock
        self.terms = house.terms
        self.journal = house.journal
        self.directory = house.directory
        self.stock = house.stock
        self.engine = Engine(
            house.journal, house.directory, Rules(house.secret, house.terms), clock
        )
