"""Change reader: one reader of the journal in each process, and everything that subscribes to it.

Event streams, open pages and caches subscribe; none of them polls by itself. The reader reads while
there are subscribers: at once after a commit of this process, and every `POLL_SECONDS` for the
commits of others. Nothing is skipped and nothing delivered twice, because positions have no gaps
and follow the order of commits. It is no PeriodicJob, because it runs only while somebody
subscribes and reports a failure to each subscriber.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Protocol, TypeVar

from gotovo.engine.ports import ChangeFeed, EventFeed, FeedItem, OrderChange

POLL_SECONDS = 0.5
"""How late a commit of another process may be noticed. A poll is one statement a process."""

READ_SECONDS_MIN = 0.05
"""Between two reads: whatever is committed, there are twenty statements a second at most."""

PAGE_EVENTS = 1_000
"""More than is committed between two reads, so that one statement is enough."""

T = TypeVar("T", bound=OrderChange)
T_contra = TypeVar("T_contra", bound=OrderChange, contravariant=True)


class Observer(Protocol[T_contra]):
    """Receives what is read because of subscribers."""

    def receive(self, lane: int, changes: Sequence[T_contra]) -> None:
        """Take the changes that follow the last ones of this lane, oldest first."""
        ...

    def reset(self, lane: int, head: int) -> None:
        """Start again after `head`: what was committed up to there is not delivered."""
        ...


class Subscriber(Observer[T_contra], Protocol[T_contra]):
    """Makes the reader read. It is reset once, when it subscribes, and misses nothing."""

    def fail(self, error: Exception) -> None:
        """Called when the journal cannot be read; reading resumes later, where it stopped."""
        ...

    def end(self) -> None:
        """Called when nothing follows, because this process stops."""
        ...


class ChangeReader:
    """Reads each change once for all who subscribe."""

    def __init__(self, feed: EventFeed, changes: ChangeFeed, lanes: Sequence[int] = (0,)) -> None:
        self.lanes = lanes
        self.is_closed = False
        self._feed = feed
        self._changes = changes
        self._heads: dict[int, int] = {}
        self._observers: list[Observer[OrderChange]] = []
        self._subscribers: Counter[Subscriber[OrderChange]] = Counter()
        self._event_subscribers: Counter[Subscriber[FeedItem]] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._hint = asyncio.Event()

    @property
    def is_reading(self) -> bool:
        """Whether the journal is being read because somebody subscribes."""
        return self._task is not None

    def wake(self) -> None:
        """Read now; made for `Engine.on_commit`."""
        self._hint.set()

    def close(self) -> None:
        """End every subscription, because this process is asked to stop."""
        self.is_closed = True
        for subscriber in self._all():
            subscriber.end()
        self._hint.set()

    def observe(self, observer: Observer[OrderChange]) -> None:
        """Deliver to this observer for good, without reading because of it: see `catch_up`."""
        self._observers.append(observer)

    @asynccontextmanager
    async def subscribe(self, subscriber: Subscriber[OrderChange]) -> AsyncGenerator[None]:
        """Deliver which orders change, while the context is open; raise what the journal raises."""
        async with self._registered(self._subscribers, subscriber):
            yield

    @asynccontextmanager
    async def subscribe_events(self, subscriber: Subscriber[FeedItem]) -> AsyncGenerator[None]:
        """Deliver whole events likewise."""
        async with self._registered(self._event_subscribers, subscriber):
            yield

    def head(self, lane: int) -> int:
        """Return the position up to which a lane has been read, or 0; `catch_up` advances it."""
        return self._heads.get(lane, 0)

    async def catch_up(self) -> None:
        """Return when all that was committed before this call has been delivered.

        Several may run at once and end in any order: each delivers what none has delivered before.
        """
        for lane in self.lanes:
            while await self._read_page(lane):
                continue

    @asynccontextmanager
    async def _registered(
        self, registry: "Counter[Subscriber[T]]", subscriber: "Subscriber[T]"
    ) -> AsyncGenerator[None]:
        """Count one more context of a subscriber, which is reset at the first."""
        await self._start()
        registry[subscriber] += 1
        if registry[subscriber] == 1:
            for lane in self.lanes:
                subscriber.reset(lane, self._heads[lane])
        if self.is_closed:
            subscriber.end()
        try:
            yield
        finally:
            registry[subscriber] -= 1
            if not registry[subscriber]:
                del registry[subscriber]

    async def _start(self) -> None:
        """Return when the heads are known and the journal is being read."""
        async with self._starting:
            if self._task is None:
                await self.catch_up()
                self._task = asyncio.create_task(self._read_on())

    async def _read_on(self) -> None:
        """Read until nobody subscribes; after a failure resume at the same heads."""
        try:
            while self._has_subscribers() and not self.is_closed:
                self._hint.clear()
                try:
                    await self.catch_up()
                except Exception as error:  # noqa: BLE001  (every subscriber hears of it)
                    for subscriber in self._all():
                        subscriber.fail(error)
                    await asyncio.sleep(POLL_SECONDS)  # a hint does not bring the database back
                else:
                    await asyncio.sleep(READ_SECONDS_MIN)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(POLL_SECONDS):
                            await self._hint.wait()
        finally:
            self._task = None

    async def _read_page(self, lane: int) -> bool:
        """Read and deliver a page; return whether there may be more."""
        after = self._heads.get(lane)
        if after is not None and self._event_subscribers:
            events = await self._feed.feed_items(lane, after, PAGE_EVENTS)
            self._deliver_events(lane, self._undelivered(lane, events))
            return len(events) == PAGE_EVENTS
        page = await self._changes.changes_after(lane, after, PAGE_EVENTS)
        if after is None and lane in self._heads:  # another read has found where the lane ends
            return True
        is_full = len(page.changes) == PAGE_EVENTS
        if after is None or (is_full and not self._has_subscribers()):
            self._skip_to(lane, page.head)
            return False
        self._deliver(lane, self._undelivered(lane, page.changes))
        return is_full

    def _undelivered(self, lane: int, changes: Sequence[T]) -> Sequence[T]:
        """Return the changes that were not delivered yet, and advance the head."""
        head = self._heads[lane]
        if changes and changes[0].position <= head:
            changes = [change for change in changes if change.position > head]
        if changes:
            self._heads[lane] = changes[-1].position
        return changes

    def _deliver(self, lane: int, changes: Sequence[OrderChange]) -> None:
        """Deliver changes that were read without their events."""
        if changes:
            for receiver in (*self._observers, *self._subscribers):
                receiver.receive(lane, changes)
            for subscriber in self._event_subscribers:  # it came while this was being read
                subscriber.reset(lane, self._heads[lane])

    def _deliver_events(self, lane: int, events: Sequence[FeedItem]) -> None:
        if events:
            for receiver in (*self._observers, *self._subscribers):
                receiver.receive(lane, events)
            for subscriber in self._event_subscribers:
                subscriber.receive(lane, events)

    def _skip_to(self, lane: int, head: int) -> None:
        """Begin at a head: nobody has subscribed to what is before it."""
        if head > self._heads.get(lane, -1):
            self._heads[lane] = head
            for receiver in (*self._observers, *self._subscribers, *self._event_subscribers):
                receiver.reset(lane, head)

    def _has_subscribers(self) -> bool:
        return bool(self._subscribers or self._event_subscribers)

    def _all(self) -> "list[Subscriber[OrderChange] | Subscriber[FeedItem]]":
        return [*self._subscribers, *self._event_subscribers]
