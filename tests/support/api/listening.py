"""Who listens to the feed in tests, and feeds that count, break or have several lanes."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any

from gotovo.api.cache.wakeup import News
from gotovo.api.dispatch.dependencies import ApiParts
from gotovo.api.resources.events import follow
from gotovo.api.schemas.event_view import Cursor
from gotovo.engine.ports import Behind, Feed, JournalUnreachable, Positioned
from gotovo.order.replay import Recorded
from tests.support.api.network import NOW

ALL: frozenset[str] = frozenset()
DEADLINE_SECONDS = 20


class Counting:
    """A journal's feed that counts how often it is asked, and can be cut off from its database."""

    def __init__(self, feed: Feed, news: News) -> None:
        self._feed = feed
        self._news = news
        self.calls = 0
        self.hints_read = -1
        """How many hints there were when the last page that has come was asked for."""
        self.is_cut = False

    async def feed(self, lane: int, after: int, limit: int) -> Sequence[Positioned]:
        hints = self._news.count
        self._count()
        found = await self._feed.feed(lane, after, limit)
        self.hints_read = hints
        return found

    async def behind(self, follower: str, limit: int) -> Sequence[Behind]:
        self._count()
        return await self._feed.behind(follower, limit)

    async def advance(self, follower: str, lane: int, after: int, position: int) -> bool:
        return await self._feed.advance(follower, lane, after, position)

    def _count(self) -> None:
        self.calls += 1
        if self.is_cut:
            raise JournalUnreachable


class TwoLanes:
    """Two lanes of a few events, as a cluster would have them."""

    def __init__(self) -> None:
        self.lanes: tuple[list[Positioned], ...] = ([], [])

    def commit(self, lane: int, number: str) -> None:
        recorded = Recorded(number, 1, "order.paid", NOW, NOW, "admin:1", "id", b"{}", b"\1")
        self.lanes[lane].append(Positioned(len(self.lanes[lane]) + 1, recorded, "customer"))

    async def feed(self, lane: int, after: int, limit: int) -> Sequence[Positioned]:
        return self.lanes[lane][after : after + limit]

    async def behind(self, follower: str, limit: int) -> Sequence[Behind]:  # noqa: ARG002
        return [Behind(lane, 0, len(x)) for lane, x in enumerate(self.lanes) if x][:limit]

    async def advance(self, follower: str, lane: int, after: int, position: int) -> bool:
        raise AssertionError((follower, lane, after, position))


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
    parts: ApiParts, cursor: Cursor = (0,), types: frozenset[str] = ALL
) -> AsyncGenerator[Listener]:
    """Open a stream whose first words have been sent."""
    async with aclosing(follow(parts, cursor, types, always)) as chunks:
        assert (await anext(chunks)).startswith(b": following")
        yield Listener(chunks)
