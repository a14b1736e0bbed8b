"""The journal as the change reader sees it: counted, held up, cut off; and a subscriber's notes."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg

from gotovo.engine.ports import (
    ChangedOrders,
    ChangePage,
    FeedItem,
    JournalUnreachable,
    OrderChange,
)
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.reads.changes import ChangeReads


class CountedFeed:
    """The feed of a real journal, and how often it was read."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._journal = PostgresJournal(pool)
        self._reads = ChangeReads(pool)
        self.reads = 0
        self.is_cut = False
        self.gate = asyncio.Event()
        """A read that was begun waits until this is open."""
        self.gate.set()

    async def feed_items(self, lane: int, after: int, limit: int) -> Sequence[FeedItem]:
        await self._begin()
        return await self._journal.feed_items(lane, after, limit)

    async def changes_after(self, lane: int, position: int | None, limit: int) -> ChangePage:
        await self._begin()
        return await self._reads.changes_after(lane, position, limit)

    async def changed_orders(
        self, lane: int, customer: str, position: int, limit: int
    ) -> ChangedOrders:
        return await self._reads.changed_orders(lane, customer, position, limit)

    async def _begin(self) -> None:
        self.reads += 1
        await self.gate.wait()
        if self.is_cut:
            raise JournalUnreachable


class Notes:
    """What a subscriber was given."""

    def __init__(self) -> None:
        self.heads: list[int] = []
        self.changes: list[OrderChange] = []
        self.errors: list[Exception] = []
        self.ends = 0

    @property
    def positions(self) -> list[int]:
        return [change.position for change in self.changes]

    @property
    def reached(self) -> int:
        return max(self.heads[-1:] + self.positions[-1:], default=-1)

    def receive(self, lane: int, changes: Sequence[OrderChange]) -> None:  # noqa: ARG002
        assert changes
        self.changes += changes

    def reset(self, lane: int, head: int) -> None:  # noqa: ARG002
        self.heads.append(head)

    def fail(self, error: Exception) -> None:
        self.errors.append(error)

    def end(self) -> None:
        self.ends += 1
