"""Event buffer: the newest events in memory, shared by all event streams of this process.

It subscribes to the change reader while there is a stream. A stream that has sent everything sleeps
until there is an event of the types it wants; one that is further behind than the buffer reaches
reads pages of the journal until it has caught up.
"""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from operator import attrgetter

from gotovo.access.feed_cursors import Cursor, FeedCursors
from gotovo.access.feed_events import EventFilter, EventItem, chunk_with_words, item_of
from gotovo.engine.changes import ChangeReader
from gotovo.engine.ports import FeedItem
from gotovo.order.values.texts.order_text import TextKey
from gotovo.value import Value

STREAMS_MAX = 1_000
"""Streams of one process: each holds a connection that other clients need, too."""

BUFFER_EVENTS_MAX = 4_096
"""A second or more at full load: no client that reads its socket at all is further behind."""

BUFFER_BYTES_MAX = 16 * 1024 * 1024
"""Four times what that many events usually have, for lanes full of very large orders."""

WAKE_SECONDS_MIN = 0.05
"""Whatever is committed, streams are woken twenty times a second at most. After a silence they are
woken at once."""

Announced = dict[str, set[str]]
"""The types of events that have come, by shop."""

Take = tuple[Cursor, EventFilter, Cursor]
"""From where, what is wanted, and where the lanes ended."""

_position = attrgetter("position")


class TakenChunks(Value, frozen=True):
    """Chunks for a stream, and the cursor after them; `texts` are the words that some still lack.

    `joined` is all that is needed where none does; otherwise the chunks stand apart in `parts`.
    """

    joined: bytes
    cursor: Cursor
    parts: Sequence[bytes] = ()
    texts: Mapping[int, TextKey] = {}

    @property
    def without_words(self) -> bytes:
        """The chunks for a reader that gets no words."""
        return b"".join(self.parts) if self.texts else self.joined

    def with_words(self, words: Mapping[TextKey, str]) -> bytes:
        """Return the chunks with their words; those that are not given were erased."""
        parts = list(self.parts)
        for index, key in self.texts.items():
            parts[index] = chunk_with_words(parts[index], words.get(key))
        return b"".join(parts)


class LaneBuffer:
    """The newest events of a lane: all those after `begin`, up to and including `head`."""

    def __init__(self, head: int) -> None:
        self.begin = head
        self.head = head
        self._events: list[EventItem] = []
        self._bytes = 0

    def after(self, position: int) -> list[EventItem]:
        """Return what follows a position; it must not be before `begin`."""
        return self._events[bisect_right(self._events, position, key=_position) :]

    def add(self, events: Sequence[EventItem]) -> None:
        """Add what follows the head, and drop the oldest where it is too much."""
        self._events += events
        self._bytes += sum(len(event.json) for event in events)
        self.head = events[-1].position
        surplus = 0
        while len(self._events) - surplus > BUFFER_EVENTS_MAX or self._bytes > BUFFER_BYTES_MAX:
            self._bytes -= len(self._events[surplus].json)
            surplus += 1
        if surplus:
            self.begin = self._events[surplus - 1].position
            del self._events[:surplus]


class EventBuffer:
    """The newest events of all lanes, and the streams that wait for the next one."""

    def __init__(self, reader: ChangeReader, cursors: FeedCursors) -> None:
        self._reader = reader
        self._cursors = cursors
        self._lanes: dict[int, LaneBuffer] = {}
        self._streams = 0
        self._waiters: dict[EventFilter, set[asyncio.Future[Cursor | Exception]]] = {}
        self._announced: tuple[Cursor, Announced] | None = None
        self._may_wake_at = 0.0
        self._last_take: tuple[Take, TakenChunks] | None = None

    @asynccontextmanager
    async def open_stream(self) -> AsyncGenerator[None]:
        """Keep the buffer filled while the context is open; raise what the journal raises."""
        self._streams += 1
        try:
            async with self._reader.subscribe_events(self):
                yield
        finally:
            self._streams -= 1
            if not self._streams:
                self._lanes, self._announced, self._last_take = {}, None, None

    @property
    def begin(self) -> Cursor:
        """The cursor from which on all events are in memory."""
        return tuple(lane.begin for lane in self._lanes.values())

    def take(self, cursor: Cursor, wanted: EventFilter, limit: int) -> TakenChunks:
        """Return the chunks that follow the cursor.

        `cursor` must not be before `begin`. Streams that were woken together share the same
        bytes.
        """
        key = (cursor, wanted, self._head())
        if self._last_take is None or self._last_take[0] != key:
            self._last_take = (key, self._joined(cursor, wanted, limit))
        return self._last_take[1]

    async def wait(self, cursor: Cursor, wanted: EventFilter, seconds: float) -> Cursor:
        """Return the cursor to read from as soon as there may be more, or after these seconds.

        The cursor moves over events that are not wanted, so that a stream that sends nothing for
        long stays at the head. Raises what the journal raised: the client connects again.
        """
        if self._reader.is_closed:
            return cursor
        if any(reached < head for reached, head in zip(cursor, self._head(), strict=True)):
            return cursor
        return tuple(map(max, cursor, await self._woken(wanted, seconds)))

    def receive(self, lane: int, changes: Sequence[FeedItem]) -> None:
        """Add events, and wake the streams that want them."""
        before = self._head()
        text = self._cursors.text
        self._lanes[lane].add([item_of(event, text((event.position,), None)) for event in changes])
        announced: Announced = {}
        for change in changes:
            announced.setdefault(change.shop, set()).add(change.type)
        self._announce(before, announced)

    def reset(self, lane: int, head: int) -> None:
        """Begin with nothing after `head`: streams that are behind it read the journal."""
        before = self._head()
        self._lanes[lane] = LaneBuffer(head)
        self._wake(before, list(self._waiters))

    def fail(self, error: Exception) -> None:
        """Raise this error in every stream that waits."""
        self._wake(error, list(self._waiters))

    def end(self) -> None:
        """Wake every stream, to find that the reader is closed."""
        self._wake(self._head(), list(self._waiters))

    def _head(self) -> Cursor:
        return tuple(lane.head for lane in self._lanes.values())

    def _joined(self, cursor: Cursor, wanted: EventFilter, limit: int) -> TakenChunks:
        chunks: list[bytes] = []
        texts: dict[int, TextKey] = {}
        for index, lane in enumerate(self._lanes.values()):
            found = lane.after(cursor[index])
            if not wanted.is_open:
                found = [event for event in found if wanted.passes(event.type, event.shop)]
            remaining = limit - len(chunks)
            is_cut = len(found) > remaining
            for event in found[:remaining]:
                if event.text is not None:
                    texts[len(chunks)] = event.text
                if len(self._lanes) == 1 and wanted.shop is None:
                    chunks.append(event.chunk)
                else:
                    reached = _moved(cursor, index, event.position)
                    text = self._cursors.text_of_event(reached, wanted.reader)
                    chunks.append(event.at(text).chunk)
            if is_cut:
                reached = found[remaining - 1].position if remaining else cursor[index]
                return _taken(chunks, texts, _moved(cursor, index, reached))
            cursor = _moved(cursor, index, max(cursor[index], lane.head))
        return _taken(chunks, texts, cursor)

    async def _woken(self, wanted: EventFilter, seconds: float) -> Cursor:
        """Return the heads of the lanes before the first event that is wanted."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Cursor | Exception] = loop.create_future()
        self._waiters.setdefault(wanted, set()).add(future)
        timer = loop.call_later(seconds, self._time_out, future)
        try:
            woken = await future
        finally:
            timer.cancel()
            self._forget(wanted, future)
        if isinstance(woken, Exception):
            raise woken.with_traceback(None)
        return woken

    def _time_out(self, future: "asyncio.Future[Cursor | Exception]") -> None:
        """Tell a stream where the lanes end; what is about to be announced still lies before it."""
        if not future.done():
            future.set_result(self._announced[0] if self._announced else self._head())

    def _forget(self, wanted: EventFilter, future: "asyncio.Future[Cursor | Exception]") -> None:
        alike = self._waiters.get(wanted)
        if alike is not None:
            alike.discard(future)
            if not alike:
                del self._waiters[wanted]

    def _announce(self, before: Cursor, come: Announced) -> None:
        """Wake the streams that want these events, together with what else comes until then."""
        if self._announced is not None:
            for shop, types in come.items():
                self._announced[1].setdefault(shop, set()).update(types)
            return
        self._announced = (before, come)
        loop = asyncio.get_running_loop()
        loop.call_later(self._may_wake_at - loop.time(), self._wake_announced)

    def _wake_announced(self) -> None:
        if self._announced is None:
            return
        before, come = self._announced
        self._announced = None
        self._may_wake_at = asyncio.get_running_loop().time() + WAKE_SECONDS_MIN
        self._wake(before, [x for x in self._waiters if _is_wanted(come, x)])

    def _wake(self, result: Cursor | Exception, wanting: Collection[EventFilter]) -> None:
        """Wake the streams that wait for these events, and no others."""
        for wanted in wanting:
            for future in self._waiters.pop(wanted):
                if not future.done():
                    future.set_result(result)


def _taken(chunks: Sequence[bytes], texts: Mapping[int, TextKey], cursor: Cursor) -> TakenChunks:
    if texts:
        return TakenChunks(b"", cursor, chunks, texts)
    return TakenChunks(b"".join(chunks), cursor)


def _is_wanted(come: Announced, wanted: EventFilter) -> bool:
    """Tell whether something has come that passes, without a look at each event and stream."""
    if wanted.shop is None:
        return not wanted.types or any(not wanted.types.isdisjoint(x) for x in come.values())
    types = come.get(wanted.shop)
    return types is not None and (not wanted.types or not wanted.types.isdisjoint(types))


def _moved(cursor: Cursor, index: int, position: int) -> Cursor:
    return (*cursor[:index], position, *cursor[index + 1 :])
