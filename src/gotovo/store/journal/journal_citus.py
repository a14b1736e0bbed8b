"""The journal on a cluster: a lane a home, and every write goes to one shard by `home = $1`.

The same promises as on one node, kept by the same keys and versions; several statements in one
transaction instead of one, because a cluster splits a single one over shards badly. Stock, command
ids and other identities lie on shards of their own, so the transaction commits in two phases.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from msgspec.structs import asdict, astuple

from gotovo.engine.ports import (
    Batch,
    BatchFacts,
    DueOrder,
    FeedEvent,
    FeedItem,
    LaneBacklog,
    OrderUpdate,
    RaceLost,
    Sku,
    SkuLevel,
)
from gotovo.order.replay import Recorded
from gotovo.order.values.identity import IdentityKey
from gotovo.order.values.texts.order_text import OrderText
from gotovo.store.journal.batch_rows import (
    changed_rows,
    document,
    event_rows,
    numbers_erased,
    placed_rows,
    record_of,
    record_rows,
    refund_rows_changed,
    stored_order_of,
    text_rows,
)
from gotovo.store.journal.due_orders import Postponed, due_page, settle
from gotovo.store.journal.feed_statements import items_of, items_statement
from gotovo.store.journal.identities import (
    command_home,
    identity_columns,
    identity_home,
    identity_of,
    identity_rows,
)
from gotovo.store.journal.journal import (
    FOREVER,
    PostgresJournal,
    feed_of,
    histories_of,
    levels_of,
    texts_of,
)
from gotovo.store.journal.order_columns import MovingColumns
from gotovo.store.postgres.connection_cache import CALL_SECONDS, ConnectionCache
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.network.stock import STOCK_HOME

_sql = load_statements("journal/journal_citus.sql")
_feed_items = items_statement(_sql["feed"])

T = TypeVar("T")


class CitusJournal:
    """The journal on a cluster; a lane is the home of all orders of a batch."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use a pool of connections to the coordinator."""
        self._connections = ConnectionCache(pool)
        self._over_all_homes = PostgresJournal(pool)

    async def load(
        self,
        lane: int,
        numbers: Sequence[str],
        command_ids: Sequence[UUID],
        identities: Sequence[IdentityKey] = (),
    ) -> BatchFacts:
        """Return the orders, idempotency records and identities that exist."""
        async with self._connections.connection() as connection:
            orders = await connection.fetch(_sql["load_orders"], lane, numbers)
            records = [
                row
                for home, ids in _by_home(command_ids, command_home).items()
                for row in await connection.fetch(_sql["load_records"], home, ids)
            ]
            claimed = [
                row
                for home, names in _by_home(identities, identity_home).items()
                for row in await connection.fetch(
                    _sql["load_identities"], home, *identity_columns(names)[1:]
                )
            ]
        return BatchFacts(
            {row["number"]: stored_order_of(row) for row in orders},
            {row["id"]: record_of(row) for row in records},
            {identity_of(row): row["holder"] for row in claimed},
        )

    async def levels(self, skus: Sequence[Sku]) -> Mapping[Sku, SkuLevel]:
        """Return the level of each sku that its warehouse lists."""
        rows = await self._connections.fetch(
            _sql["levels"], STOCK_HOME, [s.warehouse for s in skus], [s.sku for s in skus]
        )
        return levels_of(rows)

    async def held_at(self, points: Sequence[str]) -> Mapping[str, int]:
        """Count over all homes, without a lock."""
        return await self._over_all_homes.held_at(points)

    async def write(self, batch: Batch) -> None:
        """Commit the batch in one transaction; stop at the first statement that lost a race."""
        new = [change for change in batch.updates if change.expected == 0]
        known = [change for change in batch.updates if change.expected != 0]
        placed = _with_states(placed_rows(new), new)
        changed = _with_states(changed_rows(known), known)
        events = event_rows(batch.updates)
        claims = identity_rows(batch.claims)
        records = sorted(record_rows(batch.records), key=attrgetter("home", "id"))
        texts, erased = text_rows(batch.updates), numbers_erased(batch.updates)
        lane = batch.lane
        async with self._connections.connection() as connection, connection.transaction():
            for home, rows in groupby(claims, key=itemgetter("home")):
                await _all_of(connection, "claim_identities", home, list(rows))
            for home, rows in groupby(records, key=attrgetter("home")):
                await _all_of(connection, "insert_records", home, list(rows))
            if erased:
                await connection.execute(_sql["forget_texts"], lane, erased, timeout=CALL_SECONDS)
            await _all_of(connection, "insert_texts", lane, texts)
            await _all_of(connection, "place_orders", lane, placed)
            await _all_of(connection, "change_orders", lane, changed)
            await _all_of(connection, "upsert_refunds", lane, refund_rows_changed(batch.updates))
            await _all_of(connection, "move_stock", STOCK_HOME, batch.movements)
            if events:
                last = await connection.fetchval(
                    _sql["count_events"], lane, len(events), timeout=CALL_SECONDS
                )
                await _all_of(connection, "record_events", lane, events, last - len(events))

    async def histories(
        self, lane: int, numbers: Sequence[str]
    ) -> Mapping[str, tuple[Recorded, ...]]:
        """Return all events of these orders, oldest first."""
        if not numbers:
            return {}
        return histories_of(await self._connections.fetch(_sql["histories"], lane, numbers))

    async def texts(self, lane: int, numbers: Sequence[str]) -> Mapping[str, Sequence[OrderText]]:
        """Return the texts of these orders whose words are stored."""
        return texts_of(await self._connections.fetch(_sql["texts"], lane, numbers))

    async def due(
        self, now: datetime, after: DueOrder | None, limit: int, without: Sequence[str]
    ) -> Sequence[DueOrder]:
        """Read over all homes, without a lock."""
        read = partial(self._over_all_homes.due_rows, now, after, limit, without)
        return await due_page(read, self._postpone)

    async def settle_due(self) -> int:
        """Read over all homes, and write home after home."""
        return await settle(self._over_all_homes.rows_due_until(FOREVER), self._postpone)

    async def count_due(self, now: datetime, what: str, limit: int) -> int:
        """Read over all homes, without a lock."""
        return await self._over_all_homes.count_due(now, what, limit)

    async def count_ready(self) -> int:
        """Read over all homes, without a lock."""
        return await self._over_all_homes.count_ready()

    async def add_to_tally(self, what: str, day: date, count: int) -> None:
        """Add to a table that has no home."""
        await self._over_all_homes.add_to_tally(what, day, count)

    async def tallies(self, what: str, since: date) -> Mapping[date, int]:
        """Read a table that has no home."""
        return await self._over_all_homes.tallies(what, since)

    async def feed(self, lane: int, after: int, limit: int) -> Sequence[FeedEvent]:
        """Return events of one home after a position, skipping none and repeating none."""
        return feed_of(await self._connections.fetch(_sql["feed"], lane, after, limit))

    async def feed_items(self, lane: int, after: int, limit: int) -> Sequence[FeedItem]:
        """Return the same as JSON objects, without cursors."""
        return items_of(await self._connections.fetch(_feed_items, lane, after, limit))

    async def backlogs(self, follower: str, limit: int) -> Sequence[LaneBacklog]:
        """Read over all homes, without a lock."""
        return await self._over_all_homes.backlogs(follower, limit)

    async def advance(self, follower: str, lane: int, after: int, position: int) -> bool:
        """Move a follower in a table that has no home."""
        return await self._over_all_homes.advance(follower, lane, after, position)

    async def delete_records(self, before: datetime, limit: int) -> int:
        """Delete old idempotency records home by home."""
        rows = await self._connections.fetch(_sql["old_records"], before, limit)
        by_home: defaultdict[int, list[UUID]] = defaultdict(list)
        for row in rows:
            by_home[row["home"]].append(row["id"])
        for home, ids in by_home.items():
            await self._connections.fetch(_sql["delete_records"], home, ids)
        return len(rows)

    async def _postpone(self, postponed: Sequence[Postponed]) -> int:
        count = 0
        for home, orders in groupby(sorted(postponed, key=attrgetter("home")), attrgetter("home")):
            _, *columns = zip(*map(astuple, orders), strict=True)
            count += len(await self._connections.fetch(_sql["postpone"], home, *columns))
        return count


def _by_home(names: Sequence[T], home: Callable[[T], int]) -> dict[int, list[T]]:
    found: defaultdict[int, list[T]] = defaultdict(list)
    for name in names:
        found[home(name)].append(name)
    return found


def _with_states(
    rows: Sequence[MovingColumns], changes: Sequence[OrderUpdate]
) -> list[dict[str, Any]]:
    """Return the rows with their states in the same document: one function feeds a statement."""
    return [
        asdict(row) | {"state": change.order} for row, change in zip(rows, changes, strict=True)
    ]


async def _all_of(
    connection: Any, name: str, home: int, rows: Sequence[Any], *more: object
) -> None:
    """Write rows; raise RaceLost when not all of them could be written."""
    if not rows:
        return
    status = await connection.execute(_sql[name], home, document(rows), *more, timeout=CALL_SECONDS)
    if int(status.rpartition(" ")[2]) != len(rows):
        raise RaceLost(name)
