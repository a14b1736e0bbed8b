"""The ports of the engine: what it asks of whatever keeps the journal.

Two journals pass one contract test (tests/engine/test_journal_contract.py):
`memory.MemoryJournal`, which ships, and `gotovo.store.journal` in both its forms.

    EngineError
    ├── RaceLost             somebody else was first; the engine reads again by itself
    ├── JournalUnreachable   the edge answers 503; the same command id may be sent again
    ├── QueueFull            the edge answers 503
    ├── EngineClosed         the edge answers 503
    ├── CommandIdReused      the edge answers 422
    └── WrongSubmission      the asker's program is at fault
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from gotovo.engine.submission import Kind
from gotovo.order.refusals import Refusal
from gotovo.order.replay import Recorded
from gotovo.order.stock_movements import Movement
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Order
from gotovo.value import Value


class EngineError(Exception):
    """A submission came to no outcome."""


class RaceLost(EngineError):
    """Somebody else changed an order, a sku or a command id of this batch first: read again."""


class JournalUnreachable(EngineError):
    """The connection was lost; if a commit was under way, nobody knows yet whether it happened."""


class QueueFull(EngineError):
    """As many commands wait as may wait; nothing of this one was taken."""


class EngineClosed(EngineError):
    """The engine is shutting down and takes no new work."""


class CommandIdReused(EngineError):
    """A command id was used before for another request."""


class WrongSubmission(EngineError):
    """The submission cannot belong to any order: its number or its customer's home is wrong."""


class ExternalId(NamedTuple):
    """An order's name in the system that placed it, unique within a home and an origin."""

    home: int
    origin: str
    name: str


class Sku(NamedTuple):
    """One row of stock."""

    warehouse: str
    sku: str


class Standing(Value, frozen=True):
    """An order as the journal has it, and how to reach its buyer (None once erased)."""

    order: Order
    contact: Contact | None


class Answered(Value, frozen=True):
    """What was answered to a command id before; `number` is of the order it was about."""

    command_id: UUID
    number: str
    fingerprint: bytes
    kind: Kind
    version: int
    refusal: Refusal | None
    recorded_at: datetime


class Level(Value, frozen=True):
    """One sku of one warehouse: units on hand, and how many of them are reserved."""

    on_hand: int
    reserved: int


class Loaded(Value, frozen=True):
    """Everything a batch looks at, read at one moment and without locks.

    `named` tells which order bears an external id. Whatever does not exist is absent.
    """

    standings: Mapping[str, Standing]
    answered: Mapping[UUID, Answered]
    named: Mapping[ExternalId, str]


class Change(Value, frozen=True):
    """One order's part of a batch: its new events and the state they lead to.

    `expected` is the version the decision was made on; 0 inserts the order with its contact.
    `erased` takes the contact away, `moved` replaces it: the buyer is at another address.
    """

    order: Order
    expected: int
    events: tuple[Recorded, ...]
    contact: Contact | None
    erased: bool = False
    moved: bool = False


class Batch(Value, frozen=True):
    """What goes down in one commit, all of it or nothing.

    `movements` are summed up: one entry a (warehouse, sku), in that order.
    """

    lane: int
    changes: Sequence[Change]
    answers: Sequence[Answered]
    movements: Sequence[Movement]


class DueOrder(Value, frozen=True):
    """An order for which something is due, and the version that says so."""

    number: str
    at: datetime
    what: str
    version: int


class OrderChange(Value, frozen=True):
    """Whose order was changed by an event, and where the event stands in the feed of its lane.

    Positions have no gaps and follow the order of commits.
    """

    position: int
    number: str
    customer: str


class FeedEvent(OrderChange, frozen=True):
    """An event of the feed."""

    event: Recorded


class Behind(Value, frozen=True):
    """A lane with news for a follower: it has finished `after`, the lane has got to `head`."""

    lane: int
    after: int
    head: int


class ChangePage(Value, frozen=True):
    """Where a lane ends, and which changes follow a position, oldest first."""

    head: int
    changes: Sequence[OrderChange]


class ChangedOrders(Value, frozen=True):
    """Which orders have changed since a position, and the position up to which that is known."""

    head: int
    numbers: Sequence[str]


class Journal(Protocol):
    """Where orders live. All sequences are bounded by the caller.

    Every method may raise JournalUnreachable. A lane is 0 on a single node, on a cluster it is
    the home of the orders.
    """

    async def load(
        self,
        lane: int,
        numbers: Sequence[str],
        command_ids: Sequence[UUID],
        external_ids: Sequence[ExternalId],
    ) -> Loaded:
        """Return the orders, the earlier answers and the external ids there are."""
        ...

    async def levels(self, skus: Sequence[Sku]) -> Mapping[Sku, Level]:
        """Return the level of each sku that its warehouse lists."""
        ...

    async def write(self, batch: Batch) -> None:
        """Commit the batch, or raise RaceLost and change nothing.

        After JournalUnreachable the batch may or may not have been committed.
        """
        ...

    async def histories(
        self, lane: int, numbers: Sequence[str]
    ) -> Mapping[str, tuple[Recorded, ...]]:
        """Return all events of these orders, oldest first."""
        ...


class Deadlines(Protocol):
    """What timers ask."""

    async def due(
        self, now: datetime, after: DueOrder | None, limit: int, without: Sequence[str]
    ) -> Sequence[DueOrder]:
        """Return a page of what is due, the longest overdue first, kinds in `without` left out.

        A page begins behind the order of the page before, so that one that cannot be helped
        does not stand in the way of the rest.
        """
        ...

    async def count_due(self, now: datetime, what: str, limit: int) -> int:
        """Return how many orders one thing is due for, but never more than `limit`."""
        ...

    async def add_to_tally(self, what: str, day: date, count: int) -> None:
        """Add to the number of times a timer did something on a day (UTC)."""
        ...

    async def tallies(self, what: str, since: date) -> Mapping[date, int]:
        """Return these numbers by day, days without any left out."""
        ...


class Feed(Protocol):
    """What followers ask."""

    async def feed(self, lane: int, after: int, limit: int) -> Sequence[FeedEvent]:
        """Return events after a position, skipping none and repeating none."""
        ...

    async def behind(self, follower: str, limit: int) -> Sequence[Behind]:
        """Return lanes that hold events this follower has not finished."""
        ...

    async def advance(self, follower: str, lane: int, after: int, position: int) -> bool:
        """Move a follower from `after` to `position`; false when it stands elsewhere by now."""
        ...


class ChangeFeed(Protocol):
    """Which orders have changed, without what has changed."""

    async def changes_after(self, lane: int, position: int | None, limit: int) -> ChangePage:
        """Return what follows a position, skipping and repeating none; None asks for the head."""
        ...

    async def changed_orders(
        self, lane: int, customer: str, position: int, limit: int
    ) -> ChangedOrders:
        """Return the orders of a customer that have events after a position.

        A position that the feed has not reached belongs to another journal: all orders count.
        """
        ...


class Answers(Protocol):
    """What housekeeping asks."""

    async def forget_answers(self, before: datetime, limit: int) -> int:
        """Delete answers recorded before an instant, a bounded number; return how many."""
        ...
