"""Feed cache: events of the journal as their readers get them, for all who read the same ones.

History is never edited and positions have no gaps, so an event that was read once is neither read
nor made into JSON again while it is here. What follows the last event in memory is always asked of
the journal. Words that people typed are not part of it: they are added whenever an event is sent.
"""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import groupby

from gotovo.access.feed_cursors import FeedCursors
from gotovo.access.feed_events import EventItem, item_of
from gotovo.engine.ports import EventFeed

BLOCK_EVENTS = 250
"""Events that are dropped together: a stream that catches up reads as many at once."""

CACHE_BYTES_MAX = 8 * 2**20
"""Some 10,000 events: the newest half-minute of a sale day, or where a few programs catch up."""

_EVENT_BYTES = 250
"""What an event takes besides its JSON: its cursor and the rest of the item."""


class FeedCache:
    """The events that were read last, by blocks of a lane: in each a run without gaps."""

    def __init__(self, feed: EventFeed, cursors: FeedCursors) -> None:
        self._feed = feed
        self._cursors = cursors
        self._blocks: OrderedDict[tuple[int, int], list[EventItem]] = OrderedDict()
        self.bytes = 0

    async def after(self, lane: int, position: int, limit: int) -> list[EventItem]:
        """Return events after a position, skipping none; fewer than `limit` at the end."""
        found = self._find(lane, position, limit)
        missing = limit - len(found)
        if missing:
            read = await self._feed.feed_items(lane, position + len(found), missing)
            text = self._cursors.text
            items = [item_of(event, text((event.position,), None)) for event in read]
            self._store(lane, items)
            found += items
        return found

    def _find(self, lane: int, position: int, limit: int) -> list[EventItem]:
        """Return the events after a position that are in memory without a gap."""
        found: list[EventItem] = []
        while len(found) < limit:
            following = position + len(found) + 1
            key = lane, _block_of(following)
            run = self._blocks.get(key)
            if run is None or not run[0].position <= following <= run[-1].position:
                break
            self._blocks.move_to_end(key)
            begin = following - run[0].position
            found += run[begin : begin + limit - len(found)]
        return found

    def _store(self, lane: int, items: Sequence[EventItem]) -> None:
        for block, part in groupby(items, lambda item: _block_of(item.position)):
            key = lane, block
            old = self._blocks.pop(key, [])
            run = self._blocks[key] = _joined(old, list(part))
            self.bytes += _size(run) - _size(old)
        while self.bytes > CACHE_BYTES_MAX:
            self.bytes -= _size(self._blocks.popitem(last=False)[1])


def _block_of(position: int) -> int:
    return (position - 1) // BLOCK_EVENTS


def _joined(old: list[EventItem], new: list[EventItem]) -> list[EventItem]:
    """Return both as one run, or the new one alone where there is a gap between them."""
    if not old or new[0].position > old[-1].position + 1 or old[0].position > new[-1].position + 1:
        return new
    first, last = old[0].position, old[-1].position
    before = [item for item in new if item.position < first]
    return [*before, *old, *(item for item in new if item.position > last)]


def _size(run: Sequence[EventItem]) -> int:
    return sum(len(item.json) + _EVENT_BYTES for item in run)
