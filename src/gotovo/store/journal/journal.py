"""The journal in PostgreSQL: optimistic concurrency, READ COMMITTED, one commit a batch.

Nothing is locked while a batch is decided. The keys of events, orders and command ids and the
versions that the updates expect are the arbiters: the second of two writes nothing and reads
again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from uuid import UUID

import asyncpg
from msgspec.structs import astuple

from gotovo.engine.ports import (
    Batch,
    BatchFacts,
    DueOrder,
    FeedEvent,
    FeedItem,
    IdempotencyRecord,
    LaneBacklog,
    Sku,
    SkuLevel,
    StoredOrder,
)
from gotovo.order.replay import Recorded
from gotovo.order.values.identity import IdentityKey
from gotovo.order.values.number import home_of
from gotovo.order.values.texts.order_text import OrderText
from gotovo.store.journal.batch_rows import (
    DatabaseRow,
    document,
    numbers_erased,
    record_of,
    stored_order_of,
    text_of,
    text_rows,
)
from gotovo.store.journal.due_orders import (
    Postponed,
    ReadRowsAfter,
    due_page,
    first_due,
    settle,
)
from gotovo.store.journal.feed_statements import items_of, items_statement
from gotovo.store.journal.identities import identity_columns, identity_of
from gotovo.store.journal.stored_event import recorded_of
from gotovo.store.journal.write_statement import WriteStatements
from gotovo.store.postgres.connection_cache import CALL_SECONDS, ConnectionCache
from gotovo.store.postgres.statements import load_statements

_ROWS_AT_ONCE = 1_024
FOREVER = datetime.max.replace(tzinfo=UTC)

_sql = load_statements("journal/journal.sql")
_feed_items = items_statement(_sql["feed"])
_writes = WriteStatements(_sql)


class PostgresJournal:
    """The journal on one node."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use a pool; each call takes one connection for one round trip."""
        self._connections = ConnectionCache(pool)

    async def load(
        self,
        lane: int,  # noqa: ARG002  (one lane holds everything)
        numbers: Sequence[str],
        command_ids: Sequence[UUID],
        identities: Sequence[IdentityKey] = (),
    ) -> BatchFacts:
        """Return the orders, idempotency records and identities that exist."""
        rows = await self._connections.fetch(
            _sql["load"],
            [home_of(number) for number in numbers],
            numbers,
            command_ids,
            *identity_columns(identities),
        )
        orders: dict[str, StoredOrder] = {}
        records: dict[UUID, IdempotencyRecord] = {}
        holders: dict[IdentityKey, str] = {}
        for row in rows:
            if row["number"] is not None:
                orders[row["number"]] = stored_order_of(row)
            if row["id"] is not None:
                records[row["id"]] = record_of(row)
            if row["holder"] is not None:
                holders[identity_of(row)] = row["holder"]
        return BatchFacts(orders, records, holders)

    async def levels(self, skus: Sequence[Sku]) -> Mapping[Sku, SkuLevel]:
        """Return the level of each sku that its warehouse lists."""
        rows = await self._connections.fetch(
            _sql["levels"], [s.warehouse for s in skus], [s.sku for s in skus]
        )
        return levels_of(rows)

    async def held_at(self, points: Sequence[str]) -> Mapping[str, int]:
        """Return how many open orders each point has or will get; one without any is absent."""
        rows = await self._connections.fetch(_sql["held_at"], points)
        return {row["point"]: row["orders"] for row in rows}

    async def write(self, batch: Batch) -> None:
        """Commit the batch in one statement, or in a transaction where it has texts."""
        statement, values = _writes.of(batch)
        texts, erased = text_rows(batch.updates), numbers_erased(batch.updates)
        if not texts and not erased:
            await self._connections.fetch(statement, *values)
            return
        async with self._connections.connection() as connection, connection.transaction():
            fetch = partial(connection.fetch, timeout=CALL_SECONDS)
            if erased:
                await fetch(_sql["forget_texts"], [home_of(number) for number in erased], erased)
            if texts:
                await fetch(_sql["insert_texts"], document(texts))
            await fetch(statement, *values)

    async def histories(
        self,
        lane: int,  # noqa: ARG002
        numbers: Sequence[str],
    ) -> Mapping[str, tuple[Recorded, ...]]:
        """Return all events of these orders, oldest first."""
        if not numbers:
            return {}
        homes = [home_of(number) for number in numbers]
        return histories_of(await self._connections.fetch(_sql["histories"], homes, numbers))

    async def texts(
        self,
        lane: int,  # noqa: ARG002
        numbers: Sequence[str],
    ) -> Mapping[str, Sequence[OrderText]]:
        """Return the texts of these orders whose words are stored."""
        homes = [home_of(number) for number in numbers]
        return texts_of(await self._connections.fetch(_sql["texts"], homes, numbers))

    async def due(
        self, now: datetime, after: DueOrder | None, limit: int, without: Sequence[str]
    ) -> Sequence[DueOrder]:
        """Return a page of due orders, the longest overdue first."""
        return await due_page(partial(self.due_rows, now, after, limit, without), self._postpone)

    async def settle_due(self) -> int:
        """Store of every order when it is really due; return how many were put off."""
        return await settle(self.rows_due_until(FOREVER), self._postpone)

    async def overdue_since(self, now: datetime) -> datetime | None:
        """Return since when the longest overdue order is due; nothing is written."""
        return await first_due(self.rows_due_until(now), now)

    def rows_due_until(self, instant: datetime) -> ReadRowsAfter:
        """Return what reads pages of orders whose stored instant comes until then."""

        async def read(after: DueOrder | None) -> Sequence[DatabaseRow]:
            return await self.due_rows(instant, after, _ROWS_AT_ONCE, [])

        return read

    async def due_rows(
        self, now: datetime, after: DueOrder | None, limit: int, without: Sequence[str]
    ) -> Sequence[DatabaseRow]:
        """Return a page of orders whose stored instant has come, with their states."""
        at, number = (after.at, after.number) if after else (None, None)
        return await self._connections.fetch(_sql["due"], now, at, number, without, limit)

    async def count_due(self, now: datetime, what: str, limit: int) -> int:
        """Return how many orders are due for a step, at most `limit`."""
        rows = await self._connections.fetch(_sql["count_due"], now, what, limit)
        return rows[0]["count"]

    async def count_ready(self) -> int:
        """Return how many orders lie on the shelves."""
        rows = await self._connections.fetch(_sql["count_ready"])
        return rows[0]["count"]

    async def add_to_tally(self, what: str, day: date, count: int) -> None:
        """Add to the tally of a timer's step on a day."""
        await self._connections.fetch(_sql["add_to_tally"], what, day, count)

    async def tallies(self, what: str, since: date) -> Mapping[date, int]:
        """Return the tallies by day."""
        rows = await self._connections.fetch(_sql["tallies"], what, since)
        return {row["day"]: row["count"] for row in rows}

    async def feed(self, lane: int, after: int, limit: int) -> Sequence[FeedEvent]:
        """Return events after a position, skipping none and repeating none."""
        return feed_of(await self._connections.fetch(_sql["feed"], lane, after, limit))

    async def feed_items(self, lane: int, after: int, limit: int) -> Sequence[FeedItem]:
        """Return the same as JSON objects, without cursors."""
        return items_of(await self._connections.fetch(_feed_items, lane, after, limit))

    async def backlogs(self, follower: str, limit: int) -> Sequence[LaneBacklog]:
        """Return lanes that hold events this follower has not finished."""
        rows = await self._connections.fetch(_sql["behind"], follower, limit)
        return [LaneBacklog(row["lane"], row["after"], row["head"]) for row in rows]

    async def advance(self, follower: str, lane: int, after: int, position: int) -> bool:
        """Move a follower from `after` to `position`."""
        return bool(await self._connections.fetch(_sql["advance"], follower, lane, after, position))

    async def delete_records(self, before: datetime, limit: int) -> int:
        """Delete idempotency records made before an instant."""
        return len(await self._connections.fetch(_sql["delete_records"], before, limit))

    async def _postpone(self, postponed: Sequence[Postponed]) -> int:
        columns = zip(*map(astuple, postponed), strict=True)
        return len(await self._connections.fetch(_sql["postpone"], *columns))


def levels_of(rows: Iterable[DatabaseRow]) -> dict[Sku, SkuLevel]:
    """Return stock rows by sku."""
    return {
        Sku(row["warehouse"], row["sku"]): SkuLevel(row["on_hand"], row["reserved"]) for row in rows
    }


def histories_of(rows: Iterable[DatabaseRow]) -> dict[str, tuple[Recorded, ...]]:
    """Return events by order, in the order of rows."""
    found: dict[str, list[Recorded]] = {}
    for row in rows:
        found.setdefault(row["number"], []).append(recorded_of(row))
    return {number: tuple(events) for number, events in found.items()}


def texts_of(rows: Iterable[DatabaseRow]) -> dict[str, list[OrderText]]:
    """Return texts by order."""
    found: dict[str, list[OrderText]] = {}
    for row in rows:
        found.setdefault(row["number"], []).append(text_of(row))
    return found


def feed_of(rows: Iterable[DatabaseRow]) -> list[FeedEvent]:
    """Return the events of a feed."""
    return [
        FeedEvent(row["position"], row["number"], row["customer"], recorded_of(row), row["shop"])
        for row in rows
    ]
