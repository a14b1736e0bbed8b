"""A journal in memory: for tests, the simulator and trying things out; it forgets at the end.

It keeps every promise of the port but one: nothing survives the process. There is no SQL in it
to re-implement; orders, idempotency records and stock are found by key.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

from msgspec import structs

from gotovo.engine.ports import (
    Batch,
    BatchFacts,
    DueOrder,
    FeedEvent,
    IdempotencyRecord,
    LaneBacklog,
    OrderUpdate,
    RaceLost,
    Sku,
    SkuLevel,
    StoredOrder,
)
from gotovo.order.checks.point_room import point_holding
from gotovo.order.deadlines import next_due
from gotovo.order.replay import Recorded
from gotovo.order.stock_movements import StockMovement
from gotovo.order.values.identity import IdentityKey
from gotovo.order.values.status import status_of
from gotovo.order.values.texts.order_text import OrderText

_NOTHING = SkuLevel(0, 0)


class MemoryJournal:
    """Orders, their history and the stock of one process."""

    def __init__(self) -> None:
        self._orders: dict[str, StoredOrder] = {}
        self._histories: dict[str, list[Recorded]] = {}
        self._texts: dict[str, tuple[OrderText, ...]] = {}
        self._records: dict[UUID, IdempotencyRecord] = {}
        self._holders: dict[IdentityKey, str] = {}
        self._levels: dict[Sku, SkuLevel] = {}
        self._held: Counter[str] = Counter()
        self._feeds: dict[int, list[FeedEvent]] = {}
        self._cursors: Counter[tuple[str, int]] = Counter()
        self._tallies: dict[str, Counter[date]] = {}
        self._due: dict[str, DueOrder] = {}

    def receive(self, warehouse: str, sku: str, quantity: int) -> None:
        """List a sku and put units of it on hand."""
        level = self._levels.get(Sku(warehouse, sku), _NOTHING)
        self._levels[Sku(warehouse, sku)] = structs.replace(level, on_hand=level.on_hand + quantity)

    async def load(
        self,
        lane: int,  # noqa: ARG002  (there are no shards in memory)
        numbers: Sequence[str],
        command_ids: Sequence[UUID],
        identities: Sequence[IdentityKey] = (),
    ) -> BatchFacts:
        """Return the orders, idempotency records and identities that exist."""
        return BatchFacts(
            _found(self._orders, numbers),
            _found(self._records, command_ids),
            _found(self._holders, identities),
        )

    async def levels(self, skus: Sequence[Sku]) -> Mapping[Sku, SkuLevel]:
        """Return the level of each sku that its warehouse lists."""
        return _found(self._levels, skus)

    async def held_at(self, points: Sequence[str]) -> Mapping[str, int]:
        """Return how many open orders each point has or will get."""
        return _found(self._held, points)

    async def write(self, batch: Batch) -> None:
        """Check everything, then change everything; nothing else runs in between."""
        if not (
            all(self._fits(change) for change in batch.updates)
            and not any(record.command_id in self._records for record in batch.records)
            and all(self._covers(movement) for movement in batch.movements)
            and not any(claim.identity in self._holders for claim in batch.claims)
        ):
            raise RaceLost
        for change in batch.updates:
            self._apply(change, self._feeds.setdefault(batch.lane, []))
        for record in batch.records:
            self._records[record.command_id] = record
        self._holders.update(batch.claims)
        for movement in batch.movements:
            self._levels[_sku(movement)] = self._after(movement)

    async def histories(
        self,
        lane: int,  # noqa: ARG002
        numbers: Sequence[str],
    ) -> Mapping[str, tuple[Recorded, ...]]:
        """Return all events of these orders, oldest first."""
        return {n: tuple(self._histories[n]) for n in numbers if n in self._histories}

    async def texts(
        self,
        lane: int,  # noqa: ARG002
        numbers: Sequence[str],
    ) -> Mapping[str, Sequence[OrderText]]:
        """Return the texts of these orders whose words are stored."""
        return _found(self._texts, numbers)

    async def due(
        self, now: datetime, after: DueOrder | None, limit: int, without: Sequence[str]
    ) -> Sequence[DueOrder]:
        """Return a page of what is due, the longest overdue first."""
        place = attrgetter("at", "number")
        found = (x for x in self._due.values() if x.at <= now and x.what not in without)
        behind = (x for x in found if after is None or place(x) > place(after))
        return sorted(behind, key=place)[:limit]

    async def count_due(self, now: datetime, what: str, limit: int) -> int:
        """Return how many orders one thing is due for, but never more than `limit`."""
        return min(limit, sum(x.at <= now and x.what == what for x in self._due.values()))

    async def count_ready(self) -> int:
        """Return how many orders lie on the shelves."""
        return sum(status_of(x.order) == "ready_for_pickup" for x in self._orders.values())

    async def add_to_tally(self, what: str, day: date, count: int) -> None:
        """Add to the number of times a timer did something on a day."""
        self._tallies.setdefault(what, Counter())[day] += count

    async def tallies(self, what: str, since: date) -> Mapping[date, int]:
        """Return these numbers by day."""
        return {day: n for day, n in self._tallies.get(what, {}).items() if day >= since}

    async def feed(self, lane: int, after: int, limit: int) -> Sequence[FeedEvent]:
        """Return events after a position."""
        return self._feeds.get(lane, [])[after : after + limit]

    async def backlogs(self, follower: str, limit: int) -> Sequence[LaneBacklog]:
        """Return lanes that hold events this follower has not finished."""
        found = [
            LaneBacklog(lane, self._cursors[follower, lane], len(events))
            for lane, events in sorted(self._feeds.items())
            if self._cursors[follower, lane] < len(events)
        ]
        return found[:limit]

    async def advance(self, follower: str, lane: int, after: int, position: int) -> bool:
        """Move a follower from `after` to `position`."""
        if self._cursors[follower, lane] != after:
            return False
        self._cursors[follower, lane] = position
        return True

    async def delete_records(self, before: datetime, limit: int) -> int:
        """Delete the idempotency records of before an instant."""
        old = [key for key, record in self._records.items() if record.recorded_at < before]
        for key in old[:limit]:
            del self._records[key]
        return len(old[:limit])

    def _fits(self, change: OrderUpdate) -> bool:
        stored = self._orders.get(change.order.number)
        if stored is None:
            return change.expected == 0
        order = stored.order
        return (change.expected, change.expected_hash) == (order.version, order.last_hash)

    def _covers(self, movement: StockMovement) -> bool:
        after = self._after(movement)
        return _sku(movement) in self._levels and 0 <= after.reserved <= after.on_hand

    def _after(self, movement: StockMovement) -> SkuLevel:
        level = self._levels.get(_sku(movement), _NOTHING)
        return SkuLevel(level.on_hand + movement.on_hand, level.reserved + movement.reserved)

    def _apply(self, change: OrderUpdate, feed: list[FeedEvent]) -> None:
        order, number = change.order, change.order.number
        before = self._orders.get(number)
        left, reached = point_holding(before.order if before else None), point_holding(order)
        if left != reached:
            self._held[left] -= 1
            self._held[reached] += 1
        self._orders[number] = StoredOrder(order, change.contact)
        if change.erased:
            self._texts.pop(number, None)
        if change.texts:
            self._texts[number] = (*self._texts.get(number, ()), *change.texts)
        self._histories.setdefault(number, []).extend(change.events)
        for event in change.events:
            feed.append(FeedEvent(len(feed) + 1, number, order.customer, event, order.shop))
        due = next_due(order)
        if due is None:
            self._due.pop(number, None)
        else:
            self._due[number] = DueOrder(number, due.at, due.what, order.version)


_K = TypeVar("_K")
_V = TypeVar("_V")


def _found(among: Mapping[_K, _V], keys: Iterable[_K]) -> dict[_K, _V]:
    return {key: among[key] for key in keys if key in among}


def _sku(movement: StockMovement) -> Sku:
    return Sku(movement.warehouse, movement.sku)
