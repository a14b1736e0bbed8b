"""The ports of the engine: what it asks of whatever keeps the journal.

Two journals pass one contract test (tests/engine/journal_contract.py): `memory.MemoryJournal`,
which ships, and `gotovo.store.journal.PostgresJournal`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from gotovo.engine.submission import Kind
from gotovo.order.customer import Contact
from gotovo.order.goods import Movement
from gotovo.order.order import Order
from gotovo.order.refusals import Refusal
from gotovo.order.replay import Recorded


class Standing(Struct, frozen=True):
    """An order as the journal has it, and how to reach its buyer (None once erased)."""

    order: Order
    contact: Contact | None


class Answered(Struct, frozen=True):
    """What was answered to a command id before."""

    command_id: UUID
    number: str
    fingerprint: bytes
    kind: Kind
    version: int
    refusal: Refusal | None
    recorded_at: datetime


class Level(Struct, frozen=True):
    """One sku of one warehouse: units on hand, and how many of them are reserved."""

    on_hand: int
    reserved: int


class Loaded(Struct, frozen=True):
    """Everything a batch looks at, read at one moment and without locks."""

    standings: Mapping[str, Standing]
    answered: Mapping[UUID, Answered]


class Change(Struct, frozen=True):
    """One order's part of a batch: its new events and the state they lead to.

    `expected` is the version the decision was made on; 0 inserts the order.
    """

    order: Order
    expected: int
    events: tuple[Recorded, ...]
    contact: Contact | None
    erased: bool = False


class Batch(Struct, frozen=True):
    """What goes down in one commit, all of it or nothing.

    `movements` are summed up: one entry a (warehouse, sku), in that order.
    """

    lane: int
    changes: Sequence[Change]
    answers: Sequence[Answered]
    movements: Sequence[Movement]


class DueOrder(Struct, frozen=True):
    """An order for which something is due."""

    number: str
    at: datetime
    what: str


class Positioned(Struct, frozen=True):
    """An event in the feed; positions have no gaps and follow the order of commits in a lane."""

    position: int
    event: Recorded
    customer: str


class RaceLost(Exception):
    """Somebody else changed an order, a sku or a command id of this batch first: read again."""


class JournalUnreachable(Exception):
    """The connection was lost; if a commit was under way, nobody knows yet whether it happened."""


class CommandIdReused(Exception):
    """A command id was used before for another request."""


class Journal(Protocol):
    """Where orders live. All sequences are bounded by the caller."""

    async def load(
        self, lane: int, numbers: Sequence[str], command_ids: Sequence[UUID]
    ) -> Loaded:
        """Return the orders and the earlier answers there are."""
        ...

    async def stock(
        self, lane: int, skus: Sequence[tuple[str, str]]
    ) -> Mapping[tuple[str, str], Level]:
        """Return the level of each (warehouse, sku) that the warehouse lists."""
        ...

    async def write(self, batch: Batch) -> None:
        """Commit the batch, or raise RaceLost, or JournalUnreachable."""
        ...

    async def history(self, number: str) -> tuple[Recorded, ...]:
        """Return all events of an order, oldest first."""
        ...

    async def due(self, lane: int, now: datetime, limit: int) -> Sequence[DueOrder]:
        """Return orders for which something is due, the longest overdue first."""
        ...

    async def feed(self, lane: int, after: int, limit: int) -> Sequence[Positioned]:
        """Return events after a position, skipping none and repeating none."""
        ...

    async def cursor(self, follower: str, lane: int) -> int:
        """Return the position a follower has finished, 0 at first."""
        ...

    async def advance(self, follower: str, lane: int, position: int) -> None:
        """Remember that a follower has finished everything up to a position."""
        ...
