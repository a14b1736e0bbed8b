"""The runtime port of the town, and its in-memory version for simulations."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Protocol
from uuid import UUID

from gotovo.engine.background.ports import Feed
from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine
from gotovo.engine.memory import MemoryJournal
from gotovo.engine.ports import Deadlines, Journal
from gotovo.keyring.keyring import Keyring, plain_keyring
from gotovo.order.facts import OrderTerms
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.store.tables.network.stock import NewStockEntry


class TownJournal(Journal, Deadlines, Feed, Protocol):
    """A journal as the town uses it: orders, what is due, and the feed."""


class PlaceDirectory(Protocol):
    """The network's points and warehouses, to read and to change."""

    def __call__(self) -> tuple[Mapping[str, Point], Mapping[str, Warehouse]]:
        """Return them as they are now."""
        ...

    async def put_point(self, point: Point, at: datetime) -> int:
        """Add or change a point."""
        ...

    async def put_warehouse(self, warehouse: Warehouse, at: datetime) -> int:
        """Add or change a warehouse."""
        ...


class StockReceipts(Protocol):
    """Records receipts of goods."""

    async def enter(self, entries: Sequence[NewStockEntry], actor: str, at: datetime) -> int:
        """Apply receipts and return how many were new."""
        ...


class TownRuntime(Protocol):
    """Everything that the town uses; the engine runs on the same clock."""

    @property
    def engine(self) -> Engine:
        """Takes the commands."""
        ...

    @property
    def journal(self) -> TownJournal:
        """Stores the orders."""
        ...

    @property
    def directory(self) -> PlaceDirectory:
        """The points and warehouses."""
        ...

    @property
    def stock(self) -> StockReceipts:
        """The stock."""
        ...

    @property
    def clock(self) -> Callable[[], datetime]:
        """Returns the current time."""
        ...

    @property
    def secret(self) -> bytes:
        """The customer's key."""
        ...

    @property
    def keyring(self) -> Callable[[], Keyring]:
        """Returns the keys of every purpose."""
        ...

    @property
    def terms(self) -> OrderTerms:
        """The network's terms."""
        ...


class MemoryDirectory:
    """Points and warehouses in memory."""

    def __init__(self) -> None:
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
    """Receipts into an in-memory journal."""

    def __init__(self, journal: MemoryJournal) -> None:
        self._journal = journal
        self._entered: set[UUID] = set()

    async def enter(self, entries: Sequence[NewStockEntry], actor: str, at: datetime) -> int:
        """Apply the entries that are new."""
        del actor, at
        new = [entry for entry in entries if entry.id not in self._entered]
        for entry in new:
            self._journal.receive(entry.warehouse, entry.sku, entry.delta)
        self._entered.update(entry.id for entry in new)
        return len(new)


class MemoryRuntime:
    """A complete runtime in memory, on any clock."""

    def __init__(
        self,
        secret: bytes,
        clock: Callable[[], datetime],
        journal: MemoryJournal | None = None,
    ) -> None:
        self.secret = secret
        keyring = plain_keyring(secret)
        self.keyring: Callable[[], Keyring] = lambda: keyring
        self.clock = clock
        self.terms = OrderTerms()
        self.journal = journal or MemoryJournal()
        self.directory = MemoryDirectory()
        self.stock = MemoryStock(self.journal)
        seeded = Random(int.from_bytes(secret))  # noqa: S311  (a town repeats by its secret)
        self.engine = Engine(
            self.journal,
            self.directory,
            Rules(secret, self.terms),
            clock,
            random_bytes=seeded.randbytes,
        )


class ClockedRuntime:
    """A runtime with a second engine that runs on another clock."""

    def __init__(self, runtime: TownRuntime, clock: Callable[[], datetime]) -> None:
        self.secret = runtime.secret
        self.keyring = keyring = runtime.keyring
        self.clock = clock
        self.terms = runtime.terms
        self.journal = runtime.journal
        self.directory = runtime.directory
        self.stock = runtime.stock
        self.engine = Engine(
            runtime.journal,
            runtime.directory,
            Rules(runtime.secret, runtime.terms, lambda: keyring().codes),
            clock,
        )
