"""The ports of the engine: protocols that a journal implements.

Two journals pass one contract test (tests/engine/test_journal_contract.py):
`memory.MemoryJournal`, which ships, and `gotovo.store.journal` in both its forms.

    EngineError
    ├── RaceLost             a concurrent commit was first; the engine retries by itself
    ├── JournalUnreachable   the edge answers 503; the same command id may be sent again
    ├── QueueFull            the edge answers 503
    ├── EngineClosed         the edge answers 503
    ├── CommandIdReused      the edge answers 422
    └── InvalidSubmission    a mistake of the calling program
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

from gotovo.engine.submission import ResultKind
from gotovo.order.refusals import Refusal
from gotovo.order.replay import Recorded
from gotovo.order.stock_movements import StockMovement
from gotovo.order.values.actor import DEFAULT_SHOP
from gotovo.order.values.customer import Contact
from gotovo.order.values.identity import IdentityKey
from gotovo.order.values.order import Order, Stage
from gotovo.order.values.texts.order_text import OrderText
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.value import Value

Places = tuple[Mapping[str, Point], Mapping[str, Warehouse]]
"""The points and the warehouses of the network, by code."""

PlacesSource = Callable[[], Places]
"""Returns the places as they are now; a batch is decided by one snapshot."""


class EngineError(Exception):
    """A submission has no result."""


class RaceLost(EngineError):
    """An order, a sku or a command id of this batch was changed concurrently: read again."""


class JournalUnreachable(EngineError):
    """The connection was lost; whether a commit under way has happened is not known yet."""


class QueueFull(EngineError):
    """The queue is full or slow; this command was not queued."""


class EngineClosed(EngineError):
    """The engine is shutting down and takes no new commands."""


class CommandIdReused(EngineError):
    """A command id was used before for another request."""


class InvalidSubmission(EngineError):
    """The submission cannot belong to any order: its number or its customer's home is wrong."""


class Sku(NamedTuple):
    """One row of stock."""

    warehouse: str
    sku: str


class StoredOrder(Value, frozen=True):
    """An order as the journal has it, and its contact (None once erased)."""

    order: Order
    contact: Contact | None


class IdempotencyRecord(Value, frozen=True):
    """The result of an earlier command by its id (rule 4.13); `number` is its order's."""

    command_id: UUID
    number: str
    fingerprint: bytes
    kind: ResultKind
    version: int
    refusal: Refusal | None
    recorded_at: datetime


class SkuLevel(Value, frozen=True):
    """One sku of one warehouse: units on hand, and how many of them are reserved."""

    on_hand: int
    reserved: int


class BatchFacts(Value, frozen=True):
    """Everything a batch is decided by, read in one snapshot and without locks.

    `holders` gives the number of the order that has an identity. `texts` are those of orders that
    are compared with what a command says. What does not exist is absent.
    """

    orders: Mapping[str, StoredOrder]
    records: Mapping[UUID, IdempotencyRecord]
    holders: Mapping[IdentityKey, str]
    texts: Mapping[str, Sequence[OrderText]] = {}


class IdentityClaim(NamedTuple):
    """An identity that an order has from this batch on, and no other."""

    identity: IdentityKey
    number: str


class OrderUpdate(Value, frozen=True):
    """One order's part of a batch: its new events and the state they lead to.

    `expected` is the version that it was decided by; 0 inserts the order with its contact.
    `expected_hash` is that of the last event then, so that it is a version of the same history: a
    database that was put back may have given its number to another one. `erased` deletes the
    contact and the words of all earlier texts, `moved` replaces the contact: the buyer has another
    address. `texts` are the words whose digests the events have.
    """

    order: Order
    expected: int
    expected_hash: bytes
    events: tuple[Recorded, ...]
    contact: Contact | None
    erased: bool = False
    moved: bool = False
    texts: tuple[OrderText, ...] = ()


class Batch(Value, frozen=True):
    """What is written in one commit, all of it or nothing.

    `movements` are summed up: one per (warehouse, sku), in that order. An identity in `claims`
    that another order has is a lost race.
    """

    lane: int
    updates: Sequence[OrderUpdate]
    records: Sequence[IdempotencyRecord]
    movements: Sequence[StockMovement]
    claims: Sequence[IdentityClaim] = ()


class DueOrder(Value, frozen=True):
    """An order for which something is due, and its version."""

    number: str
    at: datetime
    what: str
    version: int


class ChangedPlace(Value, frozen=True):
    """A place whose running orders have to follow this version of its settings.

    The last order that does is named by when it was placed and its number; None before the first.
    """

    kind: Literal["point", "warehouse"]
    code: str
    version: int
    after_placed_at: datetime | None = None
    after_number: str | None = None


class RunningOrder(Value, frozen=True):
    """An order that is paid and not closed."""

    number: str
    placed_at: datetime
    stage: Stage


class OrderChange(Value, frozen=True):
    """Whose order was changed by an event, and where the event stands in the feed of its lane.

    Positions have no gaps and follow the order of commits.
    """

    position: int
    number: str
    customer: str


class FeedEvent(OrderChange, frozen=True):
    """An event of the feed, and the shop of its order."""

    event: Recorded
    shop: str = DEFAULT_SHOP


class FeedItem(OrderChange, frozen=True):
    """An event of the feed as its readers get it: a JSON object without a cursor and words."""

    type: str
    shop: str
    json: bytes


class LaneBacklog(Value, frozen=True):
    """A lane that ends at `head`, of which a follower has handled everything up to `after`."""

    lane: int
    after: int
    head: int


class ChangePage(Value, frozen=True):
    """The head of a lane, and the changes after a position, oldest first."""

    head: int
    changes: Sequence[OrderChange]


class ChangedOrders(Value, frozen=True):
    """The orders changed since a position, and the position up to which that is known."""

    head: int
    numbers: Sequence[str]


class FeedEpoch(Value, frozen=True):
    """A history that the feed tells: from its first event, or from a restore on.

    `positions` are where each lane stood when it began: the epochs before it are told no further.
    """

    number: int
    id: str
    positions: Sequence[int]
    began_at: datetime
    server: str


class Journal(Protocol):
    """The journal of orders. All sequences are bounded by the caller.

    Every method may raise JournalUnreachable. A lane is 0 on a single node, on a cluster it is
    the home of the orders.
    """

    async def load(
        self,
        lane: int,
        numbers: Sequence[str],
        command_ids: Sequence[UUID],
        identities: Sequence[IdentityKey] = (),
    ) -> BatchFacts:
        """Return the orders, idempotency records and identities that exist.

        A command id is unique over all homes, too: its record has the home of the id.
        """
        ...

    async def levels(self, skus: Sequence[Sku]) -> Mapping[Sku, SkuLevel]:
        """Return the level of each sku that its warehouse lists."""
        ...

    async def held_at(self, points: Sequence[str]) -> Mapping[str, int]:
        """Return how many open orders each point has or will get; one without any is absent.

        On a cluster this reads all homes.
        """
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

    async def texts(self, lane: int, numbers: Sequence[str]) -> Mapping[str, Sequence[OrderText]]:
        """Return the texts of these orders whose words are stored; an order without is absent."""
        ...


class Deadlines(Protocol):
    """Reads of timers, and their tallies."""

    async def due(
        self, now: datetime, after: DueOrder | None, limit: int, without: Sequence[str]
    ) -> Sequence[DueOrder]:
        """Return a page of due orders, the longest overdue first, without the kinds in `without`.

        A page begins after the last order of the page before, so that one order that can't be moved
        does not hold up the rest.
        """
        ...

    async def count_due(self, now: datetime, what: str, limit: int) -> int:
        """Return how many orders are due for a step, at most `limit`."""
        ...

    async def count_ready(self) -> int:
        """Return how many orders lie on the shelves."""
        ...

    async def add_to_tally(self, what: str, day: date, count: int) -> None:
        """Add to the tally of a timer's step on a day (UTC)."""
        ...

    async def tallies(self, what: str, since: date) -> Mapping[date, int]:
        """Return the tallies by day; days without any are absent."""
        ...


class ChangedPlaces(Protocol):
    """Places whose running orders do not follow their settings yet."""

    async def changed_places(self, before: datetime, limit: int) -> Sequence[ChangedPlace]:
        """Return places that were changed before an instant, the longest waiting first."""
        ...

    async def running_orders(self, place: ChangedPlace, limit: int) -> Sequence[RunningOrder]:
        """Return the next page of the place's running orders."""
        ...

    async def advance(self, place: ChangedPlace) -> None:
        """Store how far the place has come; a place changed once more begins again."""
        ...

    async def finish(self, place: ChangedPlace) -> None:
        """Take the place off the list, unless it was changed once more."""
        ...


class EventFeed(Protocol):
    """The feed for readers outside the program, in the bytes that are stored."""

    async def feed_items(self, lane: int, after: int, limit: int) -> Sequence[FeedItem]:
        """Return events after a position, skipping none and repeating none."""
        ...


class ChangeFeed(Protocol):
    """Which orders have changed, without what has changed."""

    async def changes_after(self, lane: int, position: int | None, limit: int) -> ChangePage:
        """Return all changes after a position, each once; with None only the head."""
        ...

    async def changed_orders(
        self, lane: int, customer: str, position: int, limit: int
    ) -> ChangedOrders:
        """Return the orders of a customer that have events after a position.

        A position that the feed has not reached belongs to another journal: all orders count.
        """
        ...


class IdempotencyRecords(Protocol):
    """Idempotency records, for retention."""

    async def delete_records(self, before: datetime, limit: int) -> int:
        """Delete records made before an instant, a bounded number; return how many."""
        ...
