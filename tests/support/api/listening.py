"""Clients of the event stream in tests, and a feed of two lanes."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any

from gotovo.access.feed_cursors import Cursor
from gotovo.access.feed_events import EventFilter
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.resources.events import follow
from gotovo.engine.ports import ChangedOrders, ChangePage, FeedItem

ALL = EventFilter()
DEADLINE_SECONDS = 20


class TwoLanes:
    """Two lanes of a few events, as a cluster would have them."""

    def __init__(self) -> None:
        self.lanes: tuple[list[FeedItem], ...] = ([], [])

    def commit(self, lane: int, number: str, customer: str = "customer") -> None:
        events = self.lanes[lane]
        item = b'{"number":"%b"}' % number.encode()
        events.append(FeedItem(len(events) + 1, number, customer, "order.paid", "", item))

    async def feed_items(self, lane: int, after: int, limit: int) -> Sequence[FeedItem]:
        return self.lanes[lane][after : after + limit]

    async def changes_after(self, lane: int, position: int | None, limit: int) -> ChangePage:
        events = self.lanes[lane]
        return ChangePage(len(events), [] if position is None else events[position:][:limit])

    async def changed_orders(
        self, lane: int, customer: str, position: int, limit: int
    ) -> ChangedOrders:
        raise AssertionError((lane, customer, position, limit))


class Listener:
    """Somebody who follows the feed, and reads on only when asked to."""

    def __init__(self, chunks: AsyncGenerator[bytes, None]) -> None:
        self._chunks = chunks
        self._heard: list[dict[str, Any]] = []

    async def hear(self, count: int) -> list[dict[str, Any]]:
        """Return the next events, as soon as there are that many."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while len(self._heard) < count:
                lines = (await anext(self._chunks)).decode().splitlines()
                data = (line.removeprefix("data: ") for line in lines if line.startswith("data: "))
                self._heard += [json.loads(each) for each in data]
        heard, self._heard = self._heard[:count], self._heard[count:]
        return heard

    async def versions(self, count: int) -> list[tuple[str, str]]:
        """Return the cursor and the type of each of the next events."""
        return [(event["cursor"], event["type"]) for event in await self.hear(count)]


async def always() -> bool:
    """Let anybody hear."""
    return True


@asynccontextmanager
async def listening(
    dependencies: ApiDependencies, cursor: Cursor = (0,), wanted: EventFilter = ALL
) -> AsyncGenerator[Listener]:
    """Open a stream whose first words have been sent."""
    async with aclosing(follow(dependencies, cursor, wanted, always)) as chunks:
        assert (await anext(chunks)).startswith(b": following")
        yield Listener(chunks)
