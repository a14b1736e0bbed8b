"""Events are read from the journal once, and what is in memory never hides what follows it."""

import random
from collections.abc import Sequence

import pytest

from gotovo.access.feed_cursors import FeedCursors
from gotovo.api.cache import feed_cache
from gotovo.api.cache.feed_cache import BLOCK_EVENTS, FeedCache
from gotovo.engine.ports import FeedItem
from gotovo.keyring.keyring import plain_keyring
from tests.support.order.cast import SECRET


class GrowingFeed:
    """Lanes that grow, and how much of them was read."""

    def __init__(self, length: int) -> None:
        self.lengths = {0: length, 1: length}
        self.read = 0

    async def feed_items(self, lane: int, after: int, limit: int) -> Sequence[FeedItem]:
        last = min(after + limit, self.lengths[lane])
        found = [_item(lane, position) for position in range(after + 1, last + 1)]
        self.read += len(found)
        return found


def _item(lane: int, position: int) -> FeedItem:
    json = b'{"number":"%d","lane":%d}' % (position, lane)
    return FeedItem(position, str(position), "customer", "order.paid", "", json)


@pytest.fixture
def feed() -> GrowingFeed:
    return GrowingFeed(10 * BLOCK_EVENTS)


@pytest.fixture
def cache(feed: GrowingFeed) -> FeedCache:
    return FeedCache(feed, FeedCursors(lambda: plain_keyring(SECRET).feeds))


async def positions(cache: FeedCache, after: int, limit: int, lane: int = 0) -> list[int]:
    """Return the positions that were found, each with the JSON that it has in the journal."""
    found = await cache.after(lane, after, limit)
    for item in found:
        stored = _item(lane, item.position).json
        assert item.json == b'{"cursor":"%d",%b' % (item.position, stored[1:])
    return [item.position for item in found]


async def test_an_event_is_read_once_for_all_who_ask_for_it(
    cache: FeedCache, feed: GrowingFeed
) -> None:
    for after, limit in ((0, 300), (100, 200), (7, 293), (299, 1)):
        assert await positions(cache, after, limit) == list(range(after + 1, after + limit + 1))
    assert feed.read == 300


async def test_what_was_committed_since_is_read_behind_what_is_in_memory(
    cache: FeedCache, feed: GrowingFeed
) -> None:
    end = feed.lengths[0]
    assert await positions(cache, end - 5, 10) == list(range(end - 4, end + 1))
    assert await positions(cache, end, 10) == []
    feed.lengths[0] += 3
    assert await positions(cache, end - 5, 10) == list(range(end - 4, end + 4))
    assert await positions(cache, end + 1, 10) == [end + 2, end + 3]


async def test_any_pages_in_any_order_are_those_of_the_journal(
    cache: FeedCache, feed: GrowingFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_cache, "CACHE_BYTES_MAX", 60_000)
    rng = random.Random(5)
    for _ in range(400):
        after, limit, lane = rng.randrange(2_600), rng.randrange(1, 700), rng.randrange(2)
        last = min(after + limit, feed.lengths[lane])
        assert await positions(cache, after, limit, lane) == list(range(after + 1, last + 1))
        assert cache.bytes == sum(feed_cache._size(run) for run in cache._blocks.values())
        assert cache.bytes <= 60_000
        feed.lengths[lane] += rng.randrange(3)
