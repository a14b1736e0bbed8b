"""The newest events in memory: read once a process, told to all who follow.

However many streams are open, one reader asks the journal, and only while there is a stream. Who
has heard everything sleeps until there is an event of the types it wants; who is further back than
the tail reaches reads the journal by itself until it has caught up.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from operator import attrgetter

from gotovo.api.cache.wakeup import LOOK_SECONDS, News
from gotovo.api.schemas.event_view import Cursor, ToldEvent, told_of
from gotovo.engine.background.followers import LANES_MAX
from gotovo.engine.ports import Feed

STREAMS_MAX = 1_000
"""Streams of one process: each holds one of the connections that all others need, too."""

TAIL_EVENTS_MAX = 4_096
"""A second or more at full load: whoever reads its socket at all is not further back."""

TAIL_BYTES_MAX = 16 * 1024 * 1024
"""Four times what that many events usually have, for lanes full of very large orders."""

PAGE_EVENTS = 1_000
"""More than is committed between two reads, so that one statement is enough."""

READ_SECONDS_MIN = 0.05
"""Between two reads: whatever is committed, streams are woken twenty times a second at most.
After a silence the first event is read at once."""

READER = "tail"
"""A follower that never moves on, so the journal tells it the head of every lane."""

Types = frozenset[str]
"""The types of events that a stream wants; none stands for all."""

_position = attrgetter("position")


class Window:
    """The newest events of a lane: all those after `begin`, up to and including `head`."""

    def __init__(self, head: int) -> None:
        """Begin with nothing after `head`."""
        self.begin = head
        self.head = head
        self._events: list[ToldEvent] = []
        self._bytes = 0

    def after(self, position: int) -> list[ToldEvent]:
        """Return what stands after a position; it must not be before `begin`."""
        return self._events[bisect_right(self._events, position, key=_position) :]

    def add(self, events: Sequence[ToldEvent]) -> None:
        """Add what follows the head, and let go of the oldest where it is too much."""
        self._events += events
        self._bytes += sum(len(event.chunk) for event in events)
        self.head = events[-1].position
        surplus = 0
        while len(self._events) - surplus > TAIL_EVENTS_MAX or self._bytes > TAIL_BYTES_MAX:
            self._bytes -= len(self._events[surplus].chunk)
            surplus += 1
        if surplus:
            self.begin = self._events[surplus - 1].position
            del self._events[:surplus]


class Tail:
    """The newest events of all lanes, and the streams that wait for the next one."""

    def __init__(self, feed: Feed, lanes: Sequence[int], news: News) -> None:
        """Read nothing yet: that begins with the first stream."""
        self._feed = feed
        self._lanes = lanes
        self._news = news
        self._windows: tuple[Window, ...] = ()
        self._streams = 0
        self._reading: asyncio.Task[None] | None = None
        self._waiting: dict[Types, set[asyncio.Future[Cursor | Exception]]] = {}
        self._taken: tuple[tuple[Cursor, Types, Cursor], tuple[bytes, Cursor]] | None = None

    @contextmanager
    def open_stream(self) -> Generator[None]:
        """Keep the journal being read for as long as somebody follows it."""
        self._streams += 1
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_on())
        try:
            yield
        finally:
            self._streams -= 1

    async def begun(self) -> None:
        """Return when it is known where the lanes end; raise what the journal raised instead."""
        while not (self._windows or self._news.is_over):
            await self._told(frozenset(), None)

    @property
    def is_full(self) -> bool:
        """Tell whether this process has as many streams as it can."""
        return self._streams >= STREAMS_MAX

    @property
    def begin(self) -> Cursor:
        """From where on events are in memory; what is before was committed before."""
        return tuple(window.begin for window in self._windows)

    def take(self, cursor: Cursor, types: Types, limit: int) -> tuple[bytes, Cursor]:
        """Return the chunks of what follows, and the cursor behind them.

        `cursor` must not be before `begin`. Streams that were woken together ask the same and
        get the same bytes.
        """
        question = (cursor, types, self._head())
        if self._taken is None or self._taken[0] != question:
            self._taken = (question, self._joined(cursor, types, limit))
        return self._taken[1]

    async def wait(self, cursor: Cursor, types: Types, seconds: float) -> Cursor:
        """Return where to go on as soon as there may be more, and after a while in any case.

        What was committed meanwhile and is not wanted is left behind, so that who is silent for
        long stays at the head. Raises what the journal raised: who follows comes again.
        """
        if self._news.is_over:
            return cursor
        if any(reached < head for reached, head in zip(cursor, self._head(), strict=True)):
            return cursor
        return tuple(map(max, cursor, await self._told(types, seconds)))

    def _head(self) -> Cursor:
        return tuple(window.head for window in self._windows)

    def _joined(self, cursor: Cursor, types: Types, limit: int) -> tuple[bytes, Cursor]:
        chunks: list[bytes] = []
        for index, window in enumerate(self._windows):
            found = window.after(cursor[index])
            wanted = [event for event in found if event.type in types] if types else found
            room = limit - len(chunks)
            is_cut = len(wanted) > room
            for event in wanted[:room]:
                if len(self._windows) == 1:
                    chunks.append(event.chunk)
                else:
                    chunks.append(event.chunk_at(_moved(cursor, index, event.position)))
            if is_cut:
                reached = wanted[room - 1].position if room else cursor[index]
                return b"".join(chunks), _moved(cursor, index, reached)
            cursor = _moved(cursor, index, max(cursor[index], window.head))
        return b"".join(chunks), cursor

    async def _told(self, types: Types, seconds: float | None) -> Cursor:
        """Return where the lanes ended before there was something of these types."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Cursor | Exception] = loop.create_future()
        self._waiting.setdefault(types, set()).add(future)
        timer = None if seconds is None else loop.call_later(seconds, self._let_go, future)
        try:
            told = await future
        finally:
            if timer is not None:
                timer.cancel()
            self._forget(types, future)
        if isinstance(told, Exception):
            raise told.with_traceback(None)
        return told

    def _let_go(self, future: "asyncio.Future[Cursor | Exception]") -> None:
        if not future.done():
            future.set_result(self._head())

    def _forget(self, types: Types, future: "asyncio.Future[Cursor | Exception]") -> None:
        alike = self._waiting.get(types)
        if alike is not None:
            alike.discard(future)
            if not alike:
                del self._waiting[types]

    async def _read_on(self) -> None:
        """Read until nobody follows any more; after a fault go on from the same head."""
        try:
            while self._streams and not self._news.is_over:
                known = self._news.count
                try:
                    await self._read()
                except Exception as error:  # noqa: BLE001  (it is raised again in each who waits)
                    self._wake(error, list(self._waiting))
                    await asyncio.sleep(LOOK_SECONDS)  # news does not mend a fault
                else:
                    await asyncio.sleep(READ_SECONDS_MIN)
                    await self._news.wait(known)
        finally:
            self._reading = None
            self._wake(self._head(), list(self._waiting))
            self._windows, self._taken = (), None

    async def _read(self) -> None:
        """Read what is new in each lane."""
        if not self._windows:
            behind = await self._feed.behind(READER, LANES_MAX)
            heads = {lane.lane: lane.head for lane in behind}
            self._windows = tuple(Window(heads.get(lane, 0)) for lane in self._lanes)
            self._wake(self._head(), list(self._waiting))
        for lane, window in zip(self._lanes, self._windows, strict=True):
            while await self._read_page(lane, window):
                continue

    async def _read_page(self, lane: int, window: Window) -> bool:
        """Read a page and wake whom it concerns; tell whether there may be more."""
        found = await self._feed.feed(lane, window.head, PAGE_EVENTS)
        if found:
            before = self._head()
            window.add([told_of(positioned) for positioned in found])
            new = {positioned.event.type for positioned in found}
            self._wake(before, [x for x in self._waiting if not x or not new.isdisjoint(x)])
        return len(found) == PAGE_EVENTS

    def _wake(self, told: Cursor | Exception, wanting: Collection[Types]) -> None:
        """Wake those who wait for these; the others do not even notice."""
        for types in wanting:
            for future in self._waiting.pop(types):
                if not future.done():
                    future.set_result(told)


def _moved(cursor: Cursor, index: int, position: int) -> Cursor:
    return (*cursor[:index], position, *cursor[index + 1 :])
